// From what a task gives to what a module reads. One walk, in ansible-core's order, finds
// everything wrong and words it twice: for a person who reads a file, and as ansible-core words it
// at run time.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/convert.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

using value::Value;

struct Complaint {
  base::Error house;
  std::string run_time;
};

struct Binding {
  const Spec& spec;
  std::vector<Parameter> parameters;
  Templates templates;
  base::Pos task;
  value::Dict values = {};
  std::vector<Complaint> complaints = {};
  std::vector<Complaint> unknown = {};  // ansible-core tells of these last

  void complain(std::string house, base::Pos pos, std::string run_time,
                const std::string& hint = {}) {
    base::Error error(base::Kind::input, std::move(house), pos.is_known() ? pos : task);
    if (!hint.empty()) error.set_hint(hint);
    complaints.push_back({std::move(error), std::move(run_time)});
  }

  // Of a secret, neither the words nor the line they stand on are shown.
  void hide_last() { complaints.back().house.hide_excerpt(); }
};

const std::vector<Parameter>& file_options() {
  static const std::vector<Parameter> options{
      {.name = "mode", .type = Type::mode},
      {.name = "owner"},
      {.name = "group"},
      {.name = "seuser"},
      {.name = "serole"},
      {.name = "selevel"},
      {.name = "setype"},
      {.name = "attributes", .aliases = {"attr"}},
      {.name = "unsafe_writes", .type = Type::boolean, .fallback = "no"},
  };
  return options;
}

bool holds_template(const Value& value) {
  if (value.is_string())
    return value.text().find("{{") != std::string::npos ||
           value.text().find("{%") != std::string::npos;
  if (value.is_list()) return std::ranges::any_of(value.list(), holds_template);
  if (value.is_dict())
    return std::ranges::any_of(value.dict(),
                               [](const auto& entry) { return holds_template(entry.value); });
  return false;
}

bool is_open(const Binding& binding, const Value& value) {
  return binding.templates == Templates::allowed && (holds_template(value) || value.is_sealed());
}

const Parameter* parameter_named(const Binding& binding, std::string_view name) {
  for (const Parameter& parameter : binding.parameters) {
    if (parameter.name == name) return &parameter;
    if (std::ranges::find(parameter.aliases, name) != parameter.aliases.end()) return &parameter;
  }
  return nullptr;
}

std::string supported_text(const Binding& binding) {
  std::set<std::string> names, aliases;
  for (const Parameter& parameter : binding.parameters) {
    names.emplace(parameter.name);
    for (std::string_view alias : parameter.aliases) aliases.emplace(alias);
  }
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (!aliases.empty()) text += fmt::format(" ({})", fmt::join(aliases, ", "));
  return text;
}

void refuse_unknown(Binding& binding, const Value& key) {
  std::vector<std::string> candidates;
  for (const Parameter& parameter : binding.parameters) {
    candidates.emplace_back(parameter.name);
    for (std::string_view alias : parameter.aliases) candidates.emplace_back(alias);
  }
  const std::string name = value::Dict::key_text(key);
  base::Error error(base::Kind::input,
                    fmt::format("module '{}' has no option '{}'", binding.spec.name, name),
                    key.pos().is_known() ? key.pos() : binding.task);
  if (std::string hint = base::suggestion(name, candidates); !hint.empty()) error.set_hint(hint);
  binding.unknown.push_back({std::move(error), name});
}

// Names made canonical. A name of its own wins over its aliases, a later alias over an earlier one.
void take_names(Binding& binding, const value::Dict& given) {
  for (const auto& [key, value] : given) {
    const std::string name = value::Dict::key_text(key);
    const Parameter* parameter = parameter_named(binding, name);
    const bool is_free_form = !binding.spec.free_form.empty() && name == binding.spec.free_form;
    if (parameter == nullptr && binding.spec.takes_any_name) {
      binding.values.set(key, value);
    } else if (parameter == nullptr && !is_free_form) {
      refuse_unknown(binding, key);
    } else if (parameter == nullptr || parameter->name == name || !given.has(parameter->name)) {
      binding.values.set(parameter ? parameter->name : std::string_view(name), value);
    }
  }
}

std::size_t count_given(const Binding& binding, const std::vector<std::string_view>& names) {
  return static_cast<std::size_t>(std::ranges::count_if(names, [&](std::string_view name) {
    const Value* value = binding.values.find(name);
    return value != nullptr && !value->is_none();
  }));
}

std::string quoted_list(const std::vector<std::string_view>& names, std::string_view last) {
  std::vector<std::string> quoted;
  for (std::string_view name : names) quoted.push_back(fmt::format("'{}'", name));
  if (quoted.size() < 2) return base::join(quoted, "");
  const std::string end = quoted.back();
  quoted.pop_back();
  return fmt::format("{} {} {}", fmt::join(quoted, ", "), last, end);
}

void check_exclusive(Binding& binding) {
  for (const auto& names : binding.spec.constraints.mutually_exclusive)
    if (count_given(binding, names) > 1)
      binding.complain(fmt::format("only one of {} may be given", quoted_list(names, "and")),
                       binding.task,
                       fmt::format("parameters are mutually exclusive: {}", fmt::join(names, "|")));
}

void check_required(Binding& binding) {
  std::set<std::string> missing;
  for (const Parameter& parameter : binding.parameters)
    if (parameter.required && !binding.values.has(parameter.name)) missing.emplace(parameter.name);
  if (missing.empty()) return;
  const std::string run_time =
      fmt::format("missing required arguments: {}", fmt::join(missing, ", "));
  for (const std::string& name : missing)
    binding.complain(fmt::format("module '{}' needs the option '{}'", binding.spec.name, name),
                     binding.task, run_time);
}

void set_defaults(Binding& binding) {
  for (const Parameter& parameter : binding.parameters) {
    if (binding.values.has(parameter.name)) continue;
    if (parameter.fallback.empty()) {
      binding.values.set(parameter.name, Value());
    } else if (parameter.fallback.starts_with('[') || parameter.fallback.starts_with('{')) {
      binding.values.set(parameter.name, value::read_json(parameter.fallback, "<default>", true));
    } else {
      binding.values.set(parameter.name, *convert(Value(parameter.fallback), parameter.type).value);
    }
  }
}

void convert_types(Binding& binding) {
  for (const Parameter& parameter : binding.parameters) {
    const Value given = *binding.values.find(parameter.name);
    if (given.is_none() || is_open(binding, given)) continue;
    Conversion converted = convert(given, parameter.type);
    if (converted.value) {
      binding.values.set(parameter.name, *converted.value);
      continue;
    }
    const std::string shown =
        parameter.secret ? "what is given" : fmt::format("'{}'", python_text(given));
    binding.complain(
        fmt::format("'{}' must be {}, not {}", parameter.name, converted.expected, shown),
        given.pos(), fmt::format("argument '{}' {}", parameter.name, converted.reason));
    if (parameter.secret) binding.hide_last();
  }
}

// A boolean stands for the one choice that YAML 1.1 reads as that boolean: `state: no`, `upgrade:
// yes`.
std::optional<std::string_view> choice_meant(const Parameter& parameter, const std::string& text) {
  if (std::ranges::find(parameter.choices, text) != parameter.choices.end())
    return std::string_view(text);
  if (text != "True" && text != "False") return std::nullopt;
  std::vector<std::string_view> meant;
  for (std::string_view choice : parameter.choices) {
    Conversion read = convert(Value(choice), Type::boolean);
    if (read.value && read.value->boolean() == (text == "True")) meant.push_back(choice);
  }
  if (meant.size() != 1) return std::nullopt;
  return meant.front();
}

void check_choice(Binding& binding, const Parameter& parameter, const Value& item, bool in_list) {
  const std::string text = python_text(item);
  if (auto meant = choice_meant(parameter, text)) {
    if (!in_list && item.is_string() && *meant != text)
      binding.values.set(parameter.name, Value(*meant).at(item.pos()));
    return;
  }
  std::vector<std::string> candidates(parameter.choices.begin(), parameter.choices.end());
  binding.complain(fmt::format("'{}' cannot be '{}', only {}", parameter.name, text,
                               quoted_list(parameter.choices, "or")),
                   item.pos(),
                   in_list
                       ? fmt::format("value of {} must be one or more of: {}. Got no match for: {}",
                                     parameter.name, fmt::join(parameter.choices, ", "), text)
                       : fmt::format("value of {} must be one of: {}, got: {}", parameter.name,
                                     fmt::join(parameter.choices, ", "), text),
                   base::suggestion(text, candidates));
}

void check_choices(Binding& binding) {
  for (const Parameter& parameter : binding.parameters) {
    if (parameter.choices.empty()) continue;
    const Value given = *binding.values.find(parameter.name);
    if (given.is_none() || is_open(binding, given)) continue;
    if (!given.is_list())
      check_choice(binding, parameter, given, false);
    else
      for (const Value& item : given.list()) check_choice(binding, parameter, item, true);
  }
}

void check_together(Binding& binding) {
  for (const auto& names : binding.spec.constraints.required_together) {
    const std::size_t count = count_given(binding, names);
    if (count != 0 && count != names.size())
      binding.complain(fmt::format("{} must be given together", quoted_list(names, "and")),
                       binding.task,
                       fmt::format("parameters are required together: {}", fmt::join(names, ", ")));
  }
  for (const auto& names : binding.spec.constraints.required_one_of)
    if (count_given(binding, names) == 0)
      binding.complain(
          fmt::format("module '{}' needs {}", binding.spec.name, quoted_list(names, "or")),
          binding.task,
          fmt::format("one of the following is required: {}", fmt::join(names, ", ")));
}

void check_required_if(Binding& binding) {
  for (const auto& [option, equals, needs] : binding.spec.constraints.required_if) {
    const Value* value = binding.values.find(option);
    if (value == nullptr || value->is_none() || is_open(binding, *value)) continue;
    const std::string text =
        value->is_boolean() ? (value->boolean() ? "true" : "false") : python_text(*value);
    if (text != equals || count_given(binding, needs) == needs.size()) continue;
    std::vector<std::string_view> missing;
    for (std::string_view name : needs)
      if (count_given(binding, {name}) == 0) missing.push_back(name);
    binding.complain(fmt::format("with '{}: {}', module '{}' needs {}", option, equals,
                                 binding.spec.name, quoted_list(missing, "and")),
                     value->pos(),
                     fmt::format("{} is {} but all of the following are missing: {}", option,
                                 python_text(*value), fmt::join(missing, ", ")));
  }
}

Binding bind(const Spec& spec, const value::Dict& given, Templates templates, base::Pos task) {
  Binding binding{spec, parameters_of(spec), templates, task};
  take_names(binding, given);
  check_exclusive(binding);
  check_required(binding);
  set_defaults(binding);
  convert_types(binding);
  check_choices(binding);
  check_together(binding);
  check_required_if(binding);
  return binding;
}

}  // namespace

std::vector<Parameter> parameters_of(const Spec& spec) {
  std::vector<Parameter> parameters = spec.parameters;
  if (spec.common_file_options)
    for (const Parameter& option : file_options())
      if (std::ranges::find(parameters, option.name, &Parameter::name) == parameters.end())
        parameters.push_back(option);
  return parameters;
}

value::Dict bind_arguments(const Spec& spec, const value::Dict& given, Templates templates,
                           base::Diagnostics& diagnostics, base::Pos task) {
  Binding binding = bind(spec, given, templates, task);
  for (Complaint& complaint : binding.unknown) diagnostics.add(std::move(complaint.house));
  for (Complaint& complaint : binding.complaints) diagnostics.add(std::move(complaint.house));
  return std::move(binding.values);
}

BoundArguments bind_at_run_time(const Spec& spec, const value::Dict& given) {
  Binding binding = bind(spec, given, Templates::refused, {});
  std::string failure;
  if (!binding.complaints.empty()) {
    failure = binding.complaints.front().run_time;
  } else if (!binding.unknown.empty()) {
    std::set<std::string> names;
    for (const Complaint& complaint : binding.unknown) names.insert(complaint.run_time);
    failure =
        fmt::format("Unsupported parameters for ({}) module: {}. Supported parameters include: {}.",
                    spec.name, fmt::join(names, ", "), supported_text(binding));
  }
  return {std::move(binding.values), std::move(failure)};
}

}  // namespace provisioner::modules
