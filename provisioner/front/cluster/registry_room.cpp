// How a node of the registry is.

#include "provisioner/front/cluster/registry_room.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/mib_text.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cluster/registry_status_script.h"

namespace provisioner::cluster {
namespace {

constexpr std::chrono::seconds longest_look{70};

}  // namespace

int StorageRoom::used_percent() const {
  if (size == 0) return 0;
  return static_cast<int>(((size - std::min(free, size)) * 100 + size - 1) / size);
}

RegistryNode read_registry_node(const std::string& answer) {
  RegistryNode node;
  for (const std::string_view line : base::lines_of(answer)) {
    std::istringstream words{std::string(line)};
    std::string kind, name;
    words >> kind >> name;
    if (kind == "service") {
      node.services.push_back({name, ""});
      words >> node.services.back().state;
    } else if (kind == "room") {
      StorageRoom room{.path = name, .disk = {}};
      words >> room.free >> room.size >> room.disk;
      node.rooms.push_back(std::move(room));
    } else if (kind == "cache") {
      RegistryCache cache{.name = name, .disk = {}};
      words >> cache.holds >> cache.disk;
      node.caches.push_back(std::move(cache));
    }
  }
  return node;
}

RegistryNode look_at_registry_node(const cli::RunWords& words, const RegistrySite& site,
                                   const std::string& node) {
  std::string script =
      "set -- " + base::shell_quote(site.storage) + " " + base::shell_quote(site.incoming_storage);
  for (const std::string& cache : site.caches) script += " " + base::shell_quote(cache);
  script += "\n" + std::string(registry_status_script());
  const cli::NodeAnswers answers = cli::ask_each(words, {node}, {script, longest_look});
  if (const auto why = answers.silent.find(node); why != answers.silent.end())
    return {.silence = "the registry's node " + cli::silence_text(node, why->second)};
  return read_registry_node(answers.said.at(node));
}

std::string full_text(const StorageRoom& room, bool refuses_pushes, const SpareRoom& spare) {
  const double gib = static_cast<double>(spare.bytes) / (1U << 30U);
  std::string text = fmt::format("'{}' is at {} % ({} of {} MiB are free): ", room.path,
                                 room.used_percent(), room.free, room.size);
  text += refuses_pushes ? "pushes are refused, pulls go on; " : "pushes are refused soon; ";
  if (spare.cached_mib > 0 && !refuses_pushes)
    text += fmt::format("its caches hold {} MiB, and give them up before that; ", spare.cached_mib);
  if (spare.bytes == 0)
    return text + "nothing in it is spare: let go of what nobody runs (provisioner registry " +
           "demote), or give it a larger disk";
  return text +
         (gib < 0.1 ? cli::mib_text(spare.bytes) + " come free"
                    : fmt::format("{:.1f} GiB come free", gib)) +
         " with: provisioner registry clean";
}

}  // namespace provisioner::cluster
