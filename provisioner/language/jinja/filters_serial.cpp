// Filters between data and its JSON or YAML.

#include <algorithm>
#include <climits>

#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/base/value/write_yaml.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::List;
using value::Value;

namespace {

value::JsonStyle json_style(const Call& call, bool is_nice) {
  value::JsonStyle style;
  style.largest = largest_text();
  const Object indent = call.get(1'000'000, "indent");
  constexpr std::int64_t widest = 1'000'000'000;
  if (is_nice || indent.is_integer())
    style.indent = static_cast<int>(std::clamp<std::int64_t>(
        call.integer_or(is_nice ? 1 : 1'000'000, "indent", 4), -1, widest));
  style.sort_keys = call.flag(is_nice ? 2 : 1'000'000, "sort_keys", is_nice);
  style.ascii_only = call.flag(1'000'000, "ensure_ascii", true);
  const Object separators = call.get(1'000'000, "separators");
  if (separators.is_list()) style.compact = text_of(items_of(separators).front()) == ",";
  return style;
}

// The readers make their lists and dicts before anybody can weigh them: what parts the values is
// counted.
void require_few_values(const std::string& text) {
  const auto is_between = [](char byte) { return byte == ',' || byte == '\n'; };
  require_list_size(static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_between)));
}

Object from_yaml(const Call& call, bool all) {
  const Object object = call.get(0, "data");
  object.require_defined();
  if (!object.is_string()) return object;
  require_few_values(object.scalar().text());
  std::vector<Value> documents = value::read_yaml_text(object.scalar().text(), "<from_yaml>");
  if (all) return Object(Value(std::move(documents)));
  if (documents.size() > 1)
    type_error("one document is expected here, this text holds " +
               std::to_string(documents.size()));
  return documents.empty() ? Object() : Object(std::move(documents.front()));
}

std::string yaml_text(const Call& call, bool is_nice) {
  value::YamlStyle style;
  style.largest = largest_text();
  // PyYAML takes its own where it finds a number too small or too large.
  const std::int64_t indent = call.integer_or(is_nice ? 1 : 1'000'000, "indent", is_nice ? 4 : 2),
                     width = call.integer_or(1'000'000, "width", 80);
  style.indent = indent > 1 && indent < 10 ? static_cast<int>(indent) : 2;
  if (width > std::int64_t{2} * style.indent)
    style.width = static_cast<int>(std::min<std::int64_t>(width, INT_MAX));
  style.is_block =
      is_nice || (call.has(1, "default_flow_style") && !call.flag(1, "default_flow_style", true));
  style.sort_keys = call.flag(1'000'000, "sort_keys", true);
  return value::write_yaml(call.value(0, "a"), style);
}

}  // namespace

FunctionTable serial_filters() {
  return {
      {"to_json",
       [](const Call& c) {
         return Object(value::write_json(c.value(0, "a"), json_style(c, false)));
       }},
      {"to_nice_json",
       [](const Call& c) {
         return Object(value::write_json(c.value(0, "a"), json_style(c, true)));
       }},
      {"tojson",
       [](const Call& c) {
         // Fit for a page: what HTML would read is escaped.
         value::JsonStyle style = json_style(c, false);
         style.sort_keys = true;
         std::string text = value::write_json(c.value(0, "value"), style);
         for (const auto& [from, to] : {std::pair("<", "\\u003c"), std::pair(">", "\\u003e"),
                                        std::pair("&", "\\u0026"), std::pair("'", "\\u0027")})
           text = replaced(text, from, to);
         return Object(std::move(text));
       }},
      {"from_json",
       [](const Call& c) {
         const Object text = c.get(0, "data");
         text.require_defined();
         if (!text.is_string())
           type_error("the JSON object must be str, bytes or bytearray, not " + type_name(text));
         require_few_values(text.scalar().text());
         return Object(value::read_json(text.scalar().text(), "<from_json>", true));
       }},
      {"to_yaml", [](const Call& c) { return Object(yaml_text(c, false)); }},
      {"to_nice_yaml", [](const Call& c) { return Object(yaml_text(c, true)); }},
      {"from_yaml", [](const Call& c) { return from_yaml(c, false); }},
      {"from_yaml_all", [](const Call& c) { return from_yaml(c, true); }},
  };
}

}  // namespace provisioner::jinja
