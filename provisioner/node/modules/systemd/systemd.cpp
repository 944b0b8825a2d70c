// The modules systemd, systemd_service and service: a unit runs, starts with the machine, is
// masked.
#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/program_steps.h"
#include "provisioner/node/modules/systemd/unit.h"

namespace provisioner::modules {
namespace {

using systemd::Unit;

value::Dict properties_of(const Unit& unit) {
  value::Dict status;
  for (const auto& [name, text] : unit.properties) status.set(name, text);
  return status;
}

std::string unit_name(const Arguments& arguments) { return arguments.text("name"); }

// One change of a unit, and what Ansible says where it fails.
struct Change {
  std::string verb;
  std::string failure;       // a prefix; what systemctl printed follows
  bool with_output = false;  // its standard output too
  bool is_action = false;    // does something every time
  bool may_be_missing = false;
};

// What has to happen to a unit, and the result's keys.
struct Changes {
  std::vector<Change> list;
  value::Dict result;
  std::string failure;
};

void require(const Unit& unit, const std::string& name, Changes& changes) {
  if (unit.is_there() || !changes.failure.empty()) return;
  changes.failure = "Could not find the requested service " + name + ": host";
}

void plan_mask(const Unit& unit, const Arguments& arguments, Changes& changes) {
  const auto wanted = arguments.optional_boolean("masked");
  if (!wanted || *wanted == unit.is_masked) return;
  const std::string verb = *wanted ? "mask" : "unmask";
  const std::string name = unit_name(arguments);
  changes.list.push_back(
      {verb, fmt::format("Failed to {} the service ({}): ", verb, name), false, false, true});
}

void plan_enabled(const host::HostView& view, const Unit& unit, const Arguments& arguments,
                  Changes& changes) {
  const auto wanted = arguments.optional_boolean("enabled");
  if (!wanted) return;
  const std::string name = unit_name(arguments);
  require(unit, name, changes);
  if (!changes.failure.empty()) return;
  const bool now = systemd::is_enabled(view, unit, name, arguments.text("scope"));
  changes.result.set("enabled", *wanted);
  if (now == *wanted) return;
  const std::string verb = *wanted ? "enable" : "disable";
  changes.list.push_back({verb, fmt::format("Unable to {} service {}: ", verb, name), true});
}

// The verb that brings a unit to a state; "" where it is there.
std::string verb_for(const std::string& state, const Unit& unit) {
  if (state == "started") return unit.is_running() ? "" : "start";
  if (state == "stopped") return unit.is_running() || unit.is_stopping() ? "stop" : "";
  if (!unit.is_running()) return "start";
  return state == "restarted" ? "restart" : "reload";
}

void plan_state(const host::HostView& view, const Unit& unit, const Arguments& arguments,
                Changes& changes) {
  if (!arguments.has("state")) return;
  const std::string name = unit_name(arguments), state = arguments.text("state");
  require(unit, name, changes);
  if (!changes.failure.empty()) return;
  changes.result.set("state", state);
  if (!unit.properties.contains("ActiveState")) {
    if (systemd::is_offline(view)) {
      changes.result.set(
          "warnings",
          value::List{"Target is a chroot or systemd is offline. This can lead to false "
                      "positives or prevent the init system tools from working."});
    } else {
      changes.failure = "Service is in unknown state";
    }
    return;
  }
  const std::string verb = verb_for(state, unit);
  const bool is_action = state == "restarted" || state == "reloaded";
  if (is_action) changes.result.set("state", "started");
  if (!verb.empty())
    changes.list.push_back(
        {verb, fmt::format("Unable to {} service {}: ", verb, name), false, is_action});
}

Changes plan_unit(const host::HostView& view, const Arguments& arguments) {
  Changes changes;
  const std::string name = unit_name(arguments);
  changes.result = {{"name", arguments.has("name") ? value::Value(name) : value::Value()},
                    {"status", value::Dict{}}};
  if (name.empty()) return changes;
  const Unit unit = systemd::look_at(view, name, arguments.text("scope"));
  changes.result.set("status", properties_of(unit));
  if (unit.is_unit && !unit.is_masked && !unit.property("LoadError").empty()) {
    changes.failure =
        fmt::format("Error loading unit file '{}': {}", name, unit.property("LoadError"));
    return changes;
  }
  if (unit.is_init_script && !unit.is_unit) {
    changes.result.set(
        "warnings",
        value::List{fmt::format(
            "The service ({}) is actually an init script but the system is managed by systemd",
            name)});
  }
  plan_mask(unit, arguments, changes);
  plan_enabled(view, unit, arguments, changes);
  plan_state(view, unit, arguments, changes);
  return changes;
}

wire::Step step_for(const host::HostView& view, const Arguments& arguments,
                    const std::string& verb) {
  auto argv = systemd::systemctl(view, arguments);
  argv.push_back(verb);
  if (!verb.starts_with("daemon-")) argv.push_back(unit_name(arguments));
  wire::Step step = program_step(std::move(argv));
  // A user's systemd is found by its runtime directory, which a session without PAM lacks.
  auto& program = std::get<wire::RunProgram>(step);
  if (!view.environment("XDG_RUNTIME_DIR")) {
    program.environment.emplace_back("XDG_RUNTIME_DIR",
                                     "/run/user/" + std::to_string(view.effective_uid()));
  }
  return step;
}

std::vector<std::string> reloads(const Arguments& arguments) {
  std::vector<std::string> verbs;
  if (arguments.boolean("daemon_reload")) verbs.emplace_back("daemon-reload");
  if (arguments.boolean("daemon_reexec")) verbs.emplace_back("daemon-reexec");
  return verbs;
}

std::string complaint(const Arguments& arguments) {
  const std::string name = unit_name(arguments);
  for (const char* option : {"state", "enabled", "masked"}) {
    if (arguments.has(option) && !arguments.has("name"))
      return fmt::format("missing parameter(s) required by '{}': name", option);
  }
  for (const char letter : {'*', '?', '['}) {
    if (name.find(letter) == std::string::npos) continue;
    return fmt::format(
        "This module does not currently support using glob patterns, found '{}' in service name: "
        "{}",
        letter, name);
  }
  return "";
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  if (std::string wrong = complaint(arguments); !wrong.empty()) return failed(std::move(wrong));
  const Changes changes = plan_unit(view, arguments);
  const auto verbs = reloads(arguments);
  if (!changes.failure.empty() && verbs.empty()) {
    return failed(changes.failure);
  }
  wire::Plan plan;
  plan.result = changes.result;
  for (const std::string& verb : verbs) plan.steps.push_back(step_for(view, arguments, verb));
  for (const Change& change : changes.list)
    plan.steps.push_back(step_for(view, arguments, change.verb));
  const bool acts = std::ranges::any_of(changes.list, &Change::is_action);
  if (!plan.steps.empty())
    plan.verdict = acts || changes.list.empty() ? wire::Verdict::will_run : wire::Verdict::differs;
  plan.result.set("changed", !changes.list.empty());  // a reload alone counts as no change
  return plan;
}

wire::Outcome failure(std::string message) {
  return {
      .ending = wire::Ending::failed, .result = {{"msg", std::move(message)}}, .differences = {}};
}

// The unit is looked at again after a reload: its file may have come or changed.
wire::Outcome apply(host::Host& host, const Arguments& arguments, const wire::Plan&) {
  value::List warnings;
  for (const std::string& verb : reloads(arguments)) {
    const host::CommandResult answer = host.perform(step_for(host, arguments, verb));
    if (answer.status == 0) continue;
    if (!systemd::is_offline(host))
      return failure(fmt::format("failure {} during {}: {}", answer.status, verb, answer.err));
    warnings.emplace_back(fmt::format(
        "{} failed, but target is a chroot or systemd is offline. Continuing. Error was: {} / {}",
        verb, answer.status, answer.err));
  }
  const Changes changes = plan_unit(host, arguments);
  if (!changes.failure.empty()) return failure(changes.failure);
  for (const Change& change : changes.list) {
    const host::CommandResult answer = host.perform(step_for(host, arguments, change.verb));
    if (answer.status == 0) continue;
    const bool is_missing =
        change.may_be_missing &&
        !systemd::look_at(host, unit_name(arguments), arguments.text("scope")).is_there();
    if (is_missing)
      return failure("Could not find the requested service " + unit_name(arguments) + ": host");
    return failure(change.failure + (change.with_output ? answer.out : "") + answer.err);
  }
  wire::Outcome outcome;
  outcome.ending = changes.list.empty() ? wire::Ending::ok : wire::Ending::changed;
  outcome.result = changes.result;
  if (const value::Value* more = outcome.result.find("warnings")) {
    for (const value::Value& warning : more->list()) warnings.push_back(warning);
  }
  if (!warnings.empty()) outcome.result.set("warnings", warnings);
  return outcome;
}

std::vector<Parameter> systemd_parameters() {
  return {{.name = "name", .aliases = {"service", "unit"}},
          {.name = "state", .choices = {"reloaded", "restarted", "started", "stopped"}},
          {.name = "enabled", .type = Type::boolean},
          {.name = "force", .type = Type::boolean},
          {.name = "masked", .type = Type::boolean},
          {.name = "daemon_reload",
           .type = Type::boolean,
           .fallback = "no",
           .aliases = {"daemon-reload"}},
          {.name = "daemon_reexec",
           .type = Type::boolean,
           .fallback = "no",
           .aliases = {"daemon-reexec"}},
          {.name = "scope", .fallback = "system", .choices = {"system", "user", "global"}},
          {.name = "no_block", .type = Type::boolean, .fallback = "no"}};
}

// `service` is a front of the same: what it has beyond belongs to other init systems.
wire::Plan check_service(const host::HostView& view, const Arguments& arguments) {
  value::Dict values = arguments.values();
  values.set("scope", "system");
  return check(view, Arguments(std::move(values)));
}

wire::Outcome apply_service(host::Host& host, const Arguments& arguments, const wire::Plan& plan) {
  value::Dict values = arguments.values();
  values.set("scope", "system");
  return apply(host, Arguments(std::move(values)), plan);
}

}  // namespace

extern const Module systemd_module{.spec = {.name = "systemd",
                                            .summary = "makes sure of a systemd unit's state",
                                            .parameters = systemd_parameters()},
                                   .check = check,
                                   .apply = apply};

extern const Module systemd_service_module{
    .spec = {.name = "systemd_service",
             .summary = "makes sure of a systemd unit's state",
             .parameters = systemd_parameters()},
    .check = check,
    .apply = apply};

extern const Module service_module{
    .spec = {.name = "service",
             .summary = "makes sure of a service's state",
             .parameters = {{.name = "name", .required = true},
                            {.name = "state",
                             .choices = {"reloaded", "restarted", "started", "stopped"}},
                            {.name = "enabled", .type = Type::boolean},
                            {.name = "sleep", .type = Type::integer},
                            {.name = "pattern"},
                            {.name = "runlevel", .fallback = "default"},
                            {.name = "arguments", .aliases = {"args"}},
                            {.name = "use", .fallback = "auto"}},
             .constraints = {.required_one_of = {{"state", "enabled"}}}},
    .check = check_service,
    .apply = apply_service};

}  // namespace provisioner::modules
