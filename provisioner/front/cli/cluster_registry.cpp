// The registry of a site, as `cluster up` brings it.

#include "provisioner/front/cli/cluster_registry.h"

#include "provisioner/cluster/registry/seed.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/registry_accounts.h"
#include "provisioner/front/cli/say.h"

namespace provisioner::cli {

using value::List;

void Seeding::finish() {
  if (!pushed_.valid()) return;
  say("the registry has all images, " + std::to_string(pushed_.get()) + " of them new");
}

Seeding bring_registry(const ClusterSession& session) {
  const ClusterWork& work = session.work();
  const RegistryPlace& place = work.site.registry;
  if (place.nodes.empty() || !work.site.profile.is_ours("registry")) return {};
  const RegistryAccounts accounts = registry_accounts();
  run_stage(work, "registry",
            {{"cluster_registry", List(place.nodes.begin(), place.nodes.end())},
             {"registry_accounts", accounts.pushing},
             {"registry_incoming_accounts", accounts.incoming}});
  return Seeding(std::async(std::launch::async, [&session, own = accounts.own] {
    const RegistryPlace& registry = session.work().site.registry;
    registry::RegistryClient client(
        {.url = "https://" + registry.address + ":" + std::to_string(registry.push_port),
         .trust = {.ca_file = os::join_path(state_directory(), "pki/ca.crt")},
         .account = own});
    return registry::seed(client, session.store(), session.work().artifacts.locked(), say);
  }));
}

}  // namespace provisioner::cli
