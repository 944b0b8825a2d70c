// Where relative file names of a task are looked for.

#include "provisioner/language/playbook/search_path.h"

#include <algorithm>

#include "provisioner/base/os/files.h"

namespace provisioner::playbook {
namespace {

void add(std::vector<std::string>& paths, const std::string& path) {
  if (!path.empty() && std::find(paths.begin(), paths.end(), path) == paths.end())
    paths.push_back(path);
}

// A leading "~/" is the user's home.
std::string expanded(const std::string& name) {
  return name.starts_with("~/") ? os::join_path(os::home_directory(), name.substr(2)) : name;
}

// The folders of the files that include this one, each relative to the next: "a/b", then "x/a/b".
std::vector<std::string> include_folders(const Task& include) {
  std::vector<std::string> folders;
  std::string below;
  for (auto level = include.parents.rbegin(); level != include.parents.rend(); ++level) {
    const bool is_include = (*level)->origin == Level::Origin::imported_tasks ||
                            (*level)->origin == Level::Origin::included_tasks;
    if (!is_include && (*level)->directory.empty()) continue;
    below = below.empty() ? (*level)->directory : os::join_path((*level)->directory, below);
    folders.push_back(below);
  }
  return folders;
}

std::vector<std::string> tasks_file_candidates(const std::string& play_directory,
                                               const Task& include, const std::string& name) {
  std::vector<std::string> paths;
  const std::string kind = include.is_handler ? "handlers" : "tasks";
  const std::string start =
      include.role ? os::join_path(include.role->directory, kind) : play_directory;
  for (const std::string& folder : include_folders(include)) {
    add(paths, os::join_path(os::join_path(start, folder), name));
    if (include.role) add(paths, os::join_path(start, name));
  }
  add(paths, os::join_path(start, name));
  if (include.role) {
    add(paths, os::join_path(os::join_path(include.role->directory, "tasks"), name));
    add(paths, os::join_path(include.role->directory, name));
    add(paths, os::join_path(os::join_path(play_directory, kind), name));
  }
  add(paths, os::join_path(play_directory, name));
  return paths;
}

}  // namespace

std::vector<std::string> search_path(const Task& task, const std::string& play_directory) {
  std::vector<std::string> folders;
  if (task.role) {
    add(folders, task.role->directory);
    for (auto parent = task.role->parents.rbegin(); parent != task.role->parents.rend(); ++parent)
      add(folders, (*parent)->directory);
  }
  if (!task.file.empty()) add(folders, os::parent_of(task.file));
  add(folders, play_directory);
  return folders;
}

std::vector<std::string> candidates(const std::vector<std::string>& search_path,
                                    std::string_view kind, const std::string& name) {
  const std::string wanted = expanded(name);
  if (wanted.starts_with('/')) return {os::absolute(wanted)};
  std::vector<std::string> paths;
  const bool names_kind = wanted.substr(0, wanted.find('/')) == kind;
  for (const std::string& folder : search_path) {
    if (folder.ends_with("/tasks")) {
      const std::string role = os::parent_of(folder);
      if (!kind.empty()) add(paths, os::absolute(os::join_path(os::join_path(role, kind), wanted)));
      add(paths, os::absolute(os::join_path(role, wanted)));
    }
    if (!kind.empty() && !names_kind)
      add(paths, os::absolute(os::join_path(os::join_path(folder, kind), wanted)));
    add(paths, os::absolute(os::join_path(folder, wanted)));
  }
  return paths;
}

std::optional<std::string> find_file(const std::vector<std::string>& search_path,
                                     std::string_view kind, const std::string& name) {
  for (const std::string& path : candidates(search_path, kind, name))
    if (os::exists(path)) return path;
  return std::nullopt;
}

std::string find_tasks_file(const std::string& play_directory, const Task& include,
                            const std::string& name) {
  const std::string wanted = expanded(name);
  if (wanted.starts_with('/')) return os::absolute(wanted);
  const std::vector<std::string> paths = tasks_file_candidates(play_directory, include, wanted);
  for (const std::string& path : paths)
    if (os::exists(path)) return os::absolute(path);
  return os::absolute(paths.front());
}

}  // namespace provisioner::playbook
