// The mount module: a file system is in fstab, and mounted, or not.
#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/mount/fstab.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

using mount::Entry;
using mount::Fstab;

// A server that is gone leaves mount and umount hanging: they are children, and end here.
constexpr std::chrono::seconds patience{90};

// "/mnt/" is where the kernel says "/mnt".
std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// What the kernel has on a path; the last mount hides those below. No stat: that would hang on a
// dead server.
std::optional<host::Mount> mounted_at(const host::HostView& view, const std::string& path) {
  std::optional<host::Mount> found;
  for (const host::Mount& mounted : view.mounts()) {
    if (mounted.target == without_slash(path)) found = mounted;
  }
  return found;
}

// The arguments as an entry; `boot: no` is the option noauto.
Entry wanted_entry(const Arguments& arguments) {
  Entry entry;
  entry.source = arguments.text("src");
  entry.target = arguments.text("path");
  entry.type = arguments.text("fstype");
  if (arguments.has("opts")) entry.options = arguments.text("opts");
  entry.dump = arguments.text("dump");
  entry.pass = arguments.text("passno");
  const auto options = base::split(entry.options, ',');
  const bool has_noauto = std::ranges::find(options, "noauto") != options.end();
  if (!arguments.boolean("boot") && !has_noauto) entry.options += ",noauto";
  return entry;
}

std::string fstab_path(const Arguments& arguments) {
  return arguments.has("fstab") ? arguments.text("fstab") : "/etc/fstab";
}

value::Dict shown(const Arguments& arguments) {
  const Entry entry = wanted_entry(arguments);
  value::Dict result = {{"name", entry.target},
                        {"opts", entry.options},
                        {"dump", entry.dump},
                        {"passno", entry.pass},
                        {"fstab", fstab_path(arguments)},
                        {"boot", arguments.boolean("boot") ? "yes" : "no"},
                        {"backup_file", ""}};
  if (arguments.has("src")) result.set("src", entry.source);
  if (arguments.has("fstype")) result.set("fstype", entry.type);
  return result;
}

wire::Step mount_program(const host::HostView& view, const std::string& name,
                         std::vector<std::string> words) {
  words.insert(words.begin(), view.program(name).value_or("/bin/" + name));
  wire::Step step = program_step(std::move(words));
  std::get<wire::RunProgram>(step).deadline = patience;
  return step;
}

wire::Step mount_step(const host::HostView& view, const Arguments& arguments, bool again) {
  std::vector<std::string> words;
  if (again) words = {"-o", "remount"};
  if (fstab_path(arguments) != "/etc/fstab")
    words.insert(words.end(), {"-T", fstab_path(arguments)});
  words.push_back(arguments.text("path"));
  return mount_program(view, "mount", words);
}

wire::Step direct_mount_step(const host::HostView& view, const Arguments& arguments, bool again) {
  const Entry entry = wanted_entry(arguments);
  const std::string options = again ? "remount," + entry.options : entry.options;
  return mount_program(view, "mount",
                       {"-t", entry.type, "-o", options, entry.source, entry.target});
}

wire::Step umount_step(const host::HostView& view, const Arguments& arguments) {
  return mount_program(view, "umount", {arguments.text("path")});
}

// The step that writes fstab, where it has to change.
void add_fstab(const host::HostView& view, const Arguments& arguments, bool is_there,
               wire::Plan& plan) {
  const std::string path = followed(view, fstab_path(arguments));
  const auto before = view.read_file(path);
  Fstab fstab(before.value_or(""));
  const Entry entry = wanted_entry(arguments);
  is_there ? fstab.put(entry) : fstab.remove(entry);
  if (fstab.text() == before.value_or("")) return;
  wire::WriteFile write{.path = path,
                        .content = {fstab.text(), ""},
                        .attributes = {},
                        .backup = arguments.boolean("backup"),
                        .validate = {},
                        .in_place = false};
  if (!before) {
    plan.steps = missing_parents(view, path);
    write.attributes.mode = 0644;
  }
  plan.steps.push_back(write);
  plan.differences = {{path, path, before.value_or(""), fstab.text(), false}};
}

void add_mount_point(const host::HostView& view, const std::string& path, wire::Plan& plan) {
  if (view.status(path, host::Follow::yes)) return;
  const std::string directory = without_slash(path);
  for (wire::Step& step : missing_parents(view, directory)) plan.steps.push_back(std::move(step));
  plan.steps.push_back(wire::MakeDirectory{directory, {}});
}

wire::Plan plan_mounted(const host::HostView& view, const Arguments& arguments, wire::Plan plan) {
  add_fstab(view, arguments, true, plan);
  const bool is_mounted = mounted_at(view, arguments.text("path")).has_value();
  const bool is_changed = !plan.steps.empty();
  if (!is_mounted) add_mount_point(view, arguments.text("path"), plan);
  if (!is_mounted || is_changed) plan.steps.push_back(mount_step(view, arguments, is_mounted));
  return plan;
}

wire::Plan plan_absent(const host::HostView& view, const Arguments& arguments, wire::Plan plan) {
  add_fstab(view, arguments, false, plan);
  if (plan.steps.empty()) return plan;
  const std::string path = arguments.text("path");
  const bool is_mounted = mounted_at(view, path).has_value();
  if (is_mounted) plan.steps.push_back(umount_step(view, arguments));
  const bool has_place =
      path.starts_with('/') && (is_mounted || view.status(path, host::Follow::no));
  if (has_place) plan.steps.push_back(wire::Remove{without_slash(path), false});
  return plan;
}

wire::Plan plan_ephemeral(const host::HostView& view, const Arguments& arguments, wire::Plan plan) {
  const auto mounted = mounted_at(view, arguments.text("path"));
  if (mounted && mounted->source != arguments.text("src")) {
    return failed(
        "Ephemeral mount point is already mounted with a different source than the specified one. "
        "Failing in "
        "order to prevent an unwanted unmount or override operation. Try replacing this command "
        "with a "
        "\"state: unmounted\" followed by a \"state: ephemeral\", or use a different destination "
        "path.");
  }
  if (!mounted) add_mount_point(view, arguments.text("path"), plan);
  plan.steps.push_back(direct_mount_step(view, arguments, mounted.has_value()));
  return plan;
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string state = arguments.text("state");
  wire::Plan plan;
  plan.result = shown(arguments);
  if (state == "present") add_fstab(view, arguments, true, plan);
  if (state == "absent_from_fstab") add_fstab(view, arguments, false, plan);
  if (state == "mounted") plan = plan_mounted(view, arguments, std::move(plan));
  if (state == "absent") plan = plan_absent(view, arguments, std::move(plan));
  if (state == "ephemeral") plan = plan_ephemeral(view, arguments, std::move(plan));
  if (state == "unmounted" && mounted_at(view, arguments.text("path")))
    plan.steps = {umount_step(view, arguments)};
  if (state == "remounted") {
    const std::string path = arguments.text("path");
    if (!mounted_at(view, path))
      return failed("Error remounting " + path + ": umount: " + path + ": not mounted.\n");
    plan.steps = {mount_step(view, arguments, true)};
  }
  if (plan.verdict == wire::Verdict::failed || plan.steps.empty()) return plan;
  const bool acts = state == "remounted" || state == "ephemeral";
  plan.verdict = acts ? wire::Verdict::will_run : wire::Verdict::differs;
  return plan;
}

wire::Outcome failure(std::string message) {
  return {
      .ending = wire::Ending::failed, .result = {{"msg", std::move(message)}}, .differences = {}};
}

bool is_remount(const wire::RunProgram& program) {
  return program.argv.size() > 2 && program.argv[2].starts_with("remount");
}

std::string doing(const Arguments& arguments, const wire::RunProgram& program) {
  const std::string path = arguments.text("path");
  if (program.argv.front().ends_with("umount")) return "Error unmounting " + path + ": ";
  return (is_remount(program) ? "Error remounting " : "Error mounting ") + path + ": ";
}

// A mount that fails leaves fstab and the mount point as they were.
void take_back(host::Host& host, const std::vector<wire::Step>& done,
               const std::vector<std::optional<std::string>>& old) {
  for (std::size_t i = done.size(); i-- > 0;) {
    if (const auto* directory = std::get_if<wire::MakeDirectory>(&done[i]))
      host.perform(wire::Remove{directory->path, false});
    const auto* write = std::get_if<wire::WriteFile>(&done[i]);
    if (!write) continue;
    if (!old[i]) {
      host.perform(wire::Remove{write->path, false});
    } else {
      host.perform(wire::WriteFile{.path = write->path,
                                   .content = {*old[i], ""},
                                   .attributes = {},
                                   .backup = false,
                                   .validate = {},
                                   .in_place = false});
    }
  }
}

// Not every file system takes new options while it is mounted: then it goes and comes.
host::CommandResult mount_anew(host::Host& host, const Arguments& arguments) {
  const host::CommandResult gone = host.perform(umount_step(host, arguments));
  return gone.status == 0 ? host.perform(mount_step(host, arguments, false)) : gone;
}

// What a program that failed, or did not end, says.
std::optional<std::string> trouble_of(host::Host& host, const Arguments& arguments,
                                      const wire::Step& step) {
  const auto* program = std::get_if<wire::RunProgram>(&step);
  try {
    host::CommandResult answer = host.perform(step);
    const bool may_go = program && is_remount(*program) && arguments.text("state") != "ephemeral";
    if (answer.status != 0 && may_go) answer = mount_anew(host, arguments);
    if (!program || answer.status == 0) return std::nullopt;
    return doing(arguments, *program) + answer.out + answer.err;
  } catch (const base::Error& error) {
    if (program) return doing(arguments, *program) + error.message();
    if (std::holds_alternative<wire::Remove>(step))
      return "Error rmdir " + arguments.text("path") + ": " + error.message();
    throw;
  }
}

wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan& plan) {
  const std::string state = arguments.text("state");
  std::vector<wire::Step> done;
  std::vector<std::optional<std::string>> old;
  for (const wire::Step& step : plan.steps) {
    const auto* write = std::get_if<wire::WriteFile>(&step);
    const auto before = write ? host.read_file(write->path) : std::nullopt;
    if (const auto trouble = trouble_of(host, arguments, step)) {
      if (state == "mounted" || state == "ephemeral") take_back(host, done, old);
      return failure(*trouble);
    }
    done.push_back(step);
    old.push_back(before);
  }
  const bool must_be_mounted = state == "mounted" || state == "remounted" || state == "ephemeral";
  if (must_be_mounted && !mounted_at(host, arguments.text("path"))) {
    return failure("Error mounting " + arguments.text("path") +
                   ": mount said yes, but the kernel does not list it");
  }
  return {.ending = wire::Ending::changed, .result = plan.result, .differences = plan.differences};
}

}  // namespace

extern const Module mount_module{
    .spec =
        {.name = "mount",
         .summary = "makes sure that a file system is in fstab and mounted, or not",
         .collections = {"ansible.posix", "ansible.builtin", "ansible.legacy"},
         .parameters = {{.name = "path", .type = Type::path, .required = true, .aliases = {"name"}},
                        {.name = "state",
                         .required = true,
                         .choices = {"absent", "absent_from_fstab", "mounted", "present",
                                     "unmounted", "remounted", "ephemeral"}},
                        {.name = "src", .type = Type::path},
                        {.name = "fstype"},
                        {.name = "opts"},
                        {.name = "dump", .fallback = "0"},
                        {.name = "passno", .fallback = "0"},
                        {.name = "fstab"},
                        {.name = "boot", .type = Type::boolean, .fallback = "yes"},
                        {.name = "backup", .type = Type::boolean, .fallback = "no"}},
         .constraints = {.required_if = {{"state", "mounted", {"src", "fstype"}},
                                         {"state", "present", {"src", "fstype"}},
                                         {"state", "ephemeral", {"src", "fstype"}}}}},
    .check = check,
    .apply = apply};

}  // namespace provisioner::modules
