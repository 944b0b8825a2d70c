// validate_argument_spec: a role's variables held against meta/argument_specs.yml.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"
#include "provisioner/node/modules/convert.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::List;
using value::Value;

Type type_of(const Value& option, const char* key, const std::string& otherwise) {
  static const std::map<std::string, Type, std::less<>> types = {
      {"str", Type::text},    {"path", Type::path},      {"bool", Type::boolean},
      {"int", Type::integer}, {"float", Type::real},     {"list", Type::list},
      {"dict", Type::dict},   {"raw", Type::raw},        {"bytes", Type::bytes},
      {"bits", Type::bytes},  {"json", Type::json_text}, {"jsonarg", Type::json_text}};
  const auto found = types.find(value::text_or(option, key, otherwise));
  return found == types.end() ? Type::text : found->second;
}

// One level of a specification: its options against the values given for them. Everything wrong is
// collected, in ansible-core's words and order.
class Validation {
 public:
  Validation(const Dict& options, Dict given, std::string context)
      : options_(options), values_(std::move(given)), context_(std::move(context)) {}

  void run(std::vector<std::string>& errors, std::vector<std::string>& unsupported) {
    check_names(unsupported);
    settle_aliases();
    check_required(errors);
    set_defaults();
    convert_types(errors);
    convert_elements(errors);
    check_choices(errors);
    descend(errors, unsupported);
  }

 private:
  std::string place() const { return context_.empty() ? "" : " found in " + context_; }

  static std::vector<std::string> aliases(const Value& option) {
    std::vector<std::string> names;
    if (const Value* list = option.find("aliases"); list != nullptr && list->is_list())
      for (const Value& name : list->list()) names.push_back(Dict::key_text(name));
    return names;
  }

  void check_names(std::vector<std::string>& unsupported) const {
    std::set<std::string> known;
    for (const auto& [name, option] : options_) {
      known.insert(Dict::key_text(name));
      for (const std::string& alias : aliases(option)) known.insert(alias);
    }
    for (const auto& [name, unused] : values_) {
      const std::string text = Dict::key_text(name);
      if (known.contains(text)) continue;
      std::set<std::string> supported;
      for (const auto& [option, spec] : options_) supported.insert(Dict::key_text(option));
      unsupported.push_back(fmt::format("{}{}. Supported parameters include: {}.",
                                        context_.empty() ? "" : context_ + ".", text,
                                        fmt::join(supported, ", ")));
    }
  }

  void settle_aliases() {
    for (const auto& [name, option] : options_)
      for (const std::string& alias : aliases(option))
        if (const Value* value = values_.find(alias)) values_.set(name, *value);
  }

  void check_required(std::vector<std::string>& errors) const {
    std::set<std::string> missing;
    for (const auto& [name, option] : options_)
      if (value::boolean_or(option, "required", false) && values_.find(name) == nullptr)
        missing.insert(Dict::key_text(name));
    if (!missing.empty())
      errors.push_back(
          fmt::format("missing required arguments: {}{}", fmt::join(missing, ", "), place()));
  }

  void set_defaults() {
    for (const auto& [name, option] : options_)
      if (const Value* value = option.find("default");
          value != nullptr && values_.find(name) == nullptr)
        values_.set(name, *value);
  }

  void convert_types(std::vector<std::string>& errors) {
    for (const auto& [name, option] : options_) {
      const Value* given = values_.find(name);
      if (given == nullptr || given->is_none()) continue;
      modules::Conversion converted = modules::convert(*given, type_of(option, "type", "str"));
      if (converted.value)
        values_.set(name, *converted.value);
      else
        errors.push_back(
            fmt::format("argument '{}' {}{}", Dict::key_text(name), converted.reason, place()));
    }
  }

  void convert_elements(std::vector<std::string>& errors) {
    for (const auto& [name, option] : options_) {
      const Value* given = values_.find(name);
      if (given == nullptr || !given->is_list() || option.find("elements") == nullptr) continue;
      List items;
      for (const Value& item : given->list()) {
        modules::Conversion converted = modules::convert(item, type_of(option, "elements", "str"));
        if (!converted.value)
          errors.push_back(fmt::format("Elements value for option '{}' {}{}", Dict::key_text(name),
                                       converted.reason, place()));
        items.push_back(converted.value.value_or(item));
      }
      values_.set(name, Value(std::move(items)));
    }
  }

  void check_choices(std::vector<std::string>& errors) const {
    for (const auto& [name, option] : options_) {
      const Value* given = values_.find(name);
      const Value* choices = option.find("choices");
      if (given == nullptr || given->is_none() || choices == nullptr || !choices->is_list())
        continue;
      std::vector<std::string> wrong, known;
      for (const Value& choice : choices->list()) known.push_back(value::python_text(choice));
      const auto look_at = [&](const Value& one) {
        for (const Value& choice : choices->list())
          if (choice == one) return;
        wrong.push_back(value::python_text(one));
      };
      if (given->is_list())
        for (const Value& one : given->list()) look_at(one);
      else
        look_at(*given);
      if (!wrong.empty())
        errors.push_back(fmt::format(
            fmt::runtime(given->is_list()
                             ? "value of {} must be one or more of: {}. Got no match for: {}{}"
                             : "value of {} must be one of: {}, got: {}{}"),
            Dict::key_text(name), fmt::join(known, ", "), fmt::join(wrong, ", "), place()));
    }
  }

  void descend(std::vector<std::string>& errors, std::vector<std::string>& unsupported) const {
    for (const auto& [name, option] : options_) {
      const Value* given = values_.find(name);
      const Value* inner = option.find("options");
      if (given == nullptr || inner == nullptr || !inner->is_dict()) continue;
      const std::string context =
          (context_.empty() ? "" : context_ + " -> ") + Dict::key_text(name);
      const List parts = given->is_list() ? given->list() : List{*given};
      for (const Value& part : parts)
        if (part.is_dict())
          Validation(inner->dict(), part.dict(), context).run(errors, unsupported);
    }
  }

  const Dict& options_;
  Dict values_;
  std::string context_;
};

// What the task sees under the names of the specification; what was passed to the role is stronger.
Dict provided(Context& context, const Dict& specification, const Value& passed) {
  Dict values;
  for (const auto& [name, unused] : specification)
    if (const std::optional<Value> value = context.scope.variable(Dict::key_text(name)))
      values.set(name, *value);
  if (passed.is_dict())
    for (const auto& [name, value] : passed.dict()) values.set(name, value);
  return values;
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const Value& specification = arguments.raw("argument_spec");
  if (!specification.is_dict()) co_return failed("Incorrect type for argument_spec, expected dict");
  std::vector<std::string> errors, unsupported;
  Validation(specification.dict(),
             provided(context, specification.dict(), arguments.raw("provided_arguments")), "")
      .run(errors, unsupported);
  errors.insert(errors.end(), unsupported.begin(), unsupported.end());
  Dict told;
  const Value& about = arguments.raw("validate_args_context");
  told.set("validate_args_context", about.is_none() ? Value(Dict()) : about);
  if (errors.empty()) {
    told.set("msg", "The arg spec validation passed");
    co_return ok(std::move(told));
  }
  List list;
  for (const std::string& error : errors) list.emplace_back(error);
  told.set("argument_spec_data", specification);
  told.set("argument_errors", Value(std::move(list)));
  co_return failed(fmt::format("Validation of arguments failed:\n{}", fmt::join(errors, "\n")),
                   std::move(told));
}

}  // namespace

extern const Action validate_argument_spec_action{
    .spec = {.name = "validate_argument_spec",
             .summary = "holds variables against a specification",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "argument_spec", .type = Type::raw, .required = true},
                            {.name = "provided_arguments", .type = Type::raw},
                            {.name = "validate_args_context", .type = Type::raw}}},
    .run = run,
    .is_controller_only = true};

}  // namespace provisioner::action
