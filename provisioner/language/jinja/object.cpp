// Python's containers over frozen data.

#include "provisioner/language/jinja/object.h"

#include <algorithm>
#include <iterator>

namespace provisioner::jinja {

using value::Dict;
using value::List;
using value::Value;

Object::Object(Value value) {
  if (value.is_list()) {
    auto box = std::make_shared<ListBox>();
    box->frozen = std::move(value);
    data_ = std::move(box);
  } else if (value.is_dict()) {
    auto box = std::make_shared<DictBox>();
    box->frozen = std::move(value);
    data_ = std::move(box);
  } else {
    data_ = std::move(value);
  }
}

Object Object::list(std::vector<Object> items) {
  require_list_size(items.size());
  spend_on_items(items.size());
  auto box = std::make_shared<ListBox>();
  box->items = std::move(items);
  box->is_live = true;
  Object object;
  object.data_ = std::move(box);
  return object;
}

Object Object::tuple(std::vector<Object> items) {
  Object object = list(std::move(items));
  object.list_box().is_tuple = true;
  return object;
}

Object Object::dict() {
  auto box = std::make_shared<DictBox>();
  box->is_live = true;
  Object object;
  object.data_ = std::move(box);
  return object;
}

Object Object::undefined(std::string message, std::string name, base::Pos pos) {
  Object object;
  object.data_ = std::make_shared<Undefined>(Undefined{std::move(message), std::move(name), pos});
  return object;
}

Object Object::kept_text(std::string text) {
  Object object(std::move(text));
  object.is_kept_text_ = true;
  return object;
}

Object Object::undefined(Undefined what) {
  Object object;
  object.data_ = std::make_shared<Undefined>(std::move(what));
  return object;
}

Object Object::callable(std::string name, Function function) {
  Object object;
  object.data_ = std::make_shared<Callable>(Callable{std::move(name), std::move(function)});
  return object;
}

Object Object::lazy(LazyMapping mapping) {
  Object object;
  object.data_ = std::make_shared<LazyMapping>(std::move(mapping));
  return object;
}

bool Object::is_same(const Object& other) const {
  if (data_.index() != other.data_.index()) return false;
  if (is_list()) return &list_box() == &other.list_box();
  if (is_dict()) return &dict_box() == &other.dict_box();
  if (is_scalar()) return scalar().kind() == other.scalar().kind() && scalar() == other.scalar();
  return false;
}

void Object::require_defined() const {
  if (is_undefined())
    throw UndefinedError(base::Kind::input, undefined_info().message, undefined_info().pos);
}

Value Object::to_value() const {
  require_defined();
  spend();
  if (is_scalar()) return scalar();
  if (is_list()) {
    ListBox& box = list_box();
    if (!box.is_live && box.boxed.empty()) return box.frozen;
    List items;
    items.reserve(box.size());
    for (std::size_t index = 0; index < box.size(); ++index)
      items.push_back(box.at(index).to_value());
    return Value(std::move(items));
  }
  if (is_dict()) {
    DictBox& box = dict_box();
    if (!box.is_live && box.boxed.empty()) return box.frozen;
    Dict entries;
    for (const Value& key : box.keys()) entries.set(key, box.find(key)->to_value());
    return Value(std::move(entries));
  }
  if (is_lazy()) {
    Dict entries;
    for (const std::string& key : lazy_mapping().keys()) {
      const auto member = lazy_mapping().member(key);
      if (member && !member->is_undefined()) entries.set(key, member->to_value());
    }
    return Value(std::move(entries));
  }
  return Value(text_of(*this));
}

namespace {

// Containers inside of containers go one after the other: a long chain of them would exhaust the
// stack.
void let_go_of(std::vector<Object> objects) {
  static thread_local std::vector<Object>* waiting = nullptr;
  if (waiting != nullptr) {
    std::move(objects.begin(), objects.end(), std::back_inserter(*waiting));
    return;
  }
  waiting = &objects;
  while (!objects.empty()) {
    const Object last = std::move(objects.back());
    objects.pop_back();
  }
  waiting = nullptr;
}

}  // namespace

ListBox::~ListBox() {
  std::vector<Object> contents = std::move(items);
  move_into(contents);
  let_go_of(std::move(contents));
}

void ListBox::move_into(std::vector<Object>& contents) {
  std::move(items.begin(), items.end(), std::back_inserter(contents));
  for (auto& [unused, object] : boxed) contents.push_back(std::move(object));
  items.clear();
  boxed.clear();
}

std::size_t ListBox::size() const { return is_live ? items.size() : frozen.list().size(); }

Object ListBox::at(std::size_t index) {
  if (is_live) return items[index];
  const Value& child = frozen.list()[index];
  if (!child.is_list() && !child.is_dict()) return Object(child);
  return boxed.try_emplace(index, child).first->second;
}

std::vector<Object>& ListBox::live() {
  if (is_live) return items;
  spend_on_items(size());
  items.reserve(size());
  for (std::size_t index = 0; index < frozen.list().size(); ++index) items.push_back(at(index));
  is_live = true;
  boxed.clear();
  return items;
}

DictBox::~DictBox() {
  std::vector<Object> contents;
  move_into(contents);
  let_go_of(std::move(contents));
}

void DictBox::move_into(std::vector<Object>& contents) {
  std::move(members.begin(), members.end(), std::back_inserter(contents));
  for (auto& [unused, object] : boxed) contents.push_back(std::move(object));
  names.clear();
  members.clear();
  boxed.clear();
  weights_.clear();
  places_ = {};
}

std::size_t DictBox::size() const { return is_live ? names.size() : frozen.dict().size(); }

// The keys of a large dict are found by their hashes.
std::optional<std::size_t> DictBox::place_of(const Value& key) {
  constexpr std::size_t scanned = 12;
  if (names.size() <= scanned) {
    const auto found = std::find(names.begin(), names.end(), key);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - names.begin()));
  }
  for (std::size_t place = places_.size(); place < names.size(); ++place)
    places_.set(names[place], Value(static_cast<std::int64_t>(place)));
  const Value* place = places_.find(key);
  return place == nullptr ? std::nullopt
                          : std::optional(static_cast<std::size_t>(place->integer()));
}

std::optional<Object> DictBox::find(const Value& key) {
  if (is_live) {
    const auto place = place_of(key);
    return place ? std::optional(members[*place]) : std::nullopt;
  }
  const Value* child = frozen.dict().find(key);
  if (child == nullptr) return std::nullopt;
  if (!child->is_list() && !child->is_dict()) return Object(*child);
  return boxed.try_emplace(child, *child).first->second;
}

std::vector<Value> DictBox::keys() const {
  spend_on_items(size());
  if (is_live) return names;
  std::vector<Value> all;
  all.reserve(size());
  for (const auto& [key, unused] : frozen.dict()) all.push_back(key);
  return all;
}

void DictBox::thaw() {
  if (is_live) return;
  spend_on_items(frozen.dict().size());
  weights_.resize(frozen.dict().size());
  for (const auto& [key, unused] : frozen.dict()) {
    members.push_back(*find(key));
    names.push_back(key);
  }
  is_live = true;
  boxed.clear();
}

void DictBox::set(const Value& key, Object object) {
  thaw();
  if (const auto place = place_of(key))
    members[*place] = std::move(object);
  else {
    require_list_size(names.size() + 1);
    weights_.emplace_back();
    names.push_back(key);
    members.push_back(std::move(object));
  }
  spend();
}

bool DictBox::erase(const Value& key) {
  thaw();
  const auto place = place_of(key);
  if (!place) return false;
  spend_on_items(names.size());
  names.erase(names.begin() + static_cast<std::ptrdiff_t>(*place));
  members.erase(members.begin() + static_cast<std::ptrdiff_t>(*place));
  places_ = {};
  weights_.pop_back();
  return true;
}

void DictBox::clear() {
  thaw();
  std::vector<Object> contents;
  move_into(contents);
}

bool Call::has(std::size_t index, std::string_view name) const {
  return !get(index, name).is_undefined();
}

Object Call::get(std::size_t index, std::string_view name) const {
  if (index < arguments.size()) return arguments[index];
  for (const auto& [key, object] : named)
    if (key == name) return object;
  return Object::undefined("argument '" + std::string(name) + "' is missing");
}

Value Call::value(std::size_t index, std::string_view name) const {
  return get(index, name).to_value();
}

Value Call::value_or(std::size_t index, std::string_view name, Value otherwise) const {
  const Object object = get(index, name);
  return object.is_undefined() ? otherwise : object.to_value();
}

std::string Call::text(std::size_t index, std::string_view name) const {
  const Object object = get(index, name);
  object.require_defined();
  return text_of(object);
}

std::string Call::text_or(std::size_t index, std::string_view name,
                          std::string_view otherwise) const {
  const Object object = get(index, name);
  return object.is_undefined() || object.is_none() ? std::string(otherwise) : text_of(object);
}

std::int64_t Call::integer_or(std::size_t index, std::string_view name,
                              std::int64_t otherwise) const {
  const Object object = get(index, name);
  if (object.is_undefined() || object.is_none()) return otherwise;
  if (object.is_integer()) return object.scalar().integer();
  if (object.is_boolean()) return object.scalar().boolean() ? 1 : 0;
  if (object.is_real()) return static_cast<std::int64_t>(object.scalar().real());
  if (object.is_string()) {
    try {
      return std::stoll(object.scalar().text());
    } catch (const std::exception&) {
      type_error("'" + std::string(name) + "' must be an integer");
    }
  }
  type_error("'" + std::string(name) + "' must be an integer");
}

bool Call::flag(std::size_t index, std::string_view name, bool otherwise) const {
  const Object object = get(index, name);
  return object.is_undefined() ? otherwise : truth(object);
}

void Call::refuse_unknown(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, unused] : named)
    if (std::find(known.begin(), known.end(), key) == known.end())
      type_error("got an unexpected keyword argument '" + key + "'");
}

std::string path_of(const Object& object) {
  object.require_defined();
  if (!object.is_string())
    type_error("expected str, bytes or os.PathLike object, not " + type_name(object));
  return object.scalar().text();
}

void type_error(const std::string& message) { throw base::Error(base::Kind::input, message); }

}  // namespace provisioner::jinja
