// Names of modules that Ansible has.

#include <map>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/engine/action/catalog.h"

namespace provisioner::action {
namespace {

struct Names {
  std::set<std::string, std::less<>> full;                        // "ansible.posix.acl"
  std::map<std::string, std::string, std::less<>> by_short_name;  // "acl" -> "ansible.posix.acl"
};

const Names& known() {
  static const Names all = [] {
    Names names;
    const auto add = [&names](const std::string& collection, std::string_view modules) {
      for (const std::string& module : base::split(modules, ' ')) {
        const std::string full = collection + "." + module;
        names.full.insert(full);
        names.by_short_name.emplace(module, full);
      }
    };
#define COLLECTION(collection, modules) add(collection, modules);
#include "provisioner/engine/action/absent_modules.def"
#undef COLLECTION
    return names;
  }();
  return all;
}

}  // namespace

std::string_view absent_module(std::string_view name) {
  const auto full = known().full.find(name);
  if (full != known().full.end()) return *full;
  const auto found = known().by_short_name.find(name);
  return found == known().by_short_name.end() ? std::string_view()
                                              : std::string_view(found->second);
}

std::vector<std::string> absent_modules() {
  std::vector<std::string> names;
  for (const auto& [name, unused] : known().by_short_name) names.push_back(name);
  return names;
}

}  // namespace provisioner::action
