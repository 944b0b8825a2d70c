// file: state touch. Like touch(1) it changes something every time, unless both times are to be
// preserved.
#include <fmt/format.h>

#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/file/file_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {

wire::Plan plan_touch(const FileTask& task) {
  value::Dict keys{{"dest", task.path}};
  const std::string path = task.follow ? followed(task.view, task.path) : task.path;
  if (task.before == "absent" && task.phase == Phase::check) {
    wire::Plan plan;
    plan.verdict = wire::Verdict::differs;
    plan.steps.emplace_back(wire::TouchFile{path, std::nullopt, std::nullopt});
    plan.result = std::move(keys);
    return plan;
  }
  if (task.before == "link" && !task.view.status(task.path, host::Follow::yes))
    return failed_at(
        path,
        fmt::format("Error while updating modification or access time: [Errno 2] No such file or "
                    "directory: b'{}'",
                    path));
  FileChange change = begin_change(task, "touch");
  host::FileStatus now =
      task.view.status(task.path, host::Follow::yes).value_or(new_file(task.view, path));
  if (task.before == "absent") {
    now.access_time = now.modification_time = task.view.now();
    change.steps.emplace_back(wire::TouchFile{path, std::nullopt, std::nullopt});
  }
  const auto own = task.view.status(path, host::Follow::no);
  change_attributes(task, change, path, own.value_or(now));
  change_times(task, change, path, now);
  return plan_of(std::move(change), std::move(keys));
}

}  // namespace provisioner::modules
