// file: state directory, and what `recurse` does below it.
#include <fmt/format.h>

#include <set>
#include <utility>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/file/file_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

// A walk over everything below a directory. Links are followed where the task says so, and no
// directory twice.
class Recursion {
 public:
  Recursion(const FileTask& task, FileChange& change) : task_(task), change_(change) {}

  void walk(const std::string& directory) {
    const auto status = task_.view.status(directory, host::Follow::yes);
    if (!status || !seen_.emplace(status->device, status->inode).second) return;
    for (const std::string& name :
         task_.view.entries(directory).value_or(std::vector<std::string>{}))
      visit(directory, os::join_path(directory, name));
  }

 private:
  void visit(const std::string& directory, const std::string& path) {
    const auto own = task_.view.status(path, host::Follow::no);
    if (!own) return;
    if (own->type != host::FileType::link) {
      set(path, *own);
      if (own->type == host::FileType::directory) walk(path);
      return;
    }
    if (!task_.follow) return set(path, *own);
    const std::string target = os::join_path(directory, task_.view.link_target(path).value_or(""));
    const auto status = task_.view.status(target, host::Follow::yes);
    if (!status) return;
    if (status->type == host::FileType::directory) walk(target);
    set(followed(task_.view, target), *status);
  }

  void set(const std::string& path, const host::FileStatus& now) {
    if (!set_.insert(path).second) return;
    change_attributes(task_, change_, path, now, Shown::no);
    FileChange unseen;
    change_times(task_, unseen, path, now);
    for (wire::Step& step : unseen.steps) change_.steps.push_back(std::move(step));
  }

  const FileTask& task_;
  FileChange& change_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
  std::set<std::string> set_;
};

// Every missing directory on the way gets the owner and the mode.
void make_directories(const FileTask& task, FileChange& change) {
  std::string path = task.path.starts_with('/') ? "" : ".";
  const bool is_relative = !task.path.starts_with('/');
  for (const std::string& name : base::split(task.path, '/')) {
    if (name.empty()) continue;
    path = is_relative && path == "." ? name : path + "/" + name;
    if (task.view.status(path, host::Follow::yes)) continue;
    const bool is_prediction = task.phase == Phase::check;
    const auto settle = is_prediction ? known_attribute_change : attribute_change;
    const AttributeChange attributes =
        settle(task.view, task.arguments, new_directory(task.view, path));
    change.steps.emplace_back(wire::MakeDirectory{path, attributes.wanted});
    if (is_prediction) continue;
    for (const auto& [key, value] : attributes.before) change.before.set(key, value);
    for (const auto& [key, value] : attributes.after) change.after.set(key, value);
  }
}

}  // namespace

wire::Plan plan_directory(const FileTask& given) {
  FileTask task = given;
  if (task.follow && task.before == "link") {
    task.path = followed(task.view, task.path);
    task.before = file_state(task.view, task.path);
  }
  if (task.before != "absent" && task.before != "directory")
    return failed_at(task.path, fmt::format("{} already exists as a {}", task.path, task.before));
  FileChange change = begin_change(task, "directory");
  if (task.before == "absent") {
    make_directories(task, change);
    return plan_of(std::move(change), {{"path", task.path}});
  }
  const host::FileStatus now = *task.view.status(task.path, host::Follow::yes);
  change_attributes(task, change, task.path, now);
  change_times(task, change, task.path, now);
  if (task.arguments.boolean("recurse")) Recursion(task, change).walk(task.path);
  return plan_of(std::move(change), {{"path", task.path}});
}

}  // namespace provisioner::modules
