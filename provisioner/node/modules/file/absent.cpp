// file: state absent.
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/file/file_task.h"

namespace provisioner::modules {
namespace {

// All that goes with a directory, for the diff.
void list_content(const host::HostView& view, const std::string& directory,
                  value::List& directories, value::List& files) {
  std::vector<std::string> below;
  for (const std::string& name : view.entries(directory).value_or(std::vector<std::string>{})) {
    const std::string path = os::join_path(directory, name);
    const auto own = view.status(path, host::Follow::no);
    const auto target = view.status(path, host::Follow::yes);
    const bool leads_to_directory = target && target->type == host::FileType::directory;
    (leads_to_directory ? directories : files).emplace_back(path);
    if (own && own->type == host::FileType::directory) below.push_back(path);
  }
  for (const std::string& path : below) list_content(view, path, directories, files);
}

}  // namespace

wire::Plan plan_absent(const FileTask& task) {
  value::Dict keys{{"path", task.path}, {"state", "absent"}};
  if (task.before == "absent") return same(std::move(keys));
  FileChange change = begin_change(task, "absent");
  if (task.before == "directory") {
    value::List directories, files;
    std::string path = task.path;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    list_content(task.view, path, directories, files);
    change.before.set("path_content", value::Dict{{"directories", std::move(directories)},
                                                  {"files", std::move(files)}});
  }
  change.steps.emplace_back(wire::Remove{task.path, task.before == "directory"});
  return plan_of(std::move(change), std::move(keys));
}

}  // namespace provisioner::modules
