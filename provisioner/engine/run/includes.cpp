// Equal includes of several hosts as one.

#include "provisioner/engine/run/includes.h"

#include <algorithm>

namespace provisioner::run {
namespace {

bool is_same(const Include& a, const Include& b) {
  return a.file == b.file && value::Value(a.arguments) == value::Value(b.arguments) &&
         value::Value(a.variables) == value::Value(b.variables);
}

}  // namespace

std::vector<IncludeGroup> group_includes(
    const Step& step, const std::vector<std::pair<std::string, std::vector<Include>>>& asked) {
  std::vector<IncludeGroup> groups;
  for (const auto& [host, includes] : asked) {
    for (const Include& include : includes) {
      // A host that asks for the same twice gets it twice.
      const auto group =
          std::find_if(groups.begin(), groups.end(), [&, &name = host](const IncludeGroup& known) {
            return is_same(known.include, include) &&
                   std::find(known.hosts.begin(), known.hosts.end(), name) == known.hosts.end();
          });
      if (group != groups.end())
        group->hosts.push_back(host);
      else
        groups.push_back({include, {host}, step.id + "/" + std::to_string(groups.size())});
    }
  }
  return groups;
}

}  // namespace provisioner::run
