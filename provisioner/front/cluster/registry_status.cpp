// provisioner registry list, status.

#include "provisioner/front/cluster/registry_status.h"

#include <iostream>
#include <sstream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/registry/cosign.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/mib_text.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cluster/registry_adopt.h"
#include "provisioner/front/cluster/registry_status_script.h"
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
  List services, rooms;
};

void read_line(const std::string& line, Health& health) {
  std::istringstream words(line);
  std::string kind, name, one, other;
  words >> kind >> name >> one >> other;
  if (kind == "service") {
    health.services.emplace_back(Dict{{"name", name}, {"state", one}});
    if (one != "active")
      health.troubles.push_back("the service '" + name + "' is not as it should be: " + one);
  } else if (kind == "room") {
    health.rooms.emplace_back(Dict{{"path", name}, {"free_mib", one}, {"size_mib", other}});
  }
}

constexpr std::chrono::seconds longest_look{70};

void look_at_nodes(const cli::RunWords& words, const RegistrySite& site, Health& health) {
  const std::string script = "set -- " + base::shell_quote(site.storage) + " " +
                             base::shell_quote(site.incoming_storage) + "\n" +
                             std::string(registry_status_script());
  const auto answers = cli::node_answers(words, site.nodes, {script, longest_look});
  for (const std::string& node : site.nodes) {
    const auto answer = answers.find(node);
    if (answer == answers.end()) {
      health.troubles.push_back("the registry's node '" + node + "' does not answer");
      continue;
    }
    for (const std::string_view line : base::lines_of(answer->second))
      read_line(std::string(line), health);
  }
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

void tell(const Health& health) {
  cli::Table services({"SERVICE", "STATE"}), rooms({"STORAGE", "FREE", "SIZE"});
  for (const Value& service : health.services)
    services.add({value::text_or(service, "name", ""), value::text_or(service, "state", "")});
  for (const Value& room : health.rooms)
    rooms.add({value::text_or(room, "path", ""), value::text_or(room, "free_mib", "") + " MiB",
               value::text_or(room, "size_mib", "") + " MiB"});
  services.print(std::cout);
  rooms.print(std::cout);
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
  if (words.is_json)
    cli::print_json(
        Value(Dict{{"services", health.services},
                   {"rooms", health.rooms},
                   {"troubles", List(health.troubles.begin(), health.troubles.end())}}));
  else
    tell(health);
  return health.troubles.empty() ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace provisioner::cluster
