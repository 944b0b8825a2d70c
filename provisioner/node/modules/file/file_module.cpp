// file: a path's state (file, directory, links, absent) and its owner, group, mode and times.
#include <fmt/format.h>

#include <cmath>
#include <ctime>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/file/file_task.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

// A wall-clock time of the node's zone, by a strptime format.
Moment moment_of(const host::HostView& view, const std::string& text, const std::string& format) {
  if (text == "preserve") return {};
  if (text == "now") return {Moment::Kind::now, 0};
  std::tm parts{};
  const char* end = strptime(text.c_str(), format.c_str(), &parts);
  if (end == nullptr || *end != '\0')
    throw base::Error(
        base::Kind::failed,
        fmt::format(
            "Error while obtaining timestamp for time {} using format {}: time data '{}' does not "
            "match format '{}'",
            text, format, text, format));
  // Twice, because the offset is that of the moment looked for.
  const auto as_utc = static_cast<double>(timegm(&parts));
  const double near = as_utc - view.time_zone(as_utc).offset_seconds;
  return {Moment::Kind::given, as_utc - view.time_zone(near).offset_seconds};
}

Moment moment_option(const host::HostView& view, const Arguments& arguments,
                     const std::string& name, bool is_touch) {
  const std::string otherwise = is_touch ? "now" : "preserve";
  return moment_of(view, arguments.optional_text(name).value_or(otherwise),
                   arguments.text(name + "_format"));
}

// The state meant where none is given: what is there, or what can be made.
std::string state_meant(const Arguments& arguments, const std::string& now) {
  if (arguments.has("state")) return arguments.text("state");
  if (now != "absent") return now;
  return arguments.boolean("recurse") ? "directory" : "file";
}

// With a directory for a path, a source's name below it is meant.
std::string path_meant(const host::HostView& view, const Arguments& arguments) {
  const std::string path = arguments.text("path");
  const std::string state = arguments.text("state");
  if (state == "link" || state == "absent") return path;
  const auto status = view.status(path, host::Follow::yes);
  const std::string source = arguments.has("_original_basename")
                                 ? arguments.text("_original_basename")
                                 : arguments.text("src");
  const std::string name =
      source.substr(source.rfind('/') == std::string::npos ? 0 : source.rfind('/') + 1);
  const bool is_directory = status && status->type == host::FileType::directory;
  return is_directory && !name.empty() ? os::join_path(path, name) : path;
}

wire::Plan plan(const host::HostView& view, const Arguments& arguments, Phase phase) {
  const std::string path = path_meant(view, arguments);
  const std::string state = state_meant(arguments, file_state(view, path));
  if (arguments.boolean("recurse") && state != "directory")
    return failed_at(path, "recurse option requires state to be 'directory'");
  if (arguments.has("src") && state != "link" && state != "hard")
    return failed_at(path, "src option requires state to be 'link' or 'hard'");
  const bool is_touch = state == "touch";
  if (state == "absent")
    return plan_absent(
        {view, arguments, phase, path, file_state(view, path), false, false, {}, {}});
  const FileTask task{view,
                      arguments,
                      phase,
                      path,
                      file_state(view, path),
                      arguments.boolean("follow"),
                      arguments.boolean("force"),
                      moment_option(view, arguments, "access_time", is_touch),
                      moment_option(view, arguments, "modification_time", is_touch)};
  if (state == "directory") return plan_directory(task);
  if (state == "link") return plan_link(task);
  if (state == "hard") return plan_hard_link(task);
  return is_touch ? plan_touch(task) : plan_file(task);
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  return plan(view, arguments, Phase::check);
}

wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan&) {
  wire::Plan work = plan(host, arguments, Phase::apply);
  host::perform_all(host, work.steps);
  wire::Outcome outcome;
  outcome.ending = wire::Ending::changed;
  outcome.result = std::move(work.result);
  outcome.differences = std::move(work.differences);
  return outcome;
}

}  // namespace

// A regular file, or whatever a link leads to.
wire::Plan plan_file(const FileTask& task) {
  FileTask target = task;
  if (task.follow && task.before == "link") {
    target.path = followed(task.view, task.path);
    target.before = file_state(task.view, target.path);
  }
  if (target.before != "file" && target.before != "hard") {
    wire::Plan plan = failed_at(
        target.path, fmt::format("file ({}) is {}, cannot continue", target.path, target.before));
    plan.result.set("state", target.before);
    return plan;
  }
  FileChange change = begin_change(target, "file");
  const host::FileStatus now = *task.view.status(target.path, host::Follow::no);
  change_attributes(target, change, target.path, now);
  change_times(target, change, target.path, now);
  return plan_of(std::move(change), {{"path", target.path}});
}

extern const Module file_module{
    .spec = {.name = "file",
             .summary = "a path's state, owner, group, mode and times",
             .parameters = {{.name = "path",
                             .type = Type::path,
                             .required = true,
                             .aliases = {"dest", "name"}},
                            {.name = "state",
                             .choices = {"absent", "directory", "file", "hard", "link", "touch"}},
                            {.name = "_original_basename"},
                            {.name = "_diff_peek", .type = Type::boolean},
                            {.name = "src", .type = Type::path},
                            {.name = "recurse", .type = Type::boolean, .fallback = "no"},
                            {.name = "force", .type = Type::boolean, .fallback = "no"},
                            {.name = "follow", .type = Type::boolean, .fallback = "yes"},
                            {.name = "modification_time"},
                            {.name = "modification_time_format", .fallback = "%Y%m%d%H%M.%S"},
                            {.name = "access_time"},
                            {.name = "access_time_format", .fallback = "%Y%m%d%H%M.%S"}},
             .common_file_options = true},
    .check = check,
    .apply = apply};

}  // namespace provisioner::modules
