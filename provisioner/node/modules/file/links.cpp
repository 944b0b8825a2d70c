// file: states link and hard.
#include <fmt/format.h>

#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/file/file_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

value::Dict link_keys(const FileTask& task, const std::optional<std::string>& source) {
  return {{"dest", task.path}, {"src", source ? value::Value(*source) : value::Value()}};
}

wire::Plan failed_with(value::Dict keys, std::string message) {
  wire::Plan plan = failed(std::move(message));
  for (const auto& [key, text] : keys) plan.result.set(key, text);
  return plan;
}

bool is_empty(const host::HostView& view, const std::string& directory) {
  return view.entries(directory).value_or(std::vector<std::string>{}).empty();
}

// Why what is there may not become a link; empty where it may.
std::string refusal_to_convert(const FileTask& task) {
  const bool is_file = task.before == "file" || task.before == "hard";
  if (task.before == "directory" && task.force && !is_empty(task.view, task.path))
    return fmt::format("the directory {} is not empty, refusing to convert it", task.path);
  if ((is_file || task.before == "directory") && !task.force)
    return fmt::format("refusing to convert from {} to symlink for {}", task.before, task.path);
  return "";
}

void note_source(FileChange& change, const std::string& before, const std::string& after) {
  change.before.set("src", before);
  change.after.set("src", after);
}

// Owner and mode of a symbolic link: of what it leads to where links are followed, else of the link
// itself.
void change_link_attributes(const FileTask& task, FileChange& change, const std::string& source) {
  if (!task.follow) {
    host::FileStatus link = new_file(task.view, task.path);
    link.type = host::FileType::link;
    link.mode = 0777;
    const auto now = task.view.status(task.path, host::Follow::no);
    return change_attributes(task, change, task.path,
                             now && now->type == host::FileType::link ? *now : link);
  }
  const std::string target = followed(task.view, os::join_path(os::parent_of(task.path), source));
  if (const auto now = task.view.status(target, host::Follow::yes)) {
    change_attributes(task, change, target, *now);
    change_times(task, change, target, *now);
    return;
  }
  change.warnings.emplace_back(
      "Cannot set fs attributes on a non-existent symlink target. follow should be set to False to "
      "avoid this.");
}

// The source as the link's own text: what is given, or what an existing link already says.
std::optional<std::string> source_of_link(const FileTask& task) {
  if (task.arguments.has("src")) return task.arguments.text("src");
  const bool leads_somewhere = task.view.status(task.path, host::Follow::yes).has_value();
  return task.follow && leads_somewhere ? task.view.link_target(task.path) : std::nullopt;
}

std::uint64_t inode_of(const host::HostView& view, const std::string& path) {
  const auto status = view.status(path, host::Follow::yes);
  return status ? status->inode : 0;
}

// Why a hard link cannot be made over what is there; empty where it can.
std::string refusal_to_link(const FileTask& task, bool is_same) {
  if (task.before == "hard" && !is_same && !task.force)
    return "Cannot link, different hard link exists at destination";
  if (task.before == "file" && !task.force) return "Cannot link, file exists at destination";
  if (task.before == "directory" && !task.force)
    return "Cannot link, directory exists at destination";
  if (task.before == "directory" && !is_empty(task.view, task.path))
    return fmt::format("the directory {} is not empty, refusing to convert it", task.path);
  return "";
}

void make_link(const FileTask& task, FileChange& change, wire::MakeLink link) {
  if (task.before == "directory") change.steps.emplace_back(wire::Remove{task.path, false});
  change.steps.emplace_back(std::move(link));
}

}  // namespace

wire::Plan plan_link(const FileTask& task) {
  const std::optional<std::string> source = source_of_link(task);
  const auto own = task.view.status(task.path, host::Follow::no);
  const bool is_directory = own && own->type == host::FileType::directory;
  const std::string near = is_directory ? task.path : os::parent_of(task.path);
  const std::string meant = os::join_path(near, source.value_or(""));
  if (source && task.arguments.has("src") && !task.force &&
      !task.view.status(meant, host::Follow::yes)) {
    wire::Plan plan = failed_at(
        task.path,
        fmt::format("src file does not exist, use \"force=yes\" if you really want to create "
                    "the link: {}",
                    meant));
    plan.result.set("src", *source);
    return plan;
  }
  if (std::string refusal = refusal_to_convert(task); !refusal.empty())
    return failed_at(task.path, std::move(refusal));
  if (!source && task.before != "link") return failed("src is required for creating new symlinks");

  FileChange change = begin_change(task, "link");
  const std::string old = task.view.link_target(task.path).value_or("");
  const std::string text = source.value_or(old);
  if (task.before != "link")
    make_link(task, change, {task.path, text, false});
  else if (old != text) {
    note_source(change, old, text);
    make_link(task, change, {task.path, text, false});
  }
  const bool is_seen =
      task.phase == Phase::apply || task.view.status(task.path, host::Follow::yes).has_value();
  if (is_seen) change_link_attributes(task, change, text);
  return plan_of(std::move(change), link_keys(task, source));
}

wire::Plan plan_hard_link(const FileTask& task) {
  const std::optional<std::string> source = task.arguments.optional_text("src");
  if (!source && task.before != "hard") return failed("src is required for creating new hardlinks");
  if (source && !task.view.status(*source, host::Follow::yes))
    return failed_with(link_keys(task, source), "src does not exist");
  const bool is_same = !source || inode_of(task.view, task.path) == inode_of(task.view, *source);
  const bool is_linked = task.before == "hard" || task.before == "directory";
  const bool is_made = !(is_same && is_linked);
  if (is_made)
    if (std::string refusal = refusal_to_link(task, is_same); !refusal.empty())
      return failed_with(link_keys(task, source), std::move(refusal));

  FileChange change = begin_change(task, "hard");
  if (task.before == "link")
    note_source(change, task.view.link_target(task.path).value_or(""), *source);
  if (is_made) make_link(task, change, {task.path, *source, true});
  const bool is_seen =
      task.phase == Phase::apply || task.view.status(task.path, host::Follow::yes).has_value();
  const auto now = task.view.status(is_made ? *source : task.path, host::Follow::yes);
  if (is_seen && now) {
    change_attributes(task, change, task.path, *now);
    change_times(task, change, task.path, *now);
  }
  return plan_of(std::move(change), link_keys(task, source));
}

}  // namespace provisioner::modules
