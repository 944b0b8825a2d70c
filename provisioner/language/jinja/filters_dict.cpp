// Filters on dicts.

#include <algorithm>
#include <array>

#include "provisioner/language/jinja/filter_tables.h"

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
  if (low == high) return high;
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
  const bool is_null =
      value.is_none() || (value.is_string() && (value.text() == "None" || value.text() == "null"));
  if (value.is_list()) {
    for (const Value& item : value.list()) collect_dicts(item, dicts);
  } else if (!is_null) {
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

}  // namespace

FunctionTable dict_filters() {
  return {
      {"combine", combine},
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
