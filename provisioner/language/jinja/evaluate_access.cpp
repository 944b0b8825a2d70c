// Names, attributes, items and slices.

#include <algorithm>

#include "provisioner/language/jinja/evaluator.h"

namespace provisioner::jinja {

using value::Value;

namespace {

// Text from a node or a lookup anywhere inside.
bool holds_untrusted(const Value& value) {
  if (!value.is_trusted()) return true;
  if (value.is_list())
    return std::any_of(value.list().begin(), value.list().end(), holds_untrusted);
  if (value.is_dict())
    return std::any_of(value.dict().begin(), value.dict().end(),
                       [](const auto& entry) { return holds_untrusted(entry.value); });
  return false;
}

std::string shown_type(const Object& object) {
  if (object.is_none()) return "None";
  return type_name(object) + " object";
}

Object missing(const Object& object, const std::string& name) {
  return Object::undefined("'" + shown_type(object) + "' has no attribute '" + name + "'");
}

// The characters of a text at given places.
Object text_at(const std::string& text, const std::vector<std::size_t>& places) {
  spend_on_text(text.size());
  std::string chosen;
  if (is_ascii(text)) {
    for (const std::size_t place : places) chosen += text[place];
    return Object(std::move(chosen));
  }
  spend_on_items(text.size());
  require_list_size(character_count(text));
  std::vector<std::string_view> characters;
  for (const std::string_view character : Characters(text)) characters.push_back(character);
  for (const std::size_t place : places) chosen += characters[place];
  return Object(std::move(chosen));
}

}  // namespace

// Local names first, then the task's variables, then what the engine offers.
Object Evaluator::resolve_name(const std::string& name) {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    const auto found = (*frame)->find(name);
    if (found != (*frame)->end()) return found->second;
  }
  for (auto outer = outer_.rbegin(); outer != outer_.rend(); ++outer) {
    const auto frame = outer->lock();
    if (!frame) continue;
    const auto found = frame->find(name);
    if (found != frame->end()) return found->second;
  }
  const auto known = names_.find(name);
  if (known != names_.end()) return known->second;

  if (name == "self") return own_blocks();
  std::optional<Object> object;
  try {
    if (const auto variable = sees_variables_ ? scope_.variable(name) : std::nullopt) {
      if (holds_untrusted(*variable)) is_tainted_ = true;
      object = Object(*variable);
    }
  } catch (const UndefinedError& error) {
    // Defined by something that is not: that matters only where it is used.
    return Object::undefined(error.message(), name, error.pos());
  }
  if (!object) {
    const auto offered = globals().find(name);
    if (offered != globals().end()) {
      Call call{*this, {}, {}, {}};
      const bool is_mapping = name == "hostvars" || name == "vars";
      object = is_mapping ? offered->second(call) : Object::callable(name, offered->second);
    }
  }
  if (!object) return Object::undefined("'" + name + "' is undefined", name);
  names_.emplace(name, *object);
  return *object;
}

Object Evaluator::attribute(const Object& object, const std::string& name) {
  if (object.is_undefined()) return object;  // the first thing that was missing is what is told
  if (auto bound = method(object, name)) return *bound;
  if (name.starts_with("__")) return missing(object, name);
  if (object.is_callable() && name == "name") return Object(object.callable().name);
  if (object.is_dict()) {
    if (auto found = object.dict_box().find(Value(name))) return *found;
    return missing(object, name);
  }
  if (object.is_lazy()) {
    if (auto found = object.lazy_mapping().member(name)) return *found;
  }
  return missing(object, name);
}

Object Evaluator::item(const Object& object, const Object& key) {
  if (object.is_undefined()) return object;
  key.require_defined();
  if (object.is_dict()) {
    if (key.is_scalar())
      if (auto found = object.dict_box().find(key.scalar())) return *found;
    if (key.is_string())
      if (auto bound = method(object, key.scalar().text())) return *bound;
    return missing(object, text_of(key));
  }
  if (object.is_lazy()) {
    if (auto found = object.lazy_mapping().member(text_of(key))) return *found;
    if (object.lazy_mapping().type_name == "hostvars")
      return Object::undefined("\"hostvars['" + text_of(key) + "']\" is undefined");
    return missing(object, text_of(key));
  }
  const bool is_index = key.is_integer() || key.is_boolean();
  if (is_index && (object.is_list() || object.is_string())) {
    const std::int64_t wanted =
        key.is_boolean() ? (key.scalar().boolean() ? 1 : 0) : key.scalar().integer();
    const auto count = static_cast<std::int64_t>(
        object.is_list() ? object.list_box().size() : character_count(object.scalar().text()));
    const std::int64_t index = wanted < 0 ? wanted + count : wanted;
    if (index < 0 || index >= count)
      return Object::undefined((object.is_list() ? type_name(object) : "str") +
                               " object has no element " + std::to_string(wanted));
    if (object.is_list()) return object.list_box().at(static_cast<std::size_t>(index));
    return text_at(object.scalar().text(), {static_cast<std::size_t>(index)});
  }
  if (key.is_string()) return attribute(object, key.scalar().text());
  return Object::undefined(type_name(object) + " object has no element " + text_of(key));
}

namespace {

Object items_at(const Object& list, const std::vector<std::size_t>& places) {
  std::vector<Object> chosen;
  for (const std::size_t place : places) chosen.push_back(list.list_box().at(place));
  return list.is_tuple() ? Object::tuple(std::move(chosen)) : Object::list(std::move(chosen));
}

}  // namespace

Object Evaluator::evaluate_slice(const Node& node) {
  const Object object = evaluate(*node.children[0]);
  object.require_defined();
  if (!object.is_list() && !object.is_string())
    type_error("'" + type_name(object) + "' object is not subscriptable");
  spend_on(object);
  const auto count = static_cast<std::int64_t>(
      object.is_list() ? object.list_box().size() : character_count(object.scalar().text()));
  const auto bound = [&](std::size_t child) -> std::optional<std::int64_t> {
    if (child >= node.children.size() || !node.children[child]) return std::nullopt;
    const Object limit = evaluate(*node.children[child]);
    limit.require_defined();
    if (limit.is_none()) return std::nullopt;
    if (!limit.is_integer())
      type_error("slice indices must be integers or None or have an __index__ method");
    return limit.scalar().integer();
  };
  const auto begin = bound(1), end = bound(2);
  const std::int64_t step = bound(3).value_or(1);
  if (step == 0) type_error("slice step cannot be zero");
  const auto clamped = [&](std::int64_t place, std::int64_t low, std::int64_t high) {
    return std::clamp(place < 0 ? place + count : place, low, high);
  };
  const bool goes_up = step > 0;
  const std::int64_t low = goes_up ? 0 : -1, high = goes_up ? count : count - 1;
  const std::int64_t first = begin     ? clamped(*begin, low, high)
                             : goes_up ? 0
                                       : count - 1,
                     last = end       ? clamped(*end, low, high)
                            : goes_up ? count
                                      : -1;
  // Steps beyond the length are one step.
  const std::int64_t stride = std::clamp(step, -count - 1, count + 1);
  std::vector<std::size_t> places;
  for (std::int64_t at = first; goes_up ? at < last : at > last; at += stride)
    places.push_back(static_cast<std::size_t>(at));
  return object.is_list() ? items_at(object, places) : text_at(object.scalar().text(), places);
}

}  // namespace provisioner::jinja
