// Kubeconfigs of roles, from the cluster that they are for.

#include "provisioner/front/platform/role_kubeconfig.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/certificate_request.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cluster/cluster_stages.h"
#include "provisioner/front/platform/client_certificate_script.h"
#include "provisioner/platform/access/kubeconfig.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t bytes_of_name = 6;
constexpr const char* authority_script = "base64 -w 0 /etc/kubernetes/pki/ca.crt";
// A clock of the cluster may be ahead of ours by so much.
constexpr std::chrono::minutes clock_difference{10};

std::vector<std::string> ask(const cli::RunWords& words, const cli::ClusterSite& site,
                             const cli::NodeQuestion& question, std::size_t lines) {
  const std::string node = cluster::any_helper(site, cli::look_at_cluster(words, site.wish));
  const cli::NodeAnswers answers = cli::ask_each(words, {node}, question);
  std::vector<std::string> decoded;
  if (const auto said = answers.said.find(node); said != answers.said.end())
    for (const std::string_view line : base::lines_of(said->second))
      decoded.push_back(base::base64_decode(base::trim(line)));
  const auto why = answers.silent.find(node);
  if (decoded.size() != lines)
    throw Error(Kind::failed, "'" + node + "' did not bring it to its end" +
                                  (why == answers.silent.end() ? "" : ": " + why->second))
        .set_hint("look at the node and its API: provisioner cluster status " + site.wish.instance);
  return decoded;
}

access::ApiPlace place_of(const cli::ClusterSite& site, const KubeconfigWish& wish,
                          const std::string& authority) {
  return {.instance = site.wish.instance,
          .server = wish.server.empty() ? site.api_url() : wish.server,
          .authority = authority};
}

void require_asked(const crypto::ReadCertificate& got, const crypto::CertificateSubject& asked,
                   int hours) {
  const auto latest = os::system_clock().wall() + std::chrono::hours(hours) + clock_difference;
  if (got.subject == asked && got.is_for_key && got.ends <= latest) return;
  throw Error(Kind::failed, "the cluster has signed another certificate than was asked for")
      .set_hint("look at its controller manager: another signer may be at work");
}

RoleKubeconfig by_certificate(const cli::RunWords& words, const cli::ClusterSite& site,
                              const access::Role& role, const KubeconfigWish& wish) {
  const int hours = wish.hours > 0 ? wish.hours : role.hours;
  const base::Secret key = crypto::make_ecdsa_key();
  const crypto::CertificateSubject subject{
      .common_name = access::user_name(role, cli::operator_name()),
      .organizations = {role.own_group()}};
  const std::string name =
      "provisioner-" + role.name + "-" + base::hex(crypto::random_bytes(bytes_of_name));
  const value::Value object =
      access::signing_request(name, hours, crypto::certificate_request(key, subject));
  const std::vector<std::string> said =
      ask(words, site,
          {.script = client_certificate_script(),
           .environment = {{"NAME", name}, {"OBJECT", value::write_json(object)}}},
          2);
  const crypto::ReadCertificate got = crypto::read_certificate(said.front(), key);
  require_asked(got, subject, hours);
  return {.file = access::certificate_kubeconfig(place_of(site, wish, said.back()), role,
                                                 said.front(), key.reveal()),
          .user = subject.common_name,
          .ends = got.ends};
}

}  // namespace

RoleKubeconfig role_kubeconfig(const cli::RunWords& words, const cli::ClusterSite& site,
                               const access::Role& role, const KubeconfigWish& wish) {
  const auto& issuer = site.access.cluster.issuer;
  if (!role.is_by_oidc || !issuer) return by_certificate(words, site, role, wish);
  const std::string authority = ask(words, site, {.script = authority_script}, 1).front();
  return {.file = access::oidc_kubeconfig(place_of(site, wish, authority), role, *issuer)};
}

}  // namespace provisioner::platform
