// Which modules a playbook may name, and what each name means.

#include "provisioner/engine/action/catalog.h"

#include <algorithm>

#include "provisioner/base/os/files.h"
#include "provisioner/engine/action/action.h"

namespace provisioner::action {
namespace {

using playbook::KnownModule;

// "copy" for "ansible.builtin.copy"; names of other collections stay whole.
std::string_view without_builtin(std::string_view name) {
  for (const std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return name;
}

// The native module of this name: its short one, or its full one in a collection it is known from.
const modules::Spec* native(std::string_view name) {
  if (const modules::Spec* spec = find_spec(without_builtin(name))) return spec;
  const auto dot = name.rfind('.');
  if (dot == name.npos) return nullptr;
  const modules::Spec* spec = find_spec(name.substr(dot + 1));
  if (spec == nullptr) return nullptr;
  const auto& known_from = spec->collections;
  return std::find(known_from.begin(), known_from.end(), name.substr(0, dot)) == known_from.end()
             ? nullptr
             : spec;
}

bool is_python(const std::string& path) {
  if (path.ends_with(".py")) return true;
  const std::string text = os::read_file(path).value_or("");
  return text.starts_with("#!") &&
         text.substr(0, text.find('\n')).find("python") != std::string::npos;
}

std::string module_name(const std::string& file) {
  const auto dot = file.rfind('.');
  return dot == 0 || dot == file.npos ? file : file.substr(0, dot);
}

}  // namespace

ModuleCatalog::ModuleCatalog(const std::vector<std::string>& library_directories) {
  for (const std::string& directory : library_directories) {
    if (!os::is_directory(directory)) continue;
    for (const std::string& file : os::entries(directory)) {
      const std::string path = os::join_path(directory, file);
      if (os::is_file(path) && !file.starts_with('.') && !file.ends_with(".md"))
        own_files_.emplace(module_name(file), path);
    }
  }
}

KnownModule ModuleCatalog::find(std::string_view name,
                                const std::vector<std::string>& collections) const {
  const auto own = own_files_.find(without_builtin(name));
  if (own != own_files_.end()) {
    const std::string kind = is_python(own->second) ? "a Python module" : "a module of your own";
    return {KnownModule::Class::refused, own->first, nullptr,
            "'" + own->first + "' is " + kind + " ('" + own->second +
                "'): such modules cannot be run here"};
  }
  if (const modules::Spec* spec = native(name))
    return {KnownModule::Class::native, std::string(spec->name), spec, {}};
  for (const std::string& collection : collections)
    if (const modules::Spec* spec = native(collection + "." + std::string(name)))
      return {KnownModule::Class::native, std::string(spec->name), spec, {}};
  if (!absent_module(name).empty())
    return {KnownModule::Class::absent, std::string(without_builtin(name)), nullptr, {}};
  for (const std::string& collection : collections)
    if (!absent_module(collection + "." + std::string(name)).empty())
      return {KnownModule::Class::absent, std::string(name), nullptr, {}};
  return {};
}

std::vector<std::string> ModuleCatalog::names() const {
  std::vector<std::string> all = absent_modules();
  for (const modules::Module* module : modules::all_modules()) all.emplace_back(module->spec.name);
  for (const std::string& name : action_names()) all.push_back(name);
  for (const auto& [name, unused] : own_files_) all.push_back(name);
  return all;
}

std::vector<std::string> library_directories(const std::string& playbook_directory,
                                             const std::vector<std::string>& roles_path) {
  std::vector<std::string> folders = {os::join_path(playbook_directory, "library")};
  std::vector<std::string> roots = {os::join_path(playbook_directory, "roles")};
  roots.insert(roots.end(), roles_path.begin(), roles_path.end());
  for (const std::string& root : roots) {
    if (!os::is_directory(root)) continue;
    for (const std::string& role : os::entries(root))
      folders.push_back(os::join_path(os::join_path(root, role), "library"));
  }
  return folders;
}

}  // namespace provisioner::action
