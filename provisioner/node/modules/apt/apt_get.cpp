// What apt-get is told, and what its answers mean.
#include "provisioner/node/modules/apt/apt_get.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/apt/dpkg_status.h"

namespace provisioner::modules::apt {
namespace {

std::string apt_get(const host::HostView& view) {
  return view.program("apt-get").value_or("/usr/bin/apt-get");
}

std::vector<std::string> dpkg_options(const Arguments& arguments) {
  std::vector<std::string> options;
  for (const std::string& option : base::split(arguments.text("dpkg_options"), ',')) {
    options.insert(options.end(), {"-o", "Dpkg::Options::=--" + option});
  }
  return options;
}

std::string dpkg_options_shown(const Arguments& arguments) {
  std::vector<std::string> words;
  for (const std::string& option : base::split(arguments.text("dpkg_options"), ',')) {
    words.push_back("-o \"Dpkg::Options::=--" + option + "\"");
  }
  return base::join(words, " ");
}

std::string flag(bool is_set, const char* text) { return is_set ? text : ""; }

// The flags of a call in Ansible's order; empty ones keep their place in the text that is shown.
Call make_call(const host::HostView& view, const Arguments& arguments,
               const std::vector<std::string>& flags,
               const std::vector<std::string>& verb_and_packages) {
  Call call{{apt_get(view), "-y"}, ""};
  for (const std::string& option : dpkg_options(arguments)) call.argv.push_back(option);
  std::vector<std::string> shown = {apt_get(view), "-y", dpkg_options_shown(arguments)};
  for (const std::string& text : flags) {
    if (!text.empty()) call.argv.push_back(text);
    shown.push_back(text);
  }
  for (std::size_t i = 0; i < verb_and_packages.size(); ++i) {
    call.argv.push_back(verb_and_packages[i]);
    shown.push_back(i == 0 ? verb_and_packages[i] : "'" + verb_and_packages[i] + "'");
  }
  call.shown = "'" + base::join(shown, " ");
  return call;
}

void add_option(Call& call, const std::vector<std::string>& words) {
  call.argv.insert(call.argv.end(), words.begin(), words.end());
  call.shown += " " + base::join(words, " ");
}

std::vector<std::string> with_verb(const std::string& verb,
                                   const std::vector<std::string>& packages) {
  std::vector<std::string> words = {verb};
  words.insert(words.end(), packages.begin(), packages.end());
  return words;
}

wire::RunProgram quiet_program(std::vector<std::string> argv) {
  wire::RunProgram program;
  program.argv = std::move(argv);
  program.environment = {{"DEBIAN_FRONTEND", "noninteractive"},
                         {"DEBIAN_PRIORITY", "critical"},
                         {"LANG", "C.UTF-8"},
                         {"LC_ALL", "C.UTF-8"}};
  program.accepted.clear();
  return program;
}

}  // namespace

Call install_call(const host::HostView& view, const Arguments& arguments,
                  const std::vector<std::string>& packages) {
  const std::string state = arguments.text("state");
  const bool is_build = state == "build-dep";
  std::vector<std::string> flags = {
      flag(arguments.boolean("only_upgrade"), "--only-upgrade"),
      flag(state == "fixed", "--fix-broken"), flag(arguments.boolean("force"), "--force-yes"),
      flag(arguments.boolean("autoremove") && !is_build, "--auto-remove"),
      flag(arguments.boolean("fail_on_autoremove"), "--no-remove")};
  if (!is_build) flags.emplace_back();
  Call call =
      make_call(view, arguments, flags, with_verb(is_build ? "build-dep" : "install", packages));
  if (arguments.has("default_release")) add_option(call, {"-t", arguments.text("default_release")});
  if (const auto recommends = arguments.optional_boolean("install_recommends")) {
    add_option(call,
               {"-o", *recommends ? "APT::Install-Recommends=yes" : "APT::Install-Recommends=no"});
  }
  if (arguments.boolean("allow_unauthenticated")) add_option(call, {"--allow-unauthenticated"});
  if (arguments.boolean("allow_downgrade")) add_option(call, {"--allow-downgrades"});
  if (arguments.boolean("allow_change_held_packages"))
    add_option(call, {"--allow-change-held-packages"});
  call.shown += "'";
  return call;
}

Call remove_call(const host::HostView& view, const Arguments& arguments,
                 const std::vector<std::string>& packages) {
  Call call = make_call(
      view, arguments,
      {flag(arguments.boolean("purge"), "--purge"), flag(arguments.boolean("force"), "--force-yes"),
       flag(arguments.boolean("autoremove"), "--auto-remove"),
       flag(arguments.boolean("allow_change_held_packages"), "--allow-change-held-packages")},
      with_verb("remove", packages));
  std::vector<std::string> quoted;
  for (const std::string& package : packages) quoted.push_back("'" + package + "'");
  call.shown = "'apt-get remove " + base::join(quoted, " ") + "'";
  return call;
}

Call upgrade_call(const host::HostView& view, const Arguments& arguments, const std::string& mode) {
  const bool is_distribution = mode == "dist" || mode == "full";
  std::vector<std::string> verb = {is_distribution ? "dist-upgrade" : "upgrade"};
  if (!is_distribution) verb.emplace_back("--with-new-pkgs");
  if (arguments.boolean("autoremove")) verb.emplace_back("--auto-remove");
  Call call =
      make_call(view, arguments,
                {flag(arguments.boolean("force"), "--force-yes"),
                 flag(arguments.boolean("fail_on_autoremove"), "--no-remove"),
                 flag(arguments.boolean("allow_unauthenticated"), "--allow-unauthenticated"),
                 flag(arguments.boolean("allow_downgrade"), "--allow-downgrades")},
                verb);
  if (arguments.has("default_release")) add_option(call, {"-t", arguments.text("default_release")});
  const std::string command = is_distribution ? "dist-upgrade" : "upgrade --with-new-pkgs";
  call.shown = "'" + apt_get(view) + " " + command + " " +
               flag(arguments.boolean("autoremove"), "--auto-remove") + "'";
  return call;
}

Call cleanup_call(const host::HostView& view, const Arguments& arguments, const std::string& verb) {
  const bool purges = arguments.boolean("purge") && verb == "autoremove";
  Call call =
      make_call(view, arguments,
                {flag(purges, "--purge"), flag(arguments.boolean("force"), "--force-yes")}, {verb});
  call.shown = "'apt-get " + verb + "'";
  return call;
}

bool finds_dpkg_interrupted(const host::CommandResult& answer) {
  return answer.status != 0 && answer.err.find("dpkg --configure -a") != std::string::npos;
}

std::vector<std::string> simulated(const Call& call) {
  std::vector<std::string> argv = call.argv;
  argv.front() = "apt-get";
  argv.insert(argv.begin() + 1, "-s");
  return argv;
}

wire::Step step_of(const Call& call, const Arguments& arguments) {
  wire::RunProgram program = quiet_program(call.argv);
  program.argv.insert(
      program.argv.begin() + 1,
      {"-o", "DPkg::Lock::Timeout=" + std::to_string(arguments.integer("lock_timeout"))});
  return program;
}

wire::Step configure_step(const host::HostView& view) {
  return quiet_program({view.program("dpkg").value_or("/usr/bin/dpkg"), "--force-confdef",
                        "--force-confold", "--configure", "-a"});
}

std::string changes_in(const std::string& output) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::lines_of(output)) {
    if (!lines.empty() || line.starts_with("The following ")) lines.emplace_back(line);
    if (line.find(" upgraded, ") != std::string_view::npos && !lines.empty()) break;
  }
  return base::join(lines, "\n");
}

bool says_nothing_changes(const std::string& output) {
  return output.find("\n0 upgraded, 0 newly installed, 0 to remove") != std::string::npos;
}

value::Dict failure_of(const host::HostView& view, const Call& call,
                       const host::CommandResult& answer) {
  std::string message = call.shown + " failed: " + answer.err;
  const auto unfinished = DpkgStatus(view).unfinished();
  if (!unfinished.empty() || finds_dpkg_interrupted(answer)) {
    const std::string which = unfinished.empty() ? "" : ": " + base::join(unfinished, ", ");
    message += "dpkg has not finished with its packages" + which +
               "; see why with 'dpkg --configure -a' on the node";
  }
  return {{"msg", message}, {"rc", answer.status}, {"stdout", answer.out}, {"stderr", answer.err}};
}

}  // namespace provisioner::modules::apt
