// The registry of a site, as `cluster up` brings it.

#include "provisioner/front/cluster/cluster_registry.h"

#include <chrono>

#include "provisioner/cluster/registry/seed.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/registry_accounts.h"
#include "provisioner/front/cluster/registry_lock.h"
#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {

namespace {

constexpr std::chrono::hours longest_wait{2};  // for who vets or cleans

}  // namespace

void Seeding::finish() {
  if (!pushed_.valid()) return;
  cli::say("the registry has all images, " + std::to_string(pushed_.get()) + " of them new");
}

Seeding bring_registry(const ClusterSession& session) {
  const ClusterWork& work = session.work();
  const std::vector<std::string>& nodes = work.site.registry;
  if (nodes.empty() || !work.site.profile.is_ours("registry")) return {};
  const RegistrySite site = registry_site(work.words, work.site.wish.instance);
  // One that others look after is there already: provisioner registry adopt.
  if (site.is_ours()) {
    // Else a robot that is taken away meanwhile would be let in again.
    const os::Descriptor held = share_registry(registry_work(work.words), longest_wait);
    const RegistryAccounts accounts = registry_accounts(robots_of(site.robots_of));
    run_stage(work, "registry",
              {{"cluster_registry", list_of(nodes)},
               {"registry_accounts", accounts.pushing},
               {"registry_incoming_accounts", accounts.incoming}});
  }
  return Seeding(std::async(
      std::launch::async, [&session, access = own_access(site), place = registry_work(work.words)] {
        // Whoever cleans it meanwhile does not know of what is just coming.
        const os::Descriptor held = share_registry(place, longest_wait);
        registry::RegistryClient client(access);
        return registry::seed(client, session.store(), session.work().artifacts.locked(), cli::say);
      }));
}

}  // namespace provisioner::cluster
