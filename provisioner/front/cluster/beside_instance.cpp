// Files that lie beside the layer of an inventory that holds an instance.

#include "provisioner/front/cluster/beside_instance.h"

#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

std::string folder_beside(const std::string& input) { return os::parent_of(os::absolute(input)); }

bool is_in(const std::string& source, const std::string& input) {
  const std::string path = os::absolute(input);
  return source == path || source == input || source.starts_with(path + "/");
}

// Folder -> the inventory in it that holds one of the instances, the first of those.
std::map<std::string, std::string> holders(const cli::LoadedInventory& loaded,
                                           const std::vector<std::string>& instances) {
  std::map<std::string, std::string> found;
  for (const std::string& instance : instances) {
    const inventory::Group* group = loaded.inventory().group("instance_" + instance);
    if (group == nullptr) continue;
    for (const std::string& source : group->sources)
      for (const std::string& input : loaded.inputs())
        if (is_in(source, input)) found.emplace(folder_beside(input), input);
  }
  return found;
}

}  // namespace

std::string beside_instances(const cli::LoadedInventory& loaded,
                             const std::vector<std::string>& instances, const std::string& name) {
  const std::string first = os::join_path(folder_beside(loaded.first_source()), name);
  if (name.starts_with('/')) return name;
  const auto found = holders(loaded, instances);
  if (found.empty()) return first;
  const std::string called = "'" + base::join(instances, "', '") + "'";
  if (found.size() > 1) {
    std::vector<std::string> layers;
    for (const auto& [folder, input] : found) layers.push_back("'" + input + "'");
    throw Error(Kind::input, "where '" + name + "' of " + called + " lies cannot be told: " +
                                 base::join(layers, " and ") + " put nodes into it")
        .set_hint("name its nodes in one layer, or in layers of one folder");
  }
  const std::string path = os::join_path(found.begin()->first, name);
  if (path != first && !os::exists(path) && os::exists(first))
    throw Error(Kind::input, "'" + first + "' is not beside the layer that holds " + called +
                                 ", '" + found.begin()->second + "'")
        .set_hint("move it: mv '" + first + "' '" + path + "'");
  return path;
}

std::string layer_of(const cli::LoadedInventory& loaded, const std::string& instance) {
  const auto found = holders(loaded, {instance});
  return found.size() == 1 ? found.begin()->second : loaded.first_source();
}

}  // namespace provisioner::cluster
