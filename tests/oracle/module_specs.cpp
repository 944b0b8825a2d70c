// Prints the options of every module and action as one JSON object, for the comparison with
// ansible-core.

#include <iostream>
#include <set>

#include "provisioner/base/value/json.h"
#include "provisioner/engine/action/action.h"

using namespace provisioner;
using value::Dict;
using value::List;
using value::Value;

namespace {

const char* type_name(modules::Type type) {
  using modules::Type;
  switch (type) {
    case Type::boolean:
      return "bool";
    case Type::integer:
      return "int";
    case Type::real:
      return "float";
    case Type::path:
      return "path";
    case Type::list:
      return "list";
    case Type::list_of_text:
      return "list of str";
    case Type::dict:
      return "dict";
    case Type::raw:
      return "raw";
    case Type::mode:
      return "mode";
    case Type::bytes:
      return "bytes";
    case Type::json_text:
      return "json";
    default:
      return "str";
  }
}

Value list_of(const std::vector<std::string_view>& words) {
  List all;
  for (const std::string_view word : words) all.emplace_back(word);
  return Value(std::move(all));
}

Value list_of(const std::vector<std::vector<std::string_view>>& rows) {
  List all;
  for (const auto& row : rows) all.push_back(list_of(row));
  return Value(std::move(all));
}

Value described(const modules::Parameter& parameter) {
  return Value(Dict{{"type", type_name(parameter.type)},
                    {"required", parameter.required},
                    {"default", parameter.fallback.empty() ? Value() : Value(parameter.fallback)},
                    {"aliases", list_of(parameter.aliases)},
                    {"choices", list_of(parameter.choices)},
                    {"secret", parameter.secret}});
}

Value described(const modules::Spec& spec) {
  Dict options;
  for (const modules::Parameter& parameter : modules::parameters_of(spec))
    options.set(parameter.name, described(parameter));
  List conditions;
  for (const auto& [option, equals, needs] : spec.constraints.required_if)
    conditions.emplace_back(List{Value(option), Value(equals), list_of(needs)});
  return Value(Dict{{"options", Value(std::move(options))},
                    {"takes_any_name", spec.takes_any_name},
                    {"free_form", spec.free_form},
                    {"mutually_exclusive", list_of(spec.constraints.mutually_exclusive)},
                    {"required_one_of", list_of(spec.constraints.required_one_of)},
                    {"required_together", list_of(spec.constraints.required_together)},
                    {"required_if", Value(std::move(conditions))}});
}

}  // namespace

int main(int count, char** names) {
  Dict specs;
  for (int at = 1; at < count; ++at)
    if (const modules::Spec* spec = action::find_spec(names[at]))
      specs.set(names[at], described(*spec));
  std::cout << value::write_json(Value(std::move(specs))) << '\n';
}
