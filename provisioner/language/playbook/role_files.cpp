// Which files of a role's folder are read.

#include "provisioner/language/playbook/role_files.h"

#include "provisioner/base/os/files.h"

namespace provisioner::playbook {
namespace {

// Files of a folder in sorted order, subfolders too, as `vars/main/` may be.
void add_files_below(const std::string& directory, std::vector<std::string>& files) {
  for (const std::string& name : os::entries(directory)) {
    if (name.starts_with('.') || name.ends_with('~')) continue;
    const std::string path = os::join_path(directory, name);
    const auto dot = name.rfind('.');
    const std::string ending = dot == name.npos ? "" : name.substr(dot);
    if (os::is_directory(path))
      add_files_below(path, files);
    else if (ending.empty() || ending == ".yml" || ending == ".yaml" || ending == ".json")
      files.push_back(path);
  }
}

}  // namespace

std::vector<std::string> role_files(const std::string& directory, const std::string& kind,
                                    const std::string& from, bool is_folder_allowed) {
  const std::string folder = os::join_path(directory, kind);
  std::vector<std::string> endings = {".yml", ".yaml", ".json"};
  endings.insert(from.empty() ? endings.end() : endings.begin(), "");
  for (const std::string& ending : endings) {
    const std::string path =
        os::absolute(os::join_path(folder, (from.empty() ? "main" : from) + ending));
    if (os::is_file(path)) return {path};
    if (!is_folder_allowed || !os::is_directory(path)) continue;
    std::vector<std::string> files;
    add_files_below(path, files);
    return files;
  }
  return {};
}

// meta/argument_specs, else `argument_specs` of meta/main.
value::Value argument_specification(Loading& loading, const std::string& directory,
                                    const std::string& entry_point, base::Pos asked_at) {
  for (const char* name : {"argument_specs", ""}) {
    const std::vector<std::string> files = role_files(directory, "meta", name, false);
    if (files.empty()) continue;
    const value::Value meta = read_data(loading, files.front(), asked_at);
    const value::Value* specs = meta.find("argument_specs");
    const value::Value* entry = specs == nullptr ? nullptr : specs->find(entry_point);
    if (entry != nullptr && entry->is_dict()) return *entry;
  }
  return {};
}

}  // namespace provisioner::playbook
