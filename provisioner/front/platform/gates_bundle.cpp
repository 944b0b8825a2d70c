// C-16: what is handed over, and what is kept for emergencies.

#include "provisioner/front/platform/gates_bundle.h"

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/platform/handoff_instance.h"
#include "provisioner/front/platform/handoff_secrets.h"
#include "provisioner/front/platform/handoff_tree.h"
#include "provisioner/platform/handoff/bundle.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using gates::Line;

void look_through(const handoff::Files& files, const std::vector<handoff::KeptSecret>& secrets,
                  const std::string& which, std::vector<Line>& lines) {
  const auto found = handoff::leaks(files, secrets);
  for (const handoff::Leak& leak : found)
    lines.push_back(gates::wrong(leak.file, which + " shows " + leak.name + " in " + leak.file,
                                 "a bundle names where secrets are kept; take it out of what makes "
                                 "the file"));
  if (found.empty())
    lines.push_back(gates::right("no secret of " + std::to_string(secrets.size()) + " in the " +
                                 base::counted(files.size(), "file") + " of " + which));
}

// The certificate of the first user of a kubeconfig, in base64; "" for what has none. No mistake is
// told with its line: it would be one of a secret.
std::string certificate_in(const std::string& kubeconfig) {
  try {
    for (const value::Value& document : value::read_yaml_text(kubeconfig, "<sealed>")) {
      const value::Value* users = document.find("users");
      if (users == nullptr || !users->is_list() || users->list().empty()) continue;
      if (const value::Value* user = users->list().front().find("user"))
        return value::text_or(*user, "client-certificate-data", "");
    }
  } catch (const Error&) {
    return "";
  }
  return "";
}

}  // namespace

std::vector<Line> try_bundle(const cli::RunWords& words, const GatesSite& site) {
  const std::string& name = site.cluster.wish.instance;
  const auto secrets = kept_secrets(words);  // first: no mistake shows one
  const handoff::Instance instance = handed_over(words, name, true);
  base::Diagnostics diagnostics;
  const handoff::Files files = handoff::bundle_files(instance, diagnostics);
  if (diagnostics.has_errors())
    throw Error(Kind::input, "no bundle can be made: what the inventory says of '" + name +
                                 "' has " + base::counted(diagnostics.errors().size(), "mistake"))
        .set_hint("provisioner handoff " + std::string(name_of(site.cluster.profile.platform)) +
                  " " + name + " --draft tells them");
  std::vector<Line> lines;
  look_through(files, secrets, "the bundle that would be written", lines);
  const std::string written = os::absolute("handoff/" + name);
  if (os::is_file(os::join_path(written, handoff::checksums_file)))
    look_through(read_tree(written), secrets, "the bundle at " + written, lines);
  return lines;
}

std::string break_glass(const cli::RunWords& words, const GatesSite& site) {
  const std::string name = site.text("break_glass_file");
  if (name.empty()) return "";
  const std::string path = site.beside_inventory(name);
  const auto text = os::read_file(path);
  if (!text) return "the credential for emergencies '" + path + "' is not there";
  if (!crypto::is_vault_text(*text))
    return "the credential for emergencies '" + path +
           "' lies open: who has the inventory may do everything in the cluster";
  std::string opened;
  try {
    opened = crypto::open_vault(*text, cli::asking_options(words).vault_secrets, {});
  } catch (const Error& error) {
    return "the credential for emergencies '" + path + "' cannot be opened: " + error.message();
  }
  const std::string certificate = certificate_in(opened);
  return certificate.empty()
             ? "what is sealed in '" + path + "' is no kubeconfig with a client's certificate"
             : "certificate " + certificate;
}

}  // namespace provisioner::platform
