// provisioner registry list, status.

#include "provisioner/front/cluster/registry_status.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/registry/cosign.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/mib_text.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cluster/registry_adopt.h"
#include "provisioner/front/cluster/registry_room.h"
#include "provisioner/front/cluster/registry_spare.h"
#include "provisioner/front/cluster/signing_key.h"

namespace provisioner::cluster {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::size_t shown_digits = 12;  // of a digest, for people

Value said_of(const registry::VettedImage& image) {
  return Value(Dict{{"name", image.name},
                    {"tag", image.tag},
                    {"digest", "sha256:" + image.sha256},
                    {"verdict", image.verdict},
                    {"scan", image.scan},
                    {"waived", List(image.waived.begin(), image.waived.end())},
                    {"size", static_cast<std::int64_t>(image.size)},
                    {"by", image.by},
                    {"at", image.at}});
}

struct Health {
  std::vector<std::string> troubles;
  std::vector<RegistryService> services;
  std::vector<StorageRoom> rooms;
  std::vector<RegistryCache> caches;
};

void look_at_nodes(const cli::RunWords& words, const RegistrySite& site, Health& health) {
  for (const std::string& node : site.nodes) {
    RegistryNode seen = look_at_registry_node(words, site, node);
    if (!seen.silence.empty()) health.troubles.push_back(std::move(seen.silence));
    std::ranges::move(seen.services, std::back_inserter(health.services));
    std::ranges::move(seen.rooms, std::back_inserter(health.rooms));
    std::ranges::move(seen.caches, std::back_inserter(health.caches));
  }
  for (const RegistryService& service : health.services)
    if (service.state != "active")
      health.troubles.push_back("the service '" + service.name +
                                "' is not as it should be: " + service.state);
}

// Of each image of the lock, whether nodes can pull it, and whether it is signed.
void look_at_images(const RegistrySite& site, const registry::ImagesLock& lock, Health& health) {
  registry::RegistryClient own(own_access(site));
  const std::string key = signing_key_public();
  for (const registry::VettedImage& image : lock.images) {
    const std::string repository = registry::vetted_repository(image.name);
    if (own.digest_of(repository, "sha256:" + image.sha256) != image.sha256)
      health.troubles.push_back(registry::called(image) +
                                " is in the lock and not in the registry");
    else if (!registry::is_image_signed(own, repository, image.sha256, key))
      health.troubles.push_back(registry::called(image) + " has no signature of this site's key");
  }
}

bool refuses_pushes(const Health& health) {
  return std::ranges::find(health.services, "refuses-pushes", &RegistryService::state) !=
         health.services.end();
}

std::uint64_t cached_mib(const Health& health, const std::string& disk) {
  std::uint64_t sum = 0;
  for (const RegistryCache& cache : health.caches)
    if (cache.disk == disk) sum += cache.holds;
  return sum;
}

// Each disk once that is nearly full, with what would free how much of it.
void look_at_room(const RegistryWords& words, const RegistrySite& site, Health& health) {
  std::set<std::string> seen;
  std::optional<RegistrySpare> spare;
  for (const StorageRoom& room : health.rooms) {
    const bool is_full = room.used_percent() >= site.full_percent || refuses_pushes(health);
    if (!is_full || !seen.insert(room.disk).second) continue;
    if (!spare) spare = look_for_spare(words, site);
    health.troubles.push_back(
        full_text(room, refuses_pushes(health), {spare->bytes(), cached_mib(health, room.disk)}));
  }
}

Value said_of(const Health& health) {
  List services, rooms, caches;
  for (const RegistryService& service : health.services)
    services.emplace_back(Dict{{"name", service.name}, {"state", service.state}});
  for (const StorageRoom& room : health.rooms)
    rooms.emplace_back(Dict{{"path", room.path},
                            {"free_mib", static_cast<std::int64_t>(room.free)},
                            {"size_mib", static_cast<std::int64_t>(room.size)},
                            {"used_percent", room.used_percent()}});
  for (const RegistryCache& cache : health.caches)
    caches.emplace_back(
        Dict{{"name", cache.name}, {"holds_mib", static_cast<std::int64_t>(cache.holds)}});
  return Value(Dict{{"services", std::move(services)},
                    {"rooms", std::move(rooms)},
                    {"caches", std::move(caches)},
                    {"troubles", List(health.troubles.begin(), health.troubles.end())}});
}

void tell(const Health& health) {
  cli::Table services({"SERVICE", "STATE"}), rooms({"STORAGE", "USED", "FREE", "SIZE"});
  for (const RegistryService& service : health.services)
    services.add({service.name, service.state});
  for (const StorageRoom& room : health.rooms)
    rooms.add({room.path, std::to_string(room.used_percent()) + " %",
               std::to_string(room.free) + " MiB", std::to_string(room.size) + " MiB"});
  cli::Table caches({"CACHE", "HOLDS"});
  for (const RegistryCache& cache : health.caches)
    caches.add({cache.name, std::to_string(cache.holds) + " MiB"});
  services.print(std::cout);
  rooms.print(std::cout);
  if (!health.caches.empty()) caches.print(std::cout);
  for (const std::string& trouble : health.troubles) std::cout << trouble << "\n";
}

}  // namespace

int list_images(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const registry::ImagesLock lock = registry::read_images_lock(site.lock);
  if (words.is_json) {
    List items;
    for (const registry::VettedImage& image : lock.images) items.push_back(said_of(image));
    cli::print_json(Value(std::move(items)));
    return cli::exit_fine;
  }
  cli::Table table({"IMAGE", "TAG", "DIGEST", "SIZE", "VERDICT", "SCAN", "BY", "AT"});
  for (const registry::VettedImage& image : lock.images)
    table.add({image.name, image.tag, image.sha256.substr(0, shown_digits),
               cli::mib_text(image.size), image.verdict, image.scan, image.by, image.at});
  table.print(std::cout);
  for (const registry::DemotedImage& image : lock.demoted)
    std::cout << "demoted: " << image.name << "@sha256:" << image.sha256.substr(0, shown_digits)
              << " by " << image.by << " on " << image.at << ": "
              << base::escape_for_terminal(image.reason) << "\n";
  return cli::exit_fine;
}

int registry_status(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  Health health;
  if (site.is_ours())
    look_at_nodes(words.run, site, health);
  else
    health.troubles = driver_of(site)->troubles();
  // Of a node that is silent the registry is, too.
  if (!site.is_ours() || !health.rooms.empty())
    look_at_images(site, registry::read_images_lock(site.lock), health);
  if (site.is_ours()) look_at_room(words, site, health);
  if (words.is_json)
    cli::print_json(said_of(health));
  else
    tell(health);
  return health.troubles.empty() ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace provisioner::cluster
