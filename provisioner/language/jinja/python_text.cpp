// Python's str, repr, truth and comparisons.

#include "provisioner/base/value/python_text.h"

#include <algorithm>

#include "provisioner/language/jinja/object.h"

namespace provisioner::jinja {

using value::Kind;
using value::Value;

namespace {

std::size_t length_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  return std::min(length, text.size() - at);
}

std::string scalar_text(const Value& value) {
  switch (value.kind()) {
    case Kind::none:
      return "None";
    case Kind::boolean:
      return value.boolean() ? "True" : "False";
    case Kind::integer:
      return std::to_string(value.integer());
    case Kind::real:
      return value::python_real(value.real());
    default:
      return value.text();
  }
}

std::string date_repr(const std::string& text) {
  std::string parts;
  const auto part = [&](std::size_t at, std::size_t length) {
    if (at + length > text.size()) return;
    parts += (parts.empty() ? "" : ", ") + std::to_string(std::stoi(text.substr(at, length)));
  };
  part(0, 4);
  part(5, 2);
  part(8, 2);
  const bool has_time = text.size() > 10;
  if (has_time) {
    part(11, 2);
    part(14, 2);
    if (text.size() >= 19 && text.substr(17, 2) != "00") part(17, 2);
  }
  return std::string(has_time ? "datetime.datetime(" : "datetime.date(") + parts + ")";
}

double number_of(const Object& object) {
  const Value& value = object.scalar();
  if (value.is_boolean()) return value.boolean() ? 1 : 0;
  return value.is_integer() ? static_cast<double>(value.integer()) : value.real();
}

bool lists_equal(const Object& a, const Object& b) {
  ListBox &left = a.list_box(), &right = b.list_box();
  if (&left == &right) return true;
  spend_on_items(left.size());
  if (left.is_tuple != right.is_tuple || left.size() != right.size()) return false;
  for (std::size_t index = 0; index < left.size(); ++index)
    if (!are_equal(left.at(index), right.at(index))) return false;
  return true;
}

bool dicts_equal(const Object& a, const Object& b) {
  DictBox &left = a.dict_box(), &right = b.dict_box();
  if (&left == &right) return true;
  if (left.size() != right.size()) return false;
  for (const Value& key : left.keys()) {
    const auto other = right.find(key);
    if (!other || !are_equal(*left.find(key), *other)) return false;
  }
  return true;
}

}  // namespace

bool truth(const Object& object) {
  object.require_defined();
  if (object.is_list()) return object.list_box().size() > 0;
  if (object.is_dict()) return object.dict_box().size() > 0 || object.dict_box().is_namespace;
  if (!object.is_scalar()) return true;
  const Value& value = object.scalar();
  switch (value.kind()) {
    case Kind::none:
      return false;
    case Kind::boolean:
      return value.boolean();
    case Kind::integer:
      return value.integer() != 0;
    case Kind::real:
      return value.real() != 0;
    default:
      return !value.text().empty();
  }
}

std::string text_of(const Object& object) {
  object.require_defined();
  if (object.is_scalar()) return scalar_text(object.scalar());
  return repr_of(object);
}

std::string repr_of(const Object& object) {
  object.require_defined();
  spend();
  if (object.is_scalar()) {
    const Value& value = object.scalar();
    if (value.is_string() || value.is_sealed()) return value::python_quoted(value.text());
    return value.kind() == Kind::date ? date_repr(value.text()) : scalar_text(value);
  }
  if (object.is_list()) {
    ListBox& box = object.list_box();
    std::string text = box.is_tuple ? "(" : "[";
    for (std::size_t index = 0; index < box.size(); ++index)
      add_text(text, (index > 0 ? ", " : "") + repr_of(box.at(index)));
    if (box.is_tuple && box.size() == 1) text += ",";
    return text + (box.is_tuple ? ")" : "]");
  }
  if (object.is_dict()) {
    DictBox& box = object.dict_box();
    std::string text = box.is_namespace ? "<Namespace {" : "{";
    const std::size_t head = text.size();
    for (const Value& key : box.keys())
      add_text(text, (text.size() > head ? ", " : "") + repr_of(Object(key)) + ": " +
                         repr_of(*box.find(key)));
    return text + (box.is_namespace ? "}>" : "}");
  }
  if (object.is_lazy() && !object.lazy_mapping().text.empty()) return object.lazy_mapping().text;
  if (object.is_lazy()) return repr_of(Object(object.to_value()));
  return "<function " + object.callable().name + ">";
}

std::string type_name(const Object& object) {
  if (object.is_undefined()) return "AnsibleUndefined";
  if (object.is_list()) return object.is_tuple() ? "tuple" : "list";
  if (object.is_dict()) return object.dict_box().is_namespace ? "Namespace" : "dict";
  if (object.is_lazy()) return object.lazy_mapping().type_name;
  if (object.is_callable()) return "function";
  switch (object.scalar().kind()) {
    case Kind::none:
      return "NoneType";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::real:
      return "float";
    case Kind::date:
      return object.scalar().text().size() > 10 ? "datetime" : "date";
    default:
      return "str";
  }
}

bool are_equal(const Object& a, const Object& b) {
  a.require_defined();
  b.require_defined();
  if (a.is_scalar() && b.is_scalar()) return a.scalar() == b.scalar();
  if (a.is_list() && b.is_list()) return lists_equal(a, b);
  if (a.is_dict() && b.is_dict()) return dicts_equal(a, b);
  if (a.is_lazy() || b.is_lazy()) return a.to_value() == b.to_value();
  return a.is_same(b);
}

bool is_less(const Object& a, const Object& b) {
  a.require_defined();
  b.require_defined();
  if (a.is_number() && b.is_number()) {
    if (a.is_integer() && b.is_integer()) return a.scalar().integer() < b.scalar().integer();
    return number_of(a) < number_of(b);
  }
  const bool are_texts = a.is_scalar() && b.is_scalar() && a.scalar().kind() == b.scalar().kind() &&
                         (a.is_string() || a.scalar().kind() == Kind::date);
  if (are_texts) return a.scalar().text() < b.scalar().text();
  if (a.is_list() && b.is_list() && a.is_tuple() == b.is_tuple()) {
    ListBox &left = a.list_box(), &right = b.list_box();
    spend_on_items(left.size());
    for (std::size_t index = 0; index < std::min(left.size(), right.size()); ++index)
      if (!are_equal(left.at(index), right.at(index)))
        return is_less(left.at(index), right.at(index));
    return left.size() < right.size();
  }
  type_error("'<' not supported between instances of '" + type_name(a) + "' and '" + type_name(b) +
             "'");
}

bool is_less_or_equal(const Object& a, const Object& b) {
  const bool is_less_or_throws = is_less(a, b);
  return is_less_or_throws || are_equal(a, b);
}

void spend_on(const Object& object) {
  if (object.is_string()) spend_on_text(object.scalar().text().size());
  if (object.is_list()) spend_on_items(object.list_box().size());
  if (object.is_dict()) spend_on_items(object.dict_box().size());
}

std::vector<Object> items_of(const Object& object) {
  object.require_defined();
  spend_on(object);
  std::vector<Object> items;
  if (object.is_list()) {
    ListBox& box = object.list_box();
    items.reserve(box.size());
    for (std::size_t index = 0; index < box.size(); ++index) items.push_back(box.at(index));
  } else if (object.is_dict()) {
    for (const Value& key : object.dict_box().keys()) items.emplace_back(key);
  } else if (object.is_lazy()) {
    for (const std::string& key : object.lazy_mapping().keys()) items.emplace_back(key);
  } else if (object.is_string()) {
    const std::string& text = object.scalar().text();
    require_list_size(character_count(text));
    for (const std::string_view character : Characters(text))
      items.emplace_back(std::string(character));
  } else {
    type_error("'" + type_name(object) + "' object is not iterable");
  }
  return items;
}

std::vector<Object> items_of(Object&& object) {
  if (object.is_list_of_one_owner()) return std::move(object.list_box().items);
  return items_of(object);
}

std::string_view Characters::Iterator::operator*() const {
  return rest_.substr(0, length_at(rest_, 0));
}

Characters::Iterator& Characters::Iterator::operator++() {
  rest_.remove_prefix(length_at(rest_, 0));
  return *this;
}

void add_text(std::string& text, std::string_view more) {
  require_text_size(text.size() + more.size());
  text += more;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return byte >= 0; });
}

std::size_t character_count(std::string_view text) {
  if (is_ascii(text)) return text.size();
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += length_at(text, at)) ++count;
  return count;
}

}  // namespace provisioner::jinja
