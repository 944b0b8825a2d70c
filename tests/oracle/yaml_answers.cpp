// Reads YAML for the comparison with PyYAML: a JSON object a line in ({"text"}), one out ({"value"}
// or
// {"error"}). What JSON does not know is tagged: {"dict": [[key, value], ...]}, {"date": text},
// {"real": repr}, {"integer": n}.

#include <iostream>
#include <string>

#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"

using namespace provisioner;
using value::Dict;
using value::List;
using value::Value;

namespace {

Value tagged(const Value& value) {
  switch (value.kind()) {
    case value::Kind::integer:
      return Value(Dict{{"integer", value}});
    case value::Kind::real:
      return Value(Dict{{"real", value::write_json(value)}});
    case value::Kind::date:
      return Value(Dict{{"date", value.text()}});
    case value::Kind::list: {
      List items;
      for (const Value& item : value.list()) items.push_back(tagged(item));
      return Value(std::move(items));
    }
    case value::Kind::dict: {
      List pairs;
      for (const auto& [key, member] : value.dict())
        pairs.emplace_back(List{tagged(key), tagged(member)});
      return Value(Dict{{"dict", Value(std::move(pairs))}});
    }
    default:
      return value;
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const Value input = value::read_json(line, "<stdin>", true);
    Dict result;
    base::Diagnostics diagnostics;
    try {
      const auto source = base::register_source("case.yml", value::text_or(input, "text", ""));
      result.set("value", tagged(value::read_yaml(source, diagnostics)));
    } catch (const base::Error& error) {
      result.set("error", error.message());
    } catch (const std::exception& error) {
      result.set("crash", error.what());
    }
    std::cout << value::write_json(Value(result)) << std::endl;
  }
}
