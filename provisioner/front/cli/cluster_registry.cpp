// The registry of a site, as `cluster up` brings it.

#include "provisioner/front/cli/cluster_registry.h"

#include <iostream>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/cluster/registry/seed.h"
#include "provisioner/front/cli/place.h"

namespace provisioner::cli {
namespace {

using value::List;

constexpr const char* pushing_account = "provisioner";

void say(const std::string& text) { std::cerr << text << std::endl; }

// The site's own account for pushing; made once, and kept from everybody but its owner.
http::Credentials pushing_credentials() {
  const std::string path = os::join_path(state_directory(), "pki/registry-password");
  if (!os::is_file(path)) {
    os::make_directories(os::parent_of(path), 0700);
    os::write_file(path, crypto::random_token(), 0600);
  }
  return {pushing_account, base::Secret(os::require_file(path))};
}

// bcrypt of the same password has another salt each time: the line is kept, so that a second run
// changes nothing.
std::string account_line(const http::Credentials& account) {
  const std::string path = os::join_path(state_directory(), "pki/registry-accounts");
  if (!os::is_file(path))
    os::write_file(
        path,
        account.user + ":" + crypto::password_hash(account.password.reveal(), "bcrypt", "", 10),
        0600);
  return os::require_file(path);
}

}  // namespace

void bring_registry(const ClusterSession& session) {
  const ClusterWork& work = session.work();
  const RegistryPlace& place = work.site.registry;
  if (place.nodes.empty()) return;
  const http::Credentials account = pushing_credentials();
  run_stage(work, "registry",
            {{"cluster_registry", List(place.nodes.begin(), place.nodes.end())},
             {"registry_accounts", account_line(account)}});
  registry::RegistryClient client(
      {.url = "https://" + place.address + ":" + std::to_string(place.push_port),
       .trust = {.ca_file = os::join_path(state_directory(), "pki/ca.crt")},
       .account = account});
  const std::size_t pushed = registry::seed(client, session.store(), work.artifacts.locked(), say);
  say("the registry has all images, " + std::to_string(pushed) + " of them new");
}

}  // namespace provisioner::cli
