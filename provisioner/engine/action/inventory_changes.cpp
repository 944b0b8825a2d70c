// add_host and group_by: hosts and groups that come while the run goes on.

#include <charconv>

#include "provisioner/base/base/text.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value texts(const std::vector<std::string>& words) {
  List list;
  for (const std::string& word : words) list.emplace_back(word);
  return Value(std::move(list));
}

std::vector<std::string> group_list(const Value& given) {
  std::vector<std::string> names;
  if (given.is_list()) {
    for (const Value& one : given.list()) names.push_back(Dict::key_text(one));
  } else if (!given.is_none()) {
    for (const std::string& name : base::split(Dict::key_text(given), ','))
      names.emplace_back(base::trim(name));
  }
  return names;
}

// "web:2222" and "[::1]:2222" name a port; anything else is a name as it stands.
std::pair<std::string, std::optional<int>> split_port(const std::string& name) {
  const auto colon = name.rfind(':');
  if (colon == name.npos || colon + 1 == name.size()) return {name, std::nullopt};
  const bool is_bracketed = name.front() == '[' && name[colon - 1] == ']';
  if (!is_bracketed && name.find(':') != colon) return {name, std::nullopt};
  int port = 0;
  const auto [end, code] =
      std::from_chars(name.data() + colon + 1, name.data() + name.size(), port);
  if (code != std::errc() || end != name.data() + name.size()) return {name, std::nullopt};
  return {is_bracketed ? name.substr(1, colon - 2) : name.substr(0, colon), port};
}

bool is_parameter(const modules::Spec& spec, std::string_view name) {
  for (const modules::Parameter& parameter : spec.parameters)
    if (parameter.name == name) return true;
  return false;
}

Steps<Result> add_host(Context& context) {
  const modules::Arguments arguments(context.arguments);
  if (!arguments.has("name")) co_return failed("name, host or hostname needs to be provided");
  const auto [name, port] = split_port(Dict::key_text(arguments.raw("name")));
  Effects::AddHost added{name, group_list(arguments.raw("groups")), {}};
  if (port) added.variables.set("ansible_ssh_port", *port);
  for (const auto& [key, value] : context.arguments)
    if (!is_parameter(context.spec, Dict::key_text(key))) added.variables.set(key, value);
  Result result = changed({{"add_host", Dict{{"host_name", Value(name)},
                                             {"groups", texts(added.groups)},
                                             {"host_vars", Value(added.variables)}}}});
  result.effects.add_host = std::move(added);
  co_return result;
}

std::string group_name(const Value& given) {
  return base::replace_all(Dict::key_text(given), " ", "-");
}

Steps<Result> group_by(Context& context) {
  const modules::Arguments arguments(context.arguments);
  Effects::AddGroup added{group_name(arguments.raw("key")), {}};
  const Value& parents = arguments.raw("parents");
  if (parents.is_list())
    for (const Value& parent : parents.list()) added.parents.push_back(group_name(parent));
  else
    added.parents.push_back(parents.is_none() ? "all" : group_name(parents));
  Result result =
      changed({{"add_group", Value(added.name)}, {"parent_groups", texts(added.parents)}});
  result.effects.add_group = std::move(added);
  co_return result;
}

}  // namespace

extern const Action add_host_action{.spec = {.name = "add_host",
                                             .summary = "adds a host to the inventory of this run",
                                             .kind = modules::ModuleKind::read,
                                             .parameters = {{.name = "name",
                                                             .type = modules::Type::raw,
                                                             .aliases = {"host", "hostname"}},
                                                            {.name = "groups",
                                                             .type = modules::Type::raw,
                                                             .aliases = {"group", "groupname"}}},
                                             .takes_any_name = true},
                                    .run = add_host,
                                    .is_controller_only = true,
                                    .is_once_per_batch = true};

extern const Action group_by_action{
    .spec = {.name = "group_by",
             .summary = "puts a host into a group of this run",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "key", .type = modules::Type::raw, .required = true},
                            {.name = "parents", .type = modules::Type::raw}}},
    .run = group_by,
    .is_controller_only = true};

}  // namespace provisioner::action
