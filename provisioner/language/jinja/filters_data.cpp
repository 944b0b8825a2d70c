// Filters on dicts, types, JSON and YAML.

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/base/value/write_yaml.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Dict;
using value::List;
using value::Value;

namespace {

Value merged_lists(const Value& low, const Value& high, const std::string& how) {
  const auto has = [](const List& list, const Value& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
  };
  List result;
  const List &a = low.list(), &b = high.list();
  if (how == "keep") return low;
  if (how == "append" || how == "append_rp") {
    for (const Value& item : a)
      if (how == "append" || !has(b, item)) result.push_back(item);
    result.insert(result.end(), b.begin(), b.end());
  } else if (how == "prepend" || how == "prepend_rp") {
    result = b;
    for (const Value& item : a)
      if (how == "prepend" || !has(b, item)) result.push_back(item);
  } else {
    return high;
  }
  return Value(std::move(result));
}

Value merged(const Value& low, const Value& high, bool is_recursive, const std::string& how) {
  Dict result = low.dict();
  for (const auto& [key, member] : high.dict()) {
    const Value* known = result.find(key);
    if (known != nullptr && is_recursive && known->is_dict() && member.is_dict())
      result.set(key, merged(*known, member, true, how));
    else if (known != nullptr && known->is_list() && member.is_list())
      result.set(key, merged_lists(*known, member, how));
    else
      result.set(key, member);
  }
  return Value(std::move(result));
}

void collect_dicts(const Value& value, List& dicts) {
  if (value.is_list()) {
    for (const Value& item : value.list()) collect_dicts(item, dicts);
  } else {
    if (!value.is_dict())
      type_error("failed to combine variables, expected dicts but got a '" +
                 type_name(Object(value)) + "'");
    dicts.push_back(value);
  }
}

Object combine(const Call& call) {
  for (const auto& [key, unused] : call.named)
    if (key != "recursive" && key != "list_merge")
      type_error("'recursive' and 'list_merge' are the only valid keyword arguments");
  static constexpr std::array<std::string_view, 6> ways = {"replace", "keep",      "append",
                                                           "prepend", "append_rp", "prepend_rp"};
  if (std::find(ways.begin(), ways.end(), call.text_or(1'000'000, "list_merge", "replace")) ==
      ways.end())
    type_error(
        "merge_hash: 'list_merge' argument can only be equal to 'replace', 'keep', 'append', "
        "'prepend', 'append_rp' or 'prepend_rp'");
  List dicts;
  for (const Object& argument : call.arguments) collect_dicts(argument.to_value(), dicts);
  Value result = Value(Dict());
  for (const Value& dict : dicts)
    result = merged(result, dict, call.flag(1'000'000, "recursive", false),
                    call.text_or(1'000'000, "list_merge", "replace"));
  return Object(result);
}

Object fallback(const Call& call) {
  const Object object = call.get(0, "value"), otherwise = call.get(1, "default_value");
  const bool is_falsy_too = call.flag(2, "boolean", false);
  if (object.is_undefined() || (is_falsy_too && !truth(object)))
    return call.arguments.size() > 1 || call.has(1, "default_value") ? otherwise : Object("");
  return object;
}

Object mandatory(const Call& call) {
  const Object object = call.get(0, "a");
  if (!object.is_undefined()) return object;
  const std::string message = call.text_or(1, "msg", "");
  const std::string& name = object.undefined_info().name;
  throw base::Error(base::Kind::input,
                    !message.empty()
                        ? message
                        : "Mandatory variable " +
                              (name.empty() ? std::string() : "'" + name + "' ") + " not defined.");
}

Object dict2items(const Call& call) {
  const Object dict = call.get(0, "mydict");
  dict.require_defined();
  if (!dict.is_dict())
    type_error("dict2items requires a dictionary, got <class '" + type_name(dict) + "'> instead.");
  const Value key_name(call.text_or(1, "key_name", "key")),
      value_name(call.text_or(2, "value_name", "value"));
  std::vector<Object> items;
  for (const Value& key : dict.dict_box().keys()) {
    Object item = Object::dict();
    item.dict_box().set(key_name, Object(key));
    item.dict_box().set(value_name, *dict.dict_box().find(key));
    items.push_back(std::move(item));
  }
  return Object::list(std::move(items));
}

Object items2dict(const Call& call) {
  const std::string key_name = call.text_or(1, "key_name", "key"),
                    value_name = call.text_or(2, "value_name", "value");
  const Object list = call.get(0, "mylist");
  list.require_defined();
  if (!list.is_list())
    type_error("items2dict requires a list, got <class '" + type_name(list) + "'> instead.");
  Object dict = Object::dict();
  for (const Object& item : items_of(list)) {
    const Object key = call.evaluator.item(item, Object(key_name)),
                 member = call.evaluator.item(item, Object(value_name));
    if (key.is_undefined() || member.is_undefined())
      type_error("items2dict requires each dictionary in the list to contain the keys '" +
                 key_name + "' and '" + value_name + "'");
    dict.dict_box().set(key.to_value(), member);
  }
  return dict;
}

Object extract(const Call& call) {
  const Object container = call.get(1, "container"), more = call.get(2, "morekeys");
  Object found = call.evaluator.item(container, call.get(0, "item"));
  if (more.is_undefined() || more.is_none()) return found;
  for (const Object& key : more.is_list() ? items_of(more) : std::vector<Object>{more})
    found = call.evaluator.item(found, key);
  return found;
}

Object ternary(const Call& call) {
  const Object condition = call.get(0, "value"), none = call.get(3, "none_val");
  if (condition.is_none() && !none.is_undefined() && !none.is_none()) return none;
  return truth(condition) ? call.get(1, "true_val") : call.get(2, "false_val");
}

value::JsonStyle json_style(const Call& call, bool is_nice) {
  value::JsonStyle style;
  const Object indent = call.get(1'000'000, "indent");
  if (is_nice) style.indent = static_cast<int>(call.integer_or(1, "indent", 4));
  if (!is_nice && indent.is_integer()) style.indent = static_cast<int>(indent.scalar().integer());
  style.sort_keys = call.flag(is_nice ? 2 : 1'000'000, "sort_keys", is_nice);
  style.ascii_only = call.flag(1'000'000, "ensure_ascii", true);
  const Object separators = call.get(1'000'000, "separators");
  if (separators.is_list()) style.compact = text_of(items_of(separators).front()) == ",";
  return style;
}

Object from_yaml(const Call& call, bool all) {
  const Object object = call.get(0, "data");
  object.require_defined();
  if (!object.is_string()) return object;
  base::Diagnostics duplicates;
  const auto source = base::register_source("<from_yaml>", object.scalar().text());
  if (!all) return Object(value::read_yaml(source, duplicates));
  std::vector<Value> documents = value::read_yaml_documents(source, duplicates);
  return Object(Value(List(documents.begin(), documents.end())));
}

std::string yaml_text(const Call& call, bool is_nice) {
  value::YamlStyle style;
  style.indent =
      static_cast<int>(call.integer_or(is_nice ? 1 : 1'000'000, "indent", is_nice ? 4 : 2));
  style.is_block =
      is_nice || (call.has(1, "default_flow_style") && !call.flag(1, "default_flow_style", true));
  style.sort_keys = call.flag(1'000'000, "sort_keys", true);
  style.width = static_cast<int>(call.integer_or(1'000'000, "width", 80));
  return value::write_yaml(call.value(0, "a"), style);
}

Object to_bool(const Call& call) {
  const Object object = call.get(0, "a");
  object.require_defined();
  if (object.is_none()) return Object();
  return Object(boolean_of(object));
}

// Blanks around and line ends inside are no part of an address.
std::string url_text(const Object& object) {
  object.require_defined();
  if (!object.is_string())
    type_error("'" + type_name(object) + "' object has no attribute 'decode'");
  std::string url;
  for (const char byte : stripped(object.scalar().text(), "", Side::both))
    if (byte != '\n' && byte != '\r' && byte != '\t') url += byte;
  return url;
}

bool is_scheme(std::string_view text) {
  const auto is_letter = [](char byte) { return (byte | 32) >= 'a' && (byte | 32) <= 'z'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char byte) {
           return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '+' || byte == '-' ||
                  byte == '.';
         });
}

Object urlsplit(const Call& call) {
  const std::string wanted = call.text_or(1, "query", "");
  std::string rest = url_text(call.get(0, "value")), scheme, netloc, path, query, fragment;
  if (const std::size_t colon = rest.find(':');
      colon != std::string::npos && is_scheme(std::string_view(rest).substr(0, colon))) {
    scheme = lower_text(rest.substr(0, colon));
    rest = rest.substr(colon + 1);
  }
  if (rest.starts_with("//")) {
    const std::size_t end = std::min(rest.find_first_of("/?#", 2), rest.size());
    netloc = rest.substr(2, end - 2);
    rest = rest.substr(end);
  }
  if (const std::size_t hash = rest.find('#'); hash != std::string::npos) {
    fragment = rest.substr(hash + 1);
    rest.resize(hash);
  }
  if (const std::size_t mark = rest.find('?'); mark != std::string::npos) {
    query = rest.substr(mark + 1);
    rest.resize(mark);
  }
  path = rest;
  const std::size_t at = netloc.rfind('@');
  const std::string account = at == std::string::npos ? "" : netloc.substr(0, at);
  std::string host = at == std::string::npos ? netloc : netloc.substr(at + 1);
  Value port, username, password;
  const std::size_t bracket = host.find(']');
  if (const std::size_t colon = host.rfind(':');
      colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) {
    if (colon + 1 < host.size())
      port = Value(static_cast<std::int64_t>(std::atoll(host.c_str() + colon + 1)));
    host.resize(colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!account.empty()) {
    const std::size_t colon = account.find(':');
    username = Value(account.substr(0, colon));
    if (colon != std::string::npos) password = Value(account.substr(colon + 1));
  }
  const Dict parts{
      {"fragment", fragment}, {"hostname", host.empty() ? Value() : Value(lower_text(host))},
      {"netloc", netloc},     {"password", password},
      {"path", path},         {"port", port},
      {"query", query},       {"scheme", scheme},
      {"username", username}};
  if (wanted.empty()) return Object(Value(parts));
  const Value* part = parts.find(wanted);
  if (part == nullptr) type_error("urlsplit: unknown URL component: " + wanted);
  return Object(*part);
}

}  // namespace

bool boolean_of(const Object& object) {
  object.require_defined();
  if (object.is_boolean()) return object.scalar().boolean();
  if (object.is_integer()) return object.scalar().integer() == 1;
  if (!object.is_string()) return false;
  const std::string word = lower_text(object.scalar().text());
  return word == "yes" || word == "on" || word == "1" || word == "true";
}

FunctionTable data_filters() {
  return {
      {"combine", combine},
      {"default", fallback},
      {"mandatory", mandatory},
      {"dict2items", dict2items},
      {"items2dict", items2dict},
      {"items",
       [](const Call& c) {
         const Object dict = c.get(0, "value");
         if (dict.is_undefined()) return Object::list({});
         return c.evaluator.call(c.evaluator.attribute(dict, "items"),
                                 Call{c.evaluator, {}, {}, {}});
       }},
      {"extract", extract},
      {"ternary", ternary},
      {"bool", to_bool},
      {"type_debug",
       [](const Call& c) {
         const Object object = c.get(0, "obj");
         return Object(object.is_string()
                           ? (object.scalar().is_trusted() ? "str" : "AnsibleUnsafeText")
                           : type_name(object));
       }},
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
         std::string text = value::write_json(c.value(0, "value"), json_style(c, false));
         for (const auto& [from, to] : {std::pair("<", "\\u003c"), std::pair(">", "\\u003e"),
                                        std::pair("&", "\\u0026"), std::pair("'", "\\u0027")})
           text = base::replace_all(std::move(text), from, to);
         return Object(std::move(text));
       }},
      {"from_json",
       [](const Call& c) {
         const Object text = c.get(0, "data");
         text.require_defined();
         if (!text.is_string())
           type_error("the JSON object must be str, bytes or bytearray, not " + type_name(text));
         return Object(value::read_json(text.scalar().text(), "<from_json>", true));
       }},
      {"to_yaml", [](const Call& c) { return Object(yaml_text(c, false)); }},
      {"to_nice_yaml", [](const Call& c) { return Object(yaml_text(c, true)); }},
      {"from_yaml", [](const Call& c) { return from_yaml(c, false); }},
      {"from_yaml_all", [](const Call& c) { return from_yaml(c, true); }},
      {"urlsplit", urlsplit},
      {"dict",
       [](const Call& c) {
         Object dict = Object::dict();
         for (const Object& pair : items_of(c.get(0, "sequence")))
           dict.dict_box().set(c.evaluator.item(pair, Object(0)).to_value(),
                               c.evaluator.item(pair, Object(1)));
         return dict;
       }},
  };
}

}  // namespace provisioner::jinja
