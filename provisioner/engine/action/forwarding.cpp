// Modules that stand for others: gather_facts, package, service.

#include <algorithm>
#include <array>

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::Value;

// The options of `arguments` that a module of the node side has.
Dict for_module(const modules::Module& module, const Dict& arguments) {
  const std::vector<modules::Parameter> parameters = modules::parameters_of(module.spec);
  const auto is_known = [&](std::string_view name) {
    return std::any_of(parameters.begin(), parameters.end(), [&](const modules::Parameter& one) {
      return one.name == name ||
             std::find(one.aliases.begin(), one.aliases.end(), name) != one.aliases.end();
    });
  };
  Dict kept;
  for (const auto& [name, argument] : arguments)
    if (!argument.is_none() && is_known(Dict::key_text(name))) kept.set(name, argument);
  return kept;
}

Steps<Result> gather_facts(Context& context) {
  CallModule call{"setup", given_arguments(context.arguments)};
  call.arguments.erase("parallel");
  call.even_in_check_mode = true;
  Reply reply = co_await std::move(call);
  co_return from_reply(std::move(reply));
}

// A fact that is known already, under either of its names; nullopt where facts were not gathered.
std::optional<std::string> known_fact(Context& context, const std::string& name) {
  const std::optional<Value> all = context.scope.variable("ansible_facts");
  if (all)
    if (const Value* fact = all->find(name); fact != nullptr && fact->is_string())
      return fact->text();
  const std::optional<Value> injected = context.scope.variable("ansible_" + name);
  if (injected && injected->is_string()) return injected->text();
  return std::nullopt;
}

Steps<Result> call_as(const modules::Module& module, Dict arguments) {
  CallModule call{std::string(module.spec.name), std::move(arguments)};
  const Value shown = invocation(module.spec, call.arguments);
  Reply reply = co_await std::move(call);
  Result result = from_reply(std::move(reply));
  result.outcome.result.set("invocation", shown);
  co_return result;
}

// Where facts do not say which manager a node has, its own half of `package` finds out.
Steps<Result> package(Context& context) {
  const modules::Arguments arguments(context.arguments);
  std::string name = arguments.text("use");
  if (name.empty() || name == "auto") name = known_fact(context, "pkg_mgr").value_or("package");
  const modules::Module* module = modules::find_module(name);
  if (module == nullptr)
    co_return failed("Could not find a matching action for the \"" + name + "\" package manager.");
  Dict told = given_arguments(context.arguments);
  told.erase("use");
  Steps<Result> calling = call_as(*module, std::move(told));
  Result result = co_await std::move(calling);
  co_return result;
}

// systemd is the only manager there is; options of others are named in a warning, as Ansible does.
Steps<Result> service(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const modules::Module* module = modules::find_module("systemd");
  if (module == nullptr) module = modules::find_module("systemd_service");
  if (module == nullptr)
    co_return failed("Could not find a matching action for the \"systemd\" service manager.");
  Dict told = for_module(*module, context.arguments);
  const bool has_work = arguments.has("state") || arguments.has("enabled");
  if (!has_work) co_return failed("one of the following is required: state, enabled");
  Steps<Result> calling = call_as(*module, std::move(told));
  Result result = co_await std::move(calling);
  for (const bool is_pattern : std::array{true, false}) {
    const char* option = is_pattern ? "pattern" : "sleep";
    if (arguments.has(option))
      result.effects.warnings.push_back("Ignoring \"" + std::string(option) +
                                        "\" as it is not used in \"systemd\"");
  }
  co_return result;
}

}  // namespace

extern const Action gather_facts_action{
    .spec = {.name = "gather_facts",
             .summary = "gathers facts of the node",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "parallel", .type = Type::boolean},
                            {.name = "gather_subset", .type = Type::list_of_text},
                            {.name = "gather_timeout", .type = Type::integer},
                            {.name = "filter", .type = Type::list_of_text},
                            {.name = "fact_path", .type = Type::path}}},
    .run = gather_facts};

extern const Action package_action{
    .spec = {.name = "package",
             .summary = "installs or removes packages with the node's own package manager",
             .parameters = {{.name = "name", .type = Type::raw, .aliases = {"pkg"}},
                            {.name = "state"},
                            {.name = "use", .fallback = "auto"}},
             .takes_any_name = true},
    .run = package};

extern const Action service_action{
    .spec = {.name = "service",
             .summary = "starts, stops or enables a service",
             .parameters = {{.name = "name", .required = true},
                            {.name = "state",
                             .choices = {"started", "stopped", "restarted", "reloaded"}},
                            {.name = "enabled", .type = Type::boolean},
                            {.name = "sleep", .type = Type::integer},
                            {.name = "pattern"},
                            {.name = "runlevel", .fallback = "default"},
                            {.name = "arguments", .aliases = {"args"}},
                            {.name = "use", .fallback = "auto"},
                            {.name = "daemon_reload", .type = Type::boolean},
                            {.name = "daemon_reexec", .type = Type::boolean},
                            {.name = "masked", .type = Type::boolean},
                            {.name = "scope"},
                            {.name = "no_block", .type = Type::boolean},
                            {.name = "force", .type = Type::boolean}},
             .constraints = {.required_one_of = {{"state", "enabled"}}}},
    .run = service};

}  // namespace provisioner::action
