// C-10: an image on its way from CI to vetted/.

#include "provisioner/front/platform/gates_registry.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/cluster/registry/cosign.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/vet.h"
#include "provisioner/cluster/registry/withdraw.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cluster/registry_accounts.h"
#include "provisioner/front/cluster/registry_adopt.h"
#include "provisioner/front/cluster/registry_lock.h"
#include "provisioner/front/cluster/registry_site.h"
#include "provisioner/front/cluster/signing_key.h"
#include "provisioner/front/platform/gate_scripts.h"
#include "provisioner/front/platform/gates_environment.h"
#include "provisioner/front/platform/gates_trials.h"
#include "provisioner/platform/gates/registry.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using cluster::RegistrySite;
using gates::RegistryAnswers;
using registry::RegistryClient;

// Where nobody's images are; the same for each run, so that nothing grows.
constexpr const char* name = "provisioner-gates/canary";
constexpr const char* tag = "gates";
constexpr const char* robot_name = "gates-robot";
constexpr std::chrono::seconds longest_change{20};

// A robot, and what it has left, for as long as this lives.
class Robot {
 public:
  Robot(const cli::RunWords& words, const RegistrySite& site) : words_(words), site_(site) {
    if (!site.is_ours()) {
      driver_ = driver_of(site);
      driver_->remove_robot(robot_name);  // of a run that was killed
      registry::RegistryDriver::Robot made = driver_->add_robot(robot_name, "incoming");
      account_ = {std::move(made.login), std::move(made.password)};
      return;
    }
    account_ = {robot_name, cluster::new_password()};
    const std::string line = cluster::account_line(account_.user, account_.password);
    const auto said = changed("LINE=" + base::shell_quote(line) + "\n");
    for (const std::string& node : site.nodes)
      if (!said.contains(node))
        throw Error(Kind::unreachable, "the registry's node '" + node + "' takes no account");
  }
  Robot(const Robot&) = delete;
  Robot& operator=(const Robot&) = delete;
  ~Robot() {
    try {
      if (driver_ != nullptr)
        driver_->remove_robot(robot_name);
      else
        changed("LINE=\n");
    } catch (const Error&) {
      return;  // the timer's to do, or the next run's
    }
  }

  const http::Credentials& account() const { return account_; }

 private:
  std::map<std::string, std::string> changed(const std::string& line) {
    return script_answers(words_, site_.nodes,
                          line + "STORAGE=" + base::shell_quote(site_.storage) + "\nINCOMING=" +
                              base::shell_quote(site_.incoming_storage) + "\nROBOT=" + robot_name +
                              "\n" + std::string(gate_script("registry_robot")),
                          longest_change);
  }

  const cli::RunWords& words_;
  const RegistrySite& site_;
  std::unique_ptr<registry::RegistryDriver> driver_ = {};
  http::Credentials account_ = {};
};

template <class Work>
RegistryAnswers::Refusal refusal_of(const Work& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    if (cli::ends_all(error)) throw;
    return base::one_line(error.message());
  }
}

// An image of no files.
registry::StoredManifest push_canary(RegistryClient& to, const std::string& repository) {
  constexpr std::size_t empty_archive = 1024;
  const std::string layer(empty_archive, '\0'),
      config = R"({"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[)"
               R"("sha256:)" +
               crypto::sha256(layer) + R"("]}})";
  const auto described = [](const std::string& type, const std::string& bytes) {
    return R"({"mediaType":"application/vnd.oci.image.)" + type + R"(","digest":"sha256:)" +
           crypto::sha256(bytes) + R"(","size":)" + std::to_string(bytes.size()) + "}";
  };
  const std::string type = "application/vnd.oci.image.manifest.v1+json";
  const std::string manifest = R"({"schemaVersion":2,"mediaType":")" + type + R"(","config":)" +
                               described("config.v1+json", config) + R"(,"layers":[)" +
                               described("layer.v1.tar", layer) + "]}";
  to.push_blob_bytes(repository, config);
  to.push_blob_bytes(repository, layer);
  registry::StoredManifest stored{crypto::sha256(manifest), type, manifest};
  to.push_manifest(repository, tag, stored);
  return stored;
}

// As `registry vet` does it, but that a site's policy may want more of an image than this one is.
void promote(const RegistrySite& site, const cluster::ClusterWork& work, const std::string& sha256,
             RegistryClient& own) {
  RegistryClient incoming(incoming_access(site));
  const registry::Vetting vetting{.policy = {},
                                  .scanner = {},
                                  .key = cluster::signing_key(),
                                  .place = site.reading_name(),
                                  .directory = os::join_path(work.directory, "gates"),
                                  .by = cli::operator_name(),
                                  .now = [] { return os::system_clock().wall(); }};
  registry::vet({.is_incoming = true,
                 .repository = std::string("incoming/") + name,
                 .tag = tag,
                 .sha256 = sha256,
                 .name = name},
                incoming, own, vetting);
}

registry::Access reading_access(const RegistrySite& site) {
  registry::Access access = own_access(site);
  if (!site.is_ours()) return access;
  access.url = "https://" + site.address + ":" + std::to_string(site.port);
  access.account.reset();
  return access;
}

RegistryAnswers asked(const RegistrySite& site, const cluster::ClusterWork& work,
                      const http::Credentials& account) {
  const auto as_robot = [&](registry::Access access) {
    access.account = account;
    return RegistryClient(std::move(access));
  };
  const std::string incoming = std::string("incoming/") + name,
                    vetted = registry::vetted_repository(name);
  RegistryAnswers answers;
  std::string sha256;
  answers.pushed = refusal_of([&] {
    RegistryClient to = as_robot(incoming_access(site));
    sha256 = push_canary(to, incoming).sha256;
  });
  answers.beside = refusal_of([&] {
    RegistryClient to = as_robot(incoming_access(site));
    push_canary(to, vetted);
  });
  answers.to_own = refusal_of([&] {
    RegistryClient to = as_robot(own_access(site));
    push_canary(to, vetted);
  });
  if (answers.pushed) return answers;
  RegistryClient own(own_access(site));
  answers.promoted = refusal_of([&] { promote(site, work, sha256, own); });
  if (answers.promoted) return answers;
  answers.read = refusal_of([&] {
    RegistryClient reader(reading_access(site));
    if (reader.digest_of(vetted, "sha256:" + sha256) != sha256)
      throw Error(Kind::failed, "there is no " + vetted + "@sha256:" + sha256);
  });
  answers.is_signed = registry::is_image_signed(own, vetted, sha256, cluster::signing_key_public());
  registry::withdraw(own, {.name = name, .sha256 = sha256, .reason = {}, .by = {}, .at = {}}, {});
  return answers;
}

}  // namespace

std::vector<gates::Line> try_registry(const cli::RunWords& words, const GatesSite& site) {
  if (site.cluster.registry.empty()) return {};  // its script says so
  const RegistrySite place = cluster::registry_site(words, site.cluster.wish.instance);
  const cluster::ClusterWork work = cluster::registry_work(words);
  const os::Descriptor held = cluster::hold_registry(work);
  const Robot robot(words, place);
  return gates::lines_of(asked(place, work, robot.account()), place.reading_name());
}

std::string answer_from_log(const cli::RunWords& words, const GatesSite& site,
                            const std::string& asked) {
  try {
    if (!cluster::registry_site(words, site.cluster.wish.instance).is_ours())
      return "others look after the registry: its log was not read";
    const std::size_t colon = asked.find(':');
    const auto said = script_answers(
        words, site.nodes(),
        node_environment_of(site) + "SINCE=" + base::shell_quote(asked.substr(0, colon)) +
            "\nASKED=" + base::shell_quote("/v2/mirror/" + asked.substr(colon + 1)) + "\n" +
            std::string(gate_script("registry_log")),
        longest_change);
    for (const std::string& node : site.cluster.registry)
      if (!said.contains(node)) return "the registry's node '" + node + "' does not show its log";
    return "seen " + base::join(gates::nodes_in_log(said), " ");
  } catch (const Error& error) {
    if (cli::ends_all(error)) throw;
    return base::one_line(error.message());
  }
}

}  // namespace provisioner::platform
