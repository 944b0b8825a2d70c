#pragma once

#include <optional>
#include <string>
#include <vector>

namespace provisioner::playbook {

// Where roles may stand, strongest first.
struct RoleSearch {
  std::vector<std::string> collections;        // of the play or the asking role: "ns.name"
  std::vector<std::string> collections_paths;  // each holds ansible_collections/
  std::string play_directory;
  std::vector<std::string> roles_path;
  std::string asking_role_directory;  // "" outside roles: its neighbours are looked at too
};

struct FoundRole {
  std::string name;
  std::string directory;
  std::string collection;  // "ns.name", or ""
};

// A role by name ("web", "ns.name.web") or by path. `tried` gets the folders that were looked at.
std::optional<FoundRole> find_role(const std::string& name, const RoleSearch& search,
                                   std::vector<std::string>& tried);

}  // namespace provisioner::playbook
