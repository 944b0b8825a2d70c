// The sysctl module: a kernel setting, in a file of sysctl.d and in the running kernel.
#include <map>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

// A line "key = value"; nothing for comments, blanks and the rest.
std::optional<std::pair<std::string, std::string>> setting(std::string_view line) {
  const std::string_view trimmed = base::trim(line);
  if (trimmed.empty() || trimmed.front() == '#' || trimmed.front() == ';') return std::nullopt;
  const std::size_t equals = trimmed.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return std::pair{std::string(base::trim(trimmed.substr(0, equals))),
                   std::string(base::trim(trimmed.substr(equals + 1)))};
}

std::map<std::string, std::string> settings_of(const std::string& text) {
  std::map<std::string, std::string> settings;
  for (const std::string_view line : base::lines_of(text)) {
    if (const auto found = setting(line)) settings[found->first] = found->second;
  }
  return settings;
}

// The file with the setting as wanted (nullopt: without it). As Ansible does, each key stands
// once, where and as it came first, as "key=value".
std::string edited(const std::string& text, const std::string& name,
                   const std::optional<std::string>& wanted) {
  std::set<std::string> seen;
  std::string result;
  for (const std::string_view line : base::lines_of(text)) {
    const auto found = setting(line);
    if (!found) {
      result += std::string(line) + "\n";
      continue;
    }
    const std::string& key = found->first;
    if (!seen.insert(key).second || (key == name && !wanted)) continue;
    result += key + "=" + (key == name ? *wanted : found->second) + "\n";
  }
  if (wanted && !seen.contains(name)) result += name + "=" + *wanted + "\n";
  return result;
}

// Words that mean a switch become 1 and 0, as people write them in YAML.
std::string kernel_value(const Arguments& arguments) {
  const value::Value& given = arguments.raw("value");
  const std::string text(base::trim(given.is_string() ? given.text() : arguments.text("value")));
  const std::string lower = base::lower_case(text);
  if (lower == "y" || lower == "yes" || lower == "on" || lower == "true" || lower == "t")
    return "1";
  if (lower == "n" || lower == "no" || lower == "off" || lower == "false" || lower == "f")
    return "0";
  return text;
}

// sysctl(8): in a name with both, where the first separator is a dot, dots and slashes change
// places.
std::string kernel_path(const std::string& name) {
  const std::size_t first = name.find_first_of("./");
  if (name.find('/') == std::string::npos || name[first] == '/') return name;
  std::string path = name;
  for (char& letter : path) letter = letter == '.' ? '/' : letter == '/' ? '.' : letter;
  return path;
}

bool is_in_kernel(const host::HostView& view, const std::string& name, const std::string& wanted) {
  const auto current = view.sysctl(kernel_path(name));
  return current && words_of(*current) == words_of(wanted);
}

std::vector<std::string> sysctl_program(const host::HostView& view, const Arguments& arguments) {
  std::vector<std::string> argv = {view.program("sysctl").value_or("/sbin/sysctl")};
  if (arguments.boolean("ignoreerrors")) argv.emplace_back("-e");
  return argv;
}

wire::Step set_step(const host::HostView& view, const Arguments& arguments,
                    const std::string& wanted) {
  auto argv = sysctl_program(view, arguments);
  argv.insert(argv.end(), {"-w", arguments.text("name") + "=" + wanted});
  return program_step(std::move(argv));
}

wire::Step reload_step(const host::HostView& view, const Arguments& arguments,
                       const std::string& file) {
  auto argv = sysctl_program(view, arguments);
  argv.insert(argv.end(), {"-p", file});
  return program_step(std::move(argv));
}

std::string complaint(const Arguments& arguments) {
  if (arguments.text("name").empty()) return "name cannot be blank";
  const bool is_present = arguments.text("state") == "present";
  if (is_present && arguments.has("value") && kernel_value(arguments).empty())
    return "value cannot be blank";
  return "";
}

void plan_file(const host::HostView& view, const std::string& file, const std::string& after,
               const std::string& before, wire::Plan& plan) {
  wire::WriteFile write{.path = file,
                        .content = {after, ""},
                        .attributes = {},
                        .backup = false,
                        .validate = {},
                        .in_place = false};
  if (!view.status(file, host::Follow::yes)) write.attributes.mode = 0666u & ~view.umask();
  plan.steps.push_back(write);
  plan.differences = {{file, file, before, after, false}};
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  if (std::string wrong = complaint(arguments); !wrong.empty()) return failed(std::move(wrong));
  const std::string name = arguments.text("name");
  const bool is_present = arguments.text("state") == "present";
  const std::string wanted = is_present ? kernel_value(arguments) : "";
  const std::string file = followed(view, arguments.text("sysctl_file"));
  const std::string before = view.read_file(file).value_or("");
  const auto settings = settings_of(before);
  const auto found = settings.find(name);
  const bool is_file_right =
      is_present ? found != settings.end() && found->second == wanted : found == settings.end();
  const bool is_kernel_right = !is_present || is_in_kernel(view, name, wanted);
  wire::Plan plan;
  const bool sets_now = is_present && arguments.boolean("sysctl_set") && !is_kernel_right;
  if (sets_now) plan.steps.push_back(set_step(view, arguments, wanted));
  if (!is_file_right)
    plan_file(view, file, edited(before, name, is_present ? std::optional(wanted) : std::nullopt),
              before, plan);
  const bool is_changed =
      sets_now || !is_file_right || (arguments.boolean("reload") && !is_kernel_right);
  if (!is_changed) return plan;
  if (arguments.boolean("reload")) plan.steps.push_back(reload_step(view, arguments, file));
  plan.verdict = wire::Verdict::differs;
  return plan;
}

// sysctl says yes to some writes that the kernel refused.
bool has_failed(const host::CommandResult& answer) {
  if (answer.status != 0) return true;
  for (const char* sign : {"Invalid argument", "Read-only file system"}) {
    if (answer.err.find(sign) != std::string::npos) return true;
  }
  return false;
}

wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan& plan) {
  for (const wire::Step& step : plan.steps) {
    const host::CommandResult answer = host.perform(step);
    const auto* program = std::get_if<wire::RunProgram>(&step);
    if (!program || !has_failed(answer)) continue;
    const bool is_reload = program->argv[program->argv.size() - 2] == "-p";
    const std::string doing =
        is_reload ? "Failed to reload sysctl: " : "setting " + arguments.text("name") + " failed: ";
    return {.ending = wire::Ending::failed,
            .result = {{"msg", doing + answer.out + answer.err}},
            .differences = {}};
  }
  return {.ending = wire::Ending::changed, .result = plan.result, .differences = plan.differences};
}

}  // namespace

extern const Module sysctl_module{
    .spec =
        {.name = "sysctl",
         .summary = "makes sure of a kernel setting, now and after a boot",
         .collections = {"ansible.posix", "ansible.builtin", "ansible.legacy"},
         .parameters = {{.name = "name", .required = true, .aliases = {"key"}},
                        {.name = "value", .aliases = {"val"}},
                        {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                        {.name = "ignoreerrors", .type = Type::boolean, .fallback = "no"},
                        {.name = "reload", .type = Type::boolean, .fallback = "yes"},
                        {.name = "sysctl_file", .type = Type::path, .fallback = "/etc/sysctl.conf"},
                        {.name = "sysctl_set", .type = Type::boolean, .fallback = "no"}},
         .constraints = {.required_if = {{"state", "present", {"value"}}}}},
    .check = check,
    .apply = apply};

}  // namespace provisioner::modules
