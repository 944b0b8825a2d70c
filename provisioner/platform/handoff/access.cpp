// namespaces/ and kubeconfig/: where people and programs are let in.

#include <algorithm>
#include <array>

#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Value;

// Which file an object is in, in the order in which they are applied.
struct Shelf {
  const char* file;
  const char* comment;
  std::array<const char*, 3> kinds;
};

constexpr Shelf shelves[] = {
    {"namespaces/namespaces.yaml", "Namespaces, and what their pods may.", {"Namespace"}},
    {"namespaces/limits.yaml",
     "How much a namespace may ask for.",
     {"ResourceQuota", "LimitRange"}},
    {"namespaces/roles.yaml", "Who may what.", {"ClusterRole", "Role", "ServiceAccount"}},
    {"namespaces/bindings.yaml",
     "Which group has which role.",
     {"RoleBinding", "ClusterRoleBinding"}},
    {"namespaces/flows.yaml",
     "Which pods may talk to each other; nobody else may.",
     {"NetworkPolicy", "CiliumNetworkPolicy"}},
};
constexpr const char* other_file = "namespaces/others.yaml";

const char* file_of(const Value& object) {
  const std::string kind = text_of(object, "kind");
  for (const Shelf& shelf : shelves)
    if (std::ranges::any_of(shelf.kinds,
                            [&](const char* one) { return one != nullptr && kind == one; }))
      return shelf.file;
  return other_file;
}

std::string kubeconfig_note(const Instance& instance) {
  std::string text =
      "# How to get in\n\nNo private key is handed over. A role's file here holds none: its people "
      "log in at the "
      "site's issuer.\nFor a role without a file, who runs the provisioner makes one whose "
      "certificate "
      "lives for hours:\n\n";
  const auto add = [&](const std::string& role) {
    text += "    provisioner access kubeconfig " + instance.name + " " + role + " --out FILE\n";
  };
  for (const AccessRole& role : instance.roles)
    if (role.kubeconfig.is_none()) add(role.name);
  if (instance.roles.empty()) add("ROLE");
  return text;
}

}  // namespace

Files access_files(const Instance& instance) {
  std::map<std::string, std::vector<Value>> by_file;
  for (const Value& one : instance.access_objects) by_file[file_of(one)].push_back(one);
  Files files;
  for (const Shelf& shelf : shelves)
    if (by_file.contains(shelf.file))
      files[shelf.file] = yaml_documents(shelf.comment, by_file[shelf.file]);
  if (by_file.contains(other_file))
    files[other_file] = yaml_documents("What else access needs.", by_file[other_file]);
  files["kubeconfig/README.md"] = kubeconfig_note(instance);
  for (const AccessRole& role : instance.roles)
    if (!role.kubeconfig.is_none())
      files["kubeconfig/" + role.name + ".yaml"] = "# For people of the role '" + role.name +
                                                   "', who log in at the site's issuer.\n" +
                                                   yaml_text(role.kubeconfig);
  return files;
}

}  // namespace provisioner::handoff
