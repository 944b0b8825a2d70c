// Filters that choose, sort and map, with the names of other filters and tests as arguments.

#include <algorithm>

#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/object_set.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

using value::Value;

namespace {

Call tail_of(const Call& call, std::size_t from, Object first) {
  Call rest{call.evaluator, {std::move(first)}, {}, call.pos};
  for (std::size_t at = from; at < call.arguments.size(); ++at)
    rest.arguments.push_back(call.arguments[at]);
  rest.named = call.named;
  return rest;
}

// What is nothing to Python has no items here.
std::vector<Object> items_if_any(const Object& seq) {
  return seq.is_undefined() || truth(seq) ? items_of(seq) : std::vector<Object>();
}

Object map(const Call& call) {
  std::vector<Object> result;
  const Object attribute = call.get(1'000'000, "attribute");
  const std::vector<Object> items = items_if_any(call.get(0, "seq"));
  if (!attribute.is_undefined()) {
    const Object fallback = call.get(1'000'000, "default");
    for (const Object& item : items) {
      Object found = attribute_path(call.evaluator, item, attribute);
      const bool has_fallback = !fallback.is_undefined() && !fallback.is_none();
      result.push_back(found.is_undefined() && has_fallback ? fallback : found);
    }
    return Object::list(std::move(result));
  }
  if (call.arguments.size() < 2) type_error("map requires a filter argument");
  const std::string name = text_of(call.arguments[1]);
  for (const Object& item : items)
    result.push_back(call.evaluator.apply_filter(name, tail_of(call, 2, item)));
  return Object::list(std::move(result));
}

Object chosen(const Call& call, bool keeps, bool by_attribute) {
  const std::size_t first = by_attribute ? 2 : 1;
  std::vector<Object> result;
  for (const Object& item : items_if_any(call.get(0, "seq"))) {
    const Object looked_at =
        by_attribute ? attribute_path(call.evaluator, item, call.get(1, "attribute")) : item;
    const bool holds = call.arguments.size() > first
                           ? call.evaluator.apply_test(text_of(call.arguments[first]),
                                                       tail_of(call, first + 1, looked_at))
                           : truth(looked_at);
    if (holds == keeps) result.push_back(item);
  }
  return Object::list(std::move(result));
}

// Sort keys: one attribute, or several with commas.
std::vector<Object> keys_of(Evaluator& evaluator, const Object& item, const Object& attribute,
                            bool is_case_sensitive) {
  std::vector<Object> keys;
  const auto add = [&](const Object& key) {
    keys.push_back(is_case_sensitive ? key : without_case(key));
  };
  if (attribute.is_undefined() || attribute.is_none()) {
    add(item);
  } else if (attribute.is_string()) {
    for (const std::string& path : split_text(attribute.scalar().text(), ",", -1))
      add(attribute_path(evaluator, item, path));
  } else {
    add(attribute_path(evaluator, item, attribute));
  }
  return keys;
}

bool keys_less(const std::vector<Object>& a, const std::vector<Object>& b) {
  for (std::size_t at = 0; at < a.size(); ++at)
    if (!are_equal(a[at], b[at])) return is_less(a[at], b[at]);
  return false;
}

Object sort(const Call& call) {
  const bool is_reversed = call.flag(1, "reverse", false),
             is_case_sensitive = call.flag(2, "case_sensitive", false);
  const Object attribute = call.get(3, "attribute");
  std::vector<std::pair<std::vector<Object>, Object>> keyed;
  for (const Object& item : items_of(call.get(0, "value")))
    keyed.emplace_back(keys_of(call.evaluator, item, attribute, is_case_sensitive), item);
  spend_on_sorting(keyed.size());
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return is_reversed ? keys_less(b.first, a.first) : keys_less(a.first, b.first);
  });
  std::vector<Object> result;
  for (auto& [unused, item] : keyed) result.push_back(std::move(item));
  return Object::list(std::move(result));
}

Object dictsort(const Call& call) {
  const bool is_case_sensitive = call.flag(1, "case_sensitive", false),
             is_reversed = call.flag(3, "reverse", false);
  const bool by_value = call.text_or(2, "by", "key") == "value";
  const Object dict = call.get(0, "value");
  dict.require_defined();
  if (!dict.is_dict()) type_error("'" + type_name(dict) + "' object has no attribute 'items'");
  std::vector<std::pair<Object, Object>> pairs;
  for (const Value& key : dict.dict_box().keys())
    pairs.emplace_back(Object(key), *dict.dict_box().find(key));
  spend_on_sorting(pairs.size());
  const auto key = [&](const auto& pair) {
    const Object& chosen_part = by_value ? pair.second : pair.first;
    return is_case_sensitive ? chosen_part : without_case(chosen_part);
  };
  std::stable_sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
    return is_reversed ? is_less(key(b), key(a)) : is_less(key(a), key(b));
  });
  std::vector<Object> result;
  for (auto& [name, member] : pairs) result.push_back(Object::tuple({name, member}));
  return Object::list(std::move(result));
}

// Ansible's unique: case-sensitive unless asked otherwise.
Object unique(const Call& call) {
  const Object flag = call.get(1, "case_sensitive");
  const bool is_case_sensitive = flag.is_undefined() || flag.is_none() || truth(flag);
  const Object attribute = call.get(2, "attribute");
  std::vector<Object> result;
  ObjectSet seen;
  for (const Object& item : items_of(call.get(0, "environment"))) {
    Object key = attribute.is_undefined() || attribute.is_none()
                     ? item
                     : attribute_path(call.evaluator, item, attribute);
    if (!is_case_sensitive) key = without_case(key);
    if (seen.insert(key)) result.push_back(item);
  }
  return Object::list(std::move(result));
}

Object extreme(const Call& call, bool wants_greatest) {
  const Object attribute = call.get(2, "attribute");
  const bool is_case_sensitive = call.flag(1, "case_sensitive", false);
  const std::vector<Object> items = items_of(call.get(0, "value"));
  if (items.empty()) return Object::undefined("No aggregated item, sequence was empty.");
  const auto key = [&](const Object& item) {
    return keys_of(call.evaluator, item, attribute, is_case_sensitive);
  };
  Object best = items.front();
  for (const Object& item : items)
    if (wants_greatest ? keys_less(key(best), key(item)) : keys_less(key(item), key(best)))
      best = item;
  return best;
}

Object groupby(const Call& call) {
  const Object attribute = call.get(1, "attribute"), fallback = call.get(2, "default");
  std::vector<std::pair<Object, Object>> keyed;
  for (const Object& item : items_of(call.get(0, "value"))) {
    Object key = attribute_path(call.evaluator, item, attribute);
    if (key.is_undefined() && !fallback.is_undefined()) key = fallback;
    keyed.emplace_back(std::move(key), item);
  }
  spend_on_sorting(keyed.size());
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return is_less(without_case(a.first), without_case(b.first));
  });
  std::vector<Object> groups;
  for (std::size_t at = 0; at < keyed.size();) {
    const Object key = keyed[at].first;
    std::vector<Object> items;
    for (; at < keyed.size() && are_equal(without_case(keyed[at].first), without_case(key)); ++at)
      items.push_back(keyed[at].second);
    groups.push_back(Object::tuple({key, Object::list(std::move(items))}));
  }
  return Object::list(std::move(groups));
}

}  // namespace

Object without_case(const Object& object) {
  return object.is_string() ? Object(lower_text(object.scalar().text())) : object;
}

FunctionTable choosing_filters() {
  return {
      {"map", map},
      {"select", [](const Call& c) { return chosen(c, true, false); }},
      {"reject", [](const Call& c) { return chosen(c, false, false); }},
      {"selectattr", [](const Call& c) { return chosen(c, true, true); }},
      {"rejectattr", [](const Call& c) { return chosen(c, false, true); }},
      {"sort", sort},
      {"dictsort", dictsort},
      {"unique", unique},
      {"min", [](const Call& c) { return extreme(c, false); }},
      {"max", [](const Call& c) { return extreme(c, true); }},
      {"groupby", groupby},
      {"attr",
       [](const Call& c) { return c.evaluator.attribute(c.get(0, "obj"), c.text(1, "name")); }},
  };
}

}  // namespace provisioner::jinja
