// Looks for a role: in collections, roles/ beside the playbook, the roles path, beside the role
// that asks.

#include "provisioner/language/playbook/find_role.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::playbook {
namespace {

std::optional<FoundRole> in_collection(const std::string& collection, const std::string& role,
                                       const RoleSearch& search, std::vector<std::string>& tried) {
  const auto dot = collection.find('.');
  if (dot == collection.npos) return std::nullopt;
  const std::string below = "ansible_collections/" + collection.substr(0, dot) + "/" +
                            collection.substr(dot + 1) + "/roles/" +
                            base::replace_all(role, ".", "/");
  std::vector<std::string> roots = {os::join_path(search.play_directory, "collections")};
  roots.insert(roots.end(), search.collections_paths.begin(), search.collections_paths.end());
  for (const std::string& root : roots) {
    const std::string path = os::absolute(os::join_path(root, below));
    tried.push_back(path);
    if (os::is_directory(path)) return FoundRole{collection + "." + role, path, collection};
  }
  return std::nullopt;
}

std::vector<std::string> folders(const RoleSearch& search) {
  std::vector<std::string> all = {os::join_path(search.play_directory, "roles")};
  all.insert(all.end(), search.roles_path.begin(), search.roles_path.end());
  if (!search.asking_role_directory.empty())
    all.push_back(os::parent_of(search.asking_role_directory));
  all.push_back(search.play_directory);
  return all;
}

}  // namespace

std::optional<FoundRole> find_role(const std::string& name, const RoleSearch& search,
                                   std::vector<std::string>& tried) {
  if (std::count(name.begin(), name.end(), '.') >= 2 && name.find('/') == name.npos) {
    const auto second = name.find('.', name.find('.') + 1);
    if (auto found = in_collection(name.substr(0, second), name.substr(second + 1), search, tried))
      return found;
  }
  for (const std::string& collection : search.collections)
    if (auto found = in_collection(collection, name, search, tried)) return found;
  for (const std::string& folder : folders(search)) {
    const std::string path = os::absolute(os::join_path(folder, name));
    tried.push_back(path);
    if (os::exists(path)) return FoundRole{name, path, {}};
  }
  const std::string path = os::absolute(
      name.starts_with("~/") ? os::join_path(os::home_directory(), name.substr(2)) : name);
  if (name.find('/') != name.npos && os::exists(path))
    return FoundRole{path.substr(path.rfind('/') + 1), path, {}};
  return std::nullopt;
}

}  // namespace provisioner::playbook
