// A task's result as data: for the journal and for resume.

#include "provisioner/engine/run/task_result.h"

#include <array>

namespace provisioner::run {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::array<std::string_view, 6> status_names = {"ok",      "changed",     "failed",
                                                          "skipped", "unreachable", "unknown"};

Value list_of(const std::vector<std::string>& words) {
  List list;
  for (const std::string& word : words) list.emplace_back(word);
  return Value(std::move(list));
}

std::vector<std::string> words_of(const Value* value) {
  std::vector<std::string> words;
  if (value != nullptr && value->is_list())
    for (const Value& word : value->list()) words.push_back(word.text());
  return words;
}

Dict dict_of(const Value& value, std::string_view key) {
  const Value* member = value.find(key);
  return member != nullptr && member->is_dict() ? member->dict() : Dict();
}

Value from_effects(const action::Effects& effects) {
  Dict dict{{"facts", effects.facts},
            {"facts_cacheable", effects.facts_cacheable},
            {"facts_are_set", effects.facts_are_set},
            {"included_variables", effects.included_variables},
            {"stats", effects.stats},
            {"stats_per_host", effects.stats_per_host},
            {"stats_aggregate", effects.stats_aggregate}};
  if (effects.add_host)
    dict.set("add_host", Dict{{"name", effects.add_host->name},
                              {"groups", list_of(effects.add_host->groups)},
                              {"variables", effects.add_host->variables}});
  if (effects.add_group)
    dict.set("add_group", Dict{{"name", effects.add_group->name},
                               {"parents", list_of(effects.add_group->parents)}});
  return Value(std::move(dict));
}

action::Effects effects_from(const Value& value) {
  action::Effects effects;
  effects.facts = dict_of(value, "facts");
  effects.facts_cacheable = value::boolean_or(value, "facts_cacheable", false);
  effects.facts_are_set = value::boolean_or(value, "facts_are_set", false);
  effects.included_variables = dict_of(value, "included_variables");
  effects.stats = dict_of(value, "stats");
  effects.stats_per_host = value::boolean_or(value, "stats_per_host", false);
  effects.stats_aggregate = value::boolean_or(value, "stats_aggregate", true);
  if (const Value* host = value.find("add_host"))
    effects.add_host = {value::text_or(*host, "name", ""), words_of(host->find("groups")),
                        dict_of(*host, "variables")};
  if (const Value* group = value.find("add_group"))
    effects.add_group = {value::text_or(*group, "name", ""), words_of(group->find("parents"))};
  return effects;
}

}  // namespace

std::string_view name_of(Status status) {
  return status_names.at(static_cast<std::size_t>(status));
}

Value to_value(const TaskResult& result) {
  List effects, includes;
  for (const action::Effects& one : result.effects) effects.push_back(from_effects(one));
  for (const Include& one : result.includes)
    includes.emplace_back(
        Dict{{"file", one.file}, {"arguments", one.arguments}, {"variables", one.variables}});
  return Value(Dict{{"status", name_of(result.status)},
                    {"result", result.result},
                    {"effects", std::move(effects)},
                    {"notify", list_of(result.notify)},
                    {"includes", std::move(includes)},
                    {"no_log", result.is_no_log},
                    {"ignores_errors", result.ignores_errors},
                    {"ignores_unreachable", result.ignores_unreachable},
                    {"delegate", result.delegate}});
}

TaskResult task_result_from(const Value& value) {
  TaskResult result;
  const std::string status = value::text_or(value, "status", "unknown");
  for (std::size_t number = 0; number < status_names.size(); ++number)
    if (status_names[number] == status) result.status = static_cast<Status>(number);
  result.result = dict_of(value, "result");
  if (const Value* effects = value.find("effects"))
    for (const Value& one : effects->list()) result.effects.push_back(effects_from(one));
  if (const Value* includes = value.find("includes"))
    for (const Value& one : includes->list())
      result.includes.push_back(
          {value::text_or(one, "file", ""), dict_of(one, "arguments"), dict_of(one, "variables")});
  result.notify = words_of(value.find("notify"));
  result.is_no_log = value::boolean_or(value, "no_log", false);
  result.ignores_errors = value::boolean_or(value, "ignores_errors", false);
  result.ignores_unreachable = value::boolean_or(value, "ignores_unreachable", false);
  result.delegate = value::text_or(value, "delegate", "");
  return result;
}

}  // namespace provisioner::run
