// The registry of a site, as `cluster up` brings it.

#include "provisioner/front/cli/cluster_registry.h"

#include "provisioner/cluster/registry/seed.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/registry_accounts.h"
#include "provisioner/front/cli/say.h"

namespace provisioner::cli {

using value::List;

void bring_registry(const ClusterSession& session) {
  const ClusterWork& work = session.work();
  const RegistryPlace& place = work.site.registry;
  if (place.nodes.empty() || !work.site.profile.is_ours("registry")) return;
  const RegistryAccounts accounts = registry_accounts();
  run_stage(work, "registry",
            {{"cluster_registry", List(place.nodes.begin(), place.nodes.end())},
             {"registry_accounts", accounts.pushing},
             {"registry_incoming_accounts", accounts.incoming}});
  registry::RegistryClient client(
      {.url = "https://" + place.address + ":" + std::to_string(place.push_port),
       .trust = {.ca_file = os::join_path(state_directory(), "pki/ca.crt")},
       .account = accounts.own});
  const std::size_t pushed = registry::seed(client, session.store(), work.artifacts.locked(), say);
  say("the registry has all images, " + std::to_string(pushed) + " of them new");
}

}  // namespace provisioner::cli
