// The pieces that all states of `file` share.
#include <fmt/format.h>

#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/file/file_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

double resolved(const Moment& moment, double was, double now) {
  if (moment.kind == Moment::Kind::preserve) return was;
  return moment.kind == Moment::Kind::now ? now : moment.seconds;
}

// What the step is told: nothing means the node's own clock.
std::optional<double> for_step(const Moment& moment, double was) {
  if (moment.kind == Moment::Kind::now) return std::nullopt;
  return moment.kind == Moment::Kind::preserve ? was : moment.seconds;
}

}  // namespace

std::string file_state(const host::HostView& view, const std::string& path) {
  const auto own = view.status(path, host::Follow::no);
  if (!own) return "absent";
  if (own->type == host::FileType::link) return "link";
  if (own->type == host::FileType::directory) return "directory";
  return own->links > 1 ? "hard" : "file";
}

FileChange begin_change(const FileTask& task, std::string_view state) {
  FileChange change;
  change.before.set("path", task.path);
  change.after.set("path", task.path);
  if (task.before != state) {
    change.before.set("state", task.before);
    change.after.set("state", state);
  }
  return change;
}

void change_attributes(const FileTask& task, FileChange& change, const std::string& path,
                       const host::FileStatus& now, Shown shown) {
  const AttributeChange attributes = attribute_change(task.view, task.arguments, now);
  if (attributes.is_needed)
    change.steps.emplace_back(wire::SetAttributes{path, attributes.wanted, false});
  if (shown == Shown::no) return;
  for (const auto& [key, value] : attributes.before) change.before.set(key, value);
  for (const auto& [key, value] : attributes.after) change.after.set(key, value);
}

void change_times(const FileTask& task, FileChange& change, const std::string& path,
                  const host::FileStatus& now) {
  const double clock = task.view.now();
  const double access = resolved(task.access, now.access_time, clock);
  const double modification = resolved(task.modification, now.modification_time, clock);
  if (access == now.access_time && modification == now.modification_time) return;
  if (modification != now.modification_time) {
    change.before.set("mtime", now.modification_time);
    change.after.set("mtime", modification);
  }
  if (access != now.access_time) {
    change.before.set("atime", now.access_time);
    change.after.set("atime", access);
  }
  change.steps.emplace_back(wire::TouchFile{path, for_step(task.access, now.access_time),
                                            for_step(task.modification, now.modification_time)});
}

wire::Plan plan_of(FileChange change, value::Dict keys) {
  wire::Plan plan;
  plan.verdict = change.steps.empty() ? wire::Verdict::same : wire::Verdict::differs;
  plan.steps = std::move(change.steps);
  plan.differences.push_back(
      {"", "", value::write_json(change.before), value::write_json(change.after), true});
  keys.set("diff",
           value::Dict{{"before", std::move(change.before)}, {"after", std::move(change.after)}});
  if (!change.warnings.empty()) keys.set("warnings", std::move(change.warnings));
  plan.result = std::move(keys);
  return plan;
}

wire::Plan failed_at(const std::string& path, std::string message) {
  wire::Plan plan = failed(std::move(message));
  plan.result.set("path", path);
  return plan;
}

}  // namespace provisioner::modules
