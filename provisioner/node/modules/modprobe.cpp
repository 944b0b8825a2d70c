// The modprobe module: a kernel module is loaded, now and after a boot, or not.
#include <algorithm>
#include <set>
#include <utility>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules {
namespace {

constexpr const char* load_directory = "/etc/modules-load.d";
constexpr const char* option_directory = "/etc/modprobe.d";

// The kernel takes "-" and "_" for the same.
bool is_same_name(const std::string& a, const std::string& b) {
  return base::replace_all(a, "-", "_") == base::replace_all(b, "-", "_");
}

bool names_module(std::string_view line, const std::string& name) {
  const auto words = words_of(line.substr(0, line.find('#')));
  return words.size() == 1 && is_same_name(words[0], name);
}

bool holds_options(std::string_view line, const std::string& name) {
  const auto words = words_of(line);
  return words.size() > 2 && words[0] == "options" && is_same_name(words[1], name);
}

struct Configuration {
  std::string path, text;
};

std::vector<Configuration> files_of(const host::HostView& view, const std::string& directory) {
  std::vector<Configuration> files;
  for (const std::string& name : view.entries(directory).value_or(std::vector<std::string>{})) {
    if (!name.ends_with(".conf")) continue;
    const std::string path = followed(view, directory + "/" + name);
    files.push_back({path, view.read_file(path).value_or("")});
  }
  return files;
}

wire::Step write_step(const std::string& path, std::string text, bool is_new) {
  wire::WriteFile write{.path = path,
                        .content = {std::move(text), ""},
                        .attributes = {},
                        .backup = false,
                        .validate = {},
                        .in_place = false};
  if (is_new) write.attributes.mode = 0644;
  return write;
}

// Lines that fit become comments.
template <class Fits>
void comment_out(const std::vector<Configuration>& files, Fits fits, const std::string& but,
                 wire::Plan& plan) {
  for (const Configuration& file : files) {
    if (file.path == but) continue;
    std::string text;
    for (const std::string_view line : base::lines_of(file.text))
      text += (fits(line) ? "#" : "") + std::string(line) + "\n";
    if (text == file.text || file.text + "\n" == text) continue;
    plan.steps.push_back(write_step(file.path, text, false));
    plan.differences.push_back({file.path, file.path, file.text, text, false});
  }
}

void write_whole(const host::HostView& view, const std::string& path, const std::string& text,
                 wire::Plan& plan) {
  const auto before = view.read_file(path);
  if (before == text) return;
  for (wire::Step& step : missing_parents(view, path)) plan.steps.push_back(std::move(step));
  plan.steps.push_back(write_step(path, text, !before));
  plan.differences.push_back({path, path, before.value_or(""), text, false});
}

void plan_load_file(const host::HostView& view, const std::string& name, wire::Plan& plan) {
  for (const Configuration& file : files_of(view, load_directory)) {
    for (const std::string_view line : base::lines_of(file.text)) {
      if (names_module(line, name)) return;
    }
  }
  write_whole(view, std::string(load_directory) + "/" + name + ".conf", name + "\n", plan);
}

void plan_option_file(const host::HostView& view, const std::string& name,
                      const std::string& parameters, wire::Plan& plan) {
  const auto wanted = words_of(parameters);
  if (wanted.empty()) return;
  const auto files = files_of(view, option_directory);
  std::set<std::string> current;
  for (const Configuration& file : files) {
    for (const std::string_view line : base::lines_of(file.text)) {
      if (!holds_options(line, name)) continue;
      const auto words = words_of(line);
      current.insert(words.begin() + 2, words.end());
    }
  }
  if (current == std::set<std::string>(wanted.begin(), wanted.end())) return;
  const std::string own = std::string(option_directory) + "/" + name + ".conf";
  comment_out(
      files, [&](std::string_view line) { return holds_options(line, name); }, own, plan);
  std::string text;
  for (const std::string& parameter : wanted)
    text.append("options ").append(name).append(" ").append(parameter).append("\n");
  write_whole(view, own, text, plan);
}

void plan_persistence(const host::HostView& view, const Arguments& arguments, wire::Plan& plan) {
  const std::string name = arguments.text("name"), persistent = arguments.text("persistent");
  if (persistent == "present") {
    plan_load_file(view, name, plan);
    plan_option_file(view, name, arguments.text("params"), plan);
  } else if (persistent == "absent") {
    comment_out(
        files_of(view, load_directory),
        [&](std::string_view line) { return names_module(line, name); }, "", plan);
    comment_out(
        files_of(view, option_directory),
        [&](std::string_view line) { return holds_options(line, name); }, "", plan);
  }
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::string name = arguments.text("name");
  const bool is_wanted = arguments.text("state") == "present";
  wire::Plan plan;
  plan.result = {
      {"name", name}, {"params", arguments.text("params")}, {"state", arguments.text("state")}};
  if (view.has_kernel_module(name) != is_wanted) {
    std::vector<std::string> argv = {view.program("modprobe").value_or("/sbin/modprobe")};
    if (!is_wanted) argv.emplace_back("-r");
    argv.push_back(name);
    for (const std::string& word : base::shell_split(arguments.text("params")))
      argv.push_back(word);
    plan.steps.push_back(program_step(std::move(argv)));
  }
  plan_persistence(view, arguments, plan);
  if (!plan.steps.empty()) plan.verdict = wire::Verdict::differs;
  return plan;
}

wire::Outcome apply(host::Host& host, const Arguments&, const wire::Plan& plan) {
  const StepsResult done = perform_until_failure(host, plan.steps);
  if (done.status == 0)
    return {
        .ending = wire::Ending::changed, .result = plan.result, .differences = plan.differences};
  wire::Outcome outcome = outcome_of(done, plan);
  outcome.result.set("stdout", done.out);
  outcome.result.set("stderr", done.err);
  return outcome;
}

}  // namespace

extern const Module modprobe_module{
    .spec =
        {.name = "modprobe",
         .summary = "makes sure that a kernel module is loaded, or not",
         .collections = {"community.general", "ansible.builtin", "ansible.legacy"},
         .parameters = {{.name = "name", .required = true},
                        {.name = "state", .fallback = "present", .choices = {"absent", "present"}},
                        {.name = "params", .fallback = ""},
                        {.name = "persistent",
                         .fallback = "disabled",
                         .choices = {"disabled", "absent", "present"}}}},
    .check = check,
    .apply = apply};

}  // namespace provisioner::modules
