// The list of modules and the ways to find one.
#include <algorithm>
#include <array>
#include <map>

#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

#define MODULE(name) extern const Module name;
#include "provisioner/node/modules/modules.def"
#undef MODULE

namespace {

constexpr std::array all{
#define MODULE(name) &name,
#include "provisioner/node/modules/modules.def"
#undef MODULE
};

std::map<std::string, const Module*, std::less<>> by_every_name() {
  std::map<std::string, const Module*, std::less<>> names;
  for (const Module* module : all) {
    names.emplace(module->spec.name, module);
    for (std::string_view collection : module->spec.collections)
      names.emplace(std::string(collection) + "." + std::string(module->spec.name), module);
  }
  return names;
}

}  // namespace

std::span<const Module* const> all_modules() { return all; }

const Module* find_module(std::string_view name) {
  static const auto names = by_every_name();
  auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

}  // namespace provisioner::modules
