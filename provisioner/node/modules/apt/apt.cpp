// The modules apt and package: packages are there, not there, or up to date.
#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/apt/apt_get.h"
#include "provisioner/node/modules/apt/deb_file.h"
#include "provisioner/node/modules/apt/package_lists.h"
#include "provisioner/node/modules/apt/selection.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

// One job of the module: the calls of apt-get it takes, and the keys of its result.
struct Job {
  std::vector<apt::Call> calls = {};
  value::Dict result = {};
  std::string failure = {};
  bool is_early = false;        // Ansible says so before it looks at the lists
  bool shows_lists = false;     // cache_updated and cache_update_time belong to the result
  bool judges_output = false;   // apt-get says whether something changes
  bool repeats_output = false;  // `msg` holds what apt-get said
};

std::string upgrade_mode(const Arguments& arguments) {
  const std::string mode = arguments.text("upgrade");
  if (mode != "no") return mode;
  const bool is_everything =
      arguments.has("package") && arguments.texts("package") == std::vector<std::string>{"*"};
  return is_everything && arguments.text("state") == "latest" ? "yes" : "no";
}

Job install_job(const host::HostView& view, const Arguments& arguments) {
  Job job{.shows_lists = true};
  const auto names = arguments.texts("package");
  const bool has_star = std::ranges::find(names, "*") != names.end();
  if (has_star && arguments.text("state") == "latest") {
    job.failure = "unable to install additional packages when upgrading all installed packages";
    job.is_early = true;
    return job;
  }
  const std::string state = arguments.text("state");
  apt::Selection selection;
  if (state == "build-dep") {
    selection.packages = names;
  } else {
    selection = apt::to_install(view, arguments);
  }
  job.failure = selection.failure;
  job.is_early = selection.is_early;
  const bool repairs = state == "fixed";
  job.judges_output = repairs && selection.packages.empty();
  if (job.failure.empty() && (!selection.packages.empty() || repairs)) {
    job.calls.push_back(apt::install_call(view, arguments, selection.packages));
  }
  return job;
}

Job remove_job(const host::HostView& view, const Arguments& arguments) {
  Job job;
  const apt::Selection selection = apt::to_remove(view, arguments);
  job.failure = selection.failure;
  job.is_early = true;
  if (!selection.packages.empty())
    job.calls.push_back(apt::remove_call(view, arguments, selection.packages));
  return job;
}

Job cleanup_job(const host::HostView& view, const Arguments& arguments) {
  Job job{.judges_output = true};
  if (arguments.boolean("autoclean"))
    job.calls.push_back(apt::cleanup_call(view, arguments, "autoclean"));
  if (arguments.boolean("autoremove"))
    job.calls.push_back(apt::cleanup_call(view, arguments, "autoremove"));
  job.shows_lists = job.calls.empty();
  return job;
}

Job job_of(const host::HostView& view, const Arguments& arguments) {
  if (const std::string mode = upgrade_mode(arguments); mode != "no") {
    return {.calls = {apt::upgrade_call(view, arguments, mode)},
            .judges_output = true,
            .repeats_output = true};
  }
  if (arguments.has("deb")) {
    const apt::DebFile deb = apt::judge_deb(view, arguments);
    Job job{.failure = deb.failure, .is_early = true};
    if (deb.is_needed) {
      job.calls.push_back(apt::install_call(view, arguments, {arguments.text("deb")}));
    } else {
      job.result = {{"stdout", ""}, {"stderr", ""}};
    }
    return job;
  }
  const bool is_fixed = arguments.text("state") == "fixed";
  if (!arguments.has("package") && !is_fixed) return cleanup_job(view, arguments);
  return arguments.text("state") == "absent" ? remove_job(view, arguments)
                                             : install_job(view, arguments);
}

bool says_change(const Job& job, const std::string& output) {
  if (!job.judges_output) return true;
  const bool cleans = output.find("\nDel ") != std::string::npos;
  const bool acts =
      output.find(" upgraded, ") != std::string::npos && !apt::says_nothing_changes(output);
  return cleans || acts;
}

void add_lists(const host::HostView& view, const Job& job, bool updated, value::Dict& result) {
  if (!job.shows_lists) return;
  result.set("cache_updated", updated);
  result.set("cache_update_time", apt::lists_time(view));
}

void add_output(const Job& job, const host::CommandResult& answer, value::Dict& result) {
  const auto joined = [&](const char* key, const std::string& text) {
    const value::Value* earlier = result.find(key);
    result.set(key, (earlier ? earlier->text() : "") + text);
  };
  joined("stdout", answer.out);
  joined("stderr", answer.err);
  if (job.repeats_output) joined("msg", answer.out);
}

wire::Outcome failed_outcome(value::Dict result) {
  return {.ending = wire::Ending::failed, .result = std::move(result), .differences = {}};
}

// A dry run of the calls by apt-get itself: what it would do, and whether it can.
void simulate(const host::HostView& view, const Job& job, wire::Plan& plan) {
  bool changes = false;
  std::string prepared;
  for (const apt::Call& call : job.calls) {
    const host::CommandResult answer = view.query(apt::simulated(call));
    if (answer.status != 0) {
      plan.verdict = wire::Verdict::failed;
      plan.result = apt::failure_of(view, call, answer);
      return;
    }
    add_output(job, answer, plan.result);
    changes = changes || says_change(job, answer.out);
    prepared += apt::changes_in(answer.out);
  }
  if (!changes) return;
  plan.verdict = wire::Verdict::differs;
  plan.differences = {{"", "", "", prepared + "\n", false}};
}

bool is_cleaned(const host::HostView& view, const Arguments& arguments) {
  return arguments.boolean("clean") && view.program("apt-get");
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const bool is_due = apt::is_update_due(view, arguments);
  const Job job = job_of(view, arguments);
  wire::Plan plan;
  if (!job.failure.empty() && !is_due) {
    plan = failed(job.failure);
    if (!job.is_early) add_lists(view, job, false, plan.result);
    return plan;
  }
  plan.result = job.result;
  add_lists(view, job, is_due, plan.result);
  if (job.failure.empty()) simulate(view, job, plan);
  if (plan.verdict == wire::Verdict::failed) {
    if (!is_due) add_lists(view, job, false, plan.result);
    if (!is_due) return plan;
    plan.result = {};
    add_lists(view, job, true, plan.result);
    plan.verdict = wire::Verdict::same;
  }
  for (const apt::Call& call : job.calls) plan.steps.push_back(apt::step_of(call, arguments));
  if (plan.verdict == wire::Verdict::same) plan.steps.clear();
  if (!is_due && !is_cleaned(view, arguments)) return plan;
  // New lists alone are a change only where nothing else was asked for.
  const bool is_only_update = !arguments.has("package") && job.calls.empty();
  plan.result.set("changed", plan.verdict == wire::Verdict::differs || (is_due && is_only_update));
  plan.verdict = wire::Verdict::will_run;
  return plan;
}

wire::Outcome perform(host::Host& host, const Arguments& arguments, const Job& job, bool updated) {
  wire::Outcome outcome;
  outcome.result = job.result;
  add_lists(host, job, updated, outcome.result);
  std::string prepared;
  for (const apt::Call& call : job.calls) {
    host::CommandResult answer = host.perform(apt::step_of(call, arguments));
    if (apt::finds_dpkg_interrupted(answer)) {
      const host::CommandResult made_good = host.perform(apt::configure_step(host));
      if (made_good.status != 0)
        return failed_outcome(apt::failure_of(host, {{}, "'dpkg --configure -a'"}, made_good));
      outcome.ending = wire::Ending::changed;
      answer = host.perform(apt::step_of(call, arguments));
    }
    if (answer.status != 0) {
      value::Dict failure = apt::failure_of(host, call, answer);
      add_lists(host, job, updated, failure);
      return failed_outcome(std::move(failure));
    }
    add_output(job, answer, outcome.result);
    if (says_change(job, answer.out)) outcome.ending = wire::Ending::changed;
    prepared += apt::changes_in(answer.out);
  }
  if (!prepared.empty()) outcome.differences = {{"", "", "", prepared + "\n", false}};
  if (updated && !arguments.has("package") && job.calls.empty())
    outcome.ending = wire::Ending::changed;
  return outcome;
}

// policy-rc.d for the time of an installation; what was there comes back.
class ServicePolicy {
 public:
  ServicePolicy(host::Host& host, const Arguments& arguments)
      : host_(host), is_set_(arguments.has("policy_rc_d")) {
    if (!is_set_) return;
    earlier_ = host.read_file(path);
    mode_ = host.status(path, host::Follow::yes).value_or(host::FileStatus{.mode = 0755}).mode;
    write(fmt::format("#!/bin/sh\nexit {}\n", arguments.integer("policy_rc_d")), 0755);
  }
  void restore() {
    if (!is_set_) return;
    earlier_ ? write(*earlier_, mode_)
             : static_cast<void>(host_.perform(wire::Remove{path, false}));
  }

 private:
  static constexpr const char* path = "/usr/sbin/policy-rc.d";
  void write(const std::string& text, std::uint32_t mode) {
    host_.perform(wire::WriteFile{.path = path,
                                  .content = {text, ""},
                                  .attributes = {{}, {}, mode},
                                  .backup = false,
                                  .validate = {},
                                  .in_place = false});
  }

  host::Host& host_;
  bool is_set_;
  std::optional<std::string> earlier_;
  std::uint32_t mode_ = 0755;
};

wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan&) {
  const bool is_due = apt::is_update_due(host, arguments);
  if (is_due) {
    if (std::string trouble = apt::update_lists(host, arguments); !trouble.empty())
      return failed_outcome({{"msg", std::move(trouble)}});
  }
  if (is_cleaned(host, arguments)) {
    const apt::Call clean = apt::cleanup_call(host, arguments, "clean");
    const host::CommandResult answer = host.perform(apt::step_of(clean, arguments));
    if (answer.status != 0) return failed_outcome(apt::failure_of(host, clean, answer));
  }
  const Job job = job_of(host, arguments);  // with the new lists
  if (!job.failure.empty()) return failed_outcome({{"msg", job.failure}});
  ServicePolicy policy(host, arguments);
  try {
    wire::Outcome outcome = perform(host, arguments, job, is_due);
    policy.restore();
    return outcome;
  } catch (const base::Error&) {
    policy.restore();
    throw;
  }
}

std::vector<Parameter> apt_parameters() {
  return {{.name = "package", .type = Type::list_of_text, .aliases = {"name", "pkg"}},
          {.name = "state",
           .fallback = "present",
           .choices = {"absent", "build-dep", "fixed", "latest", "present"}},
          {.name = "update_cache", .type = Type::boolean, .aliases = {"update-cache"}},
          {.name = "update_cache_retries", .type = Type::integer, .fallback = "5"},
          {.name = "update_cache_retry_max_delay", .type = Type::integer, .fallback = "12"},
          {.name = "cache_valid_time", .type = Type::integer, .fallback = "0"},
          {.name = "purge", .type = Type::boolean, .fallback = "no"},
          {.name = "deb", .type = Type::path},
          {.name = "default_release", .aliases = {"default-release"}},
          {.name = "install_recommends", .type = Type::boolean, .aliases = {"install-recommends"}},
          {.name = "force", .type = Type::boolean, .fallback = "no"},
          {.name = "upgrade", .fallback = "no", .choices = {"dist", "full", "no", "safe", "yes"}},
          {.name = "dpkg_options", .fallback = "force-confdef,force-confold"},
          {.name = "autoremove", .type = Type::boolean, .fallback = "no"},
          {.name = "autoclean", .type = Type::boolean, .fallback = "no"},
          {.name = "clean", .type = Type::boolean, .fallback = "no"},
          {.name = "fail_on_autoremove", .type = Type::boolean, .fallback = "no"},
          {.name = "policy_rc_d", .type = Type::integer},
          {.name = "only_upgrade", .type = Type::boolean, .fallback = "no"},
          {.name = "force_apt_get", .type = Type::boolean, .fallback = "no"},
          {.name = "allow_unauthenticated",
           .type = Type::boolean,
           .fallback = "no",
           .aliases = {"allow-unauthenticated"}},
          {.name = "allow_downgrade",
           .type = Type::boolean,
           .fallback = "no",
           .aliases = {"allow-downgrade", "allow_downgrades", "allow-downgrades"}},
          {.name = "allow_change_held_packages", .type = Type::boolean, .fallback = "no"},
          {.name = "lock_timeout", .type = Type::integer, .fallback = "60"}};
}

std::vector<Parameter> package_parameters() {
  std::vector<Parameter> parameters = apt_parameters();
  parameters.push_back({.name = "use", .fallback = "auto"});
  return parameters;
}

// `package` is the node's own package manager.
std::string package_manager(const host::HostView& view, const Arguments& arguments) {
  const std::string use = arguments.text("use");
  if (use != "auto") return use;
  return facts::package_manager(view, {}).facts.find("pkg_mgr")->text();
}

std::string no_manager(const std::string& name) {
  if (name == "unknown")
    return "Could not detect which package manager to use. Try gathering facts or setting the "
           "\"use\" option.";
  return fmt::format("Could not find a module for {}.", name);
}

wire::Plan check_package(const host::HostView& view, const Arguments& arguments) {
  const std::string manager = package_manager(view, arguments);
  if (manager != "apt" && manager != "ansible.builtin.apt") return failed(no_manager(manager));
  return check(view, arguments);
}

}  // namespace

extern const Module apt_module{
    .spec = {.name = "apt",
             .summary = "makes sure that Debian packages are there, or not there",
             .parameters = apt_parameters(),
             .constraints = {.mutually_exclusive = {{"deb", "package", "upgrade"}}}},
    .check = check,
    .apply = apply};

extern const Module package_module{
    .spec = {.name = "package",
             .summary = "makes sure that packages are there, or not there",
             .parameters = package_parameters()},
    .check = check_package,
    .apply = apply};

}  // namespace provisioner::modules
