// The registry of a site, as `cluster up` brings it.

#include "provisioner/front/cli/cluster_registry.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/cluster/registry/seed.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"

namespace provisioner::cli {
namespace {

using value::List;

constexpr const char* pushing_account = "provisioner";
constexpr std::chrono::seconds longest_wait{30};  // for another command's moment with the accounts

// The site's own account for pushing; made once, and kept from everybody but its owner.
http::Credentials pushing_credentials() {
  const std::string path = os::join_path(state_directory(), "pki/registry-password");
  if (!os::is_file(path)) {
    os::make_directories(os::parent_of(path), 0700);
    os::write_file(path, crypto::random_token(), 0600);
  }
  return {pushing_account, base::Secret(os::require_file(path))};
}

// bcrypt of the same password has another salt each time: the line is kept with a digest of what it
// is for, so that a second run changes nothing and another password makes a new one.
std::string account_line(const http::Credentials& account) {
  const std::string path = os::join_path(state_directory(), "pki/registry-accounts");
  const std::string digest = crypto::sha256(account.password.reveal());
  if (os::read_file(path + ".for") != digest) {
    os::write_file(
        path,
        account.user + ":" + crypto::password_hash(account.password.reveal(), "bcrypt", "", 10),
        0600);
    os::write_file(path + ".for", digest, 0600);
  }
  return os::require_file(path);
}

// Two instances of a site that come up at once share its accounts.
os::Descriptor hold_accounts() {
  const std::string folder = os::join_path(state_directory(), "pki");
  os::make_directories(folder, 0700);
  auto held = os::hold(os::join_path(folder, "accounts-lock"), longest_wait);
  if (!held)
    throw base::Error(base::Kind::refused, "another command is at work on '" + folder + "'");
  return *std::move(held);
}

}  // namespace

void bring_registry(const ClusterSession& session) {
  const ClusterWork& work = session.work();
  const RegistryPlace& place = work.site.registry;
  if (place.nodes.empty()) return;
  os::Descriptor held = hold_accounts();
  const http::Credentials account = pushing_credentials();
  const std::string line = account_line(account);
  held = {};
  run_stage(work, "registry",
            {{"cluster_registry", List(place.nodes.begin(), place.nodes.end())},
             {"registry_accounts", line}});
  registry::RegistryClient client(
      {.url = "https://" + place.address + ":" + std::to_string(place.push_port),
       .trust = {.ca_file = os::join_path(state_directory(), "pki/ca.crt")},
       .account = account});
  const std::size_t pushed = registry::seed(client, session.store(), work.artifacts.locked(), say);
  say("the registry has all images, " + std::to_string(pushed) + " of them new");
}

}  // namespace provisioner::cli
