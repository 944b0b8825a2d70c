// The immutable tree of data.

#include "provisioner/base/value/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "provisioner/base/value/weight.h"

namespace provisioner::value {
namespace {

constexpr std::int64_t around = 80;  // what sharing costs beside the content

std::int64_t size_of(const std::string& text) { return static_cast<std::int64_t>(text.capacity()); }
std::int64_t size_of(const List& items) {
  return static_cast<std::int64_t>(items.capacity() * sizeof(Value));
}
std::int64_t size_of(const Dict& entries) {
  return static_cast<std::int64_t>(entries.size() * sizeof(Dict::Entry));
}

// What values share, weighed.
template <class Content>
struct Shared {
  explicit Shared(Content made) : content(std::move(made)), bytes(size_of(content) + around) {
    hold(bytes);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { weight.held -= bytes; }

  Content content;
  std::int64_t bytes;
};

template <class Content>
std::shared_ptr<const Content> shared(Content made) {
  const auto weighed = std::make_shared<const Shared<Content>>(std::move(made));
  return {weighed, &weighed->content};
}

[[noreturn]] void wrong_kind(Kind is, const char* wanted) {
  throw base::Error(base::Kind::bug, std::string("a value that is ") + std::string(name_of(is)) +
                                         " was read as " + wanted);
}

bool is_number(Kind kind) {
  return kind == Kind::boolean || kind == Kind::integer || kind == Kind::real;
}

double number_of(const Value& value) {
  if (value.is_boolean()) return value.boolean() ? 1 : 0;
  return value.is_integer() ? static_cast<double>(value.integer()) : value.real();
}

// True and 1 and 1.0 are one key, as in Python.
std::size_t hash_of(const Value& key) {
  if (is_number(key.kind())) return std::hash<double>{}(number_of(key));
  if (key.is_string() || key.kind() == Kind::date) return std::hash<std::string_view>{}(key.text());
  return static_cast<std::size_t>(key.kind());
}

using Index = std::unordered_multimap<std::size_t, std::size_t>;
constexpr std::size_t scanned = 12;  // up to here a scan beats hashing

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::none:
      return "none";
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "an integer";
    case Kind::real:
      return "a float";
    case Kind::string:
      return "a string";
    case Kind::date:
      return "a date";
    case Kind::list:
      return "a list";
    case Kind::dict:
      return "a dict";
    case Kind::sealed:
      return "a vaulted text";
  }
  return "nothing";
}

void refuse_weight() {
  throw TooMuch(base::Kind::input,
                "the data of the template would be larger than its bounds allow");
}

void require_size(std::size_t bytes, std::size_t largest) {
  if (bytes > largest)
    throw TooMuch(base::Kind::input,
                  "a text would be larger than " + std::to_string(largest / 1024 / 1024) + " MiB");
}

Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

Dict::Dict(const Dict&) = default;
Dict::Dict(Dict&&) noexcept = default;
Dict& Dict::operator=(const Dict&) = default;
Dict& Dict::operator=(Dict&&) noexcept = default;
Dict::~Dict() = default;

Value::Value(std::string text) : data_(shared(std::move(text))) {}

Value::Value(List items) {
  for (const Value& item : items) stand_above(item);
  data_ = shared(std::move(items));
}

Value::Value(Dict entries) {
  for (const auto& [key, value] : entries) stand_above(value);
  data_ = shared(std::move(entries));
}

// No value is so deep that walking through it, or letting go of it, could exhaust the stack.
void Value::stand_above(const Value& part) {
  constexpr int highest = 200;
  if (part.height_ >= highest)
    throw TooMuch(base::Kind::input,
                  "lists and dicts are nested deeper than " + std::to_string(highest), part.pos());
  height_ = std::max(height_, static_cast<std::uint8_t>(part.height_ + 1));
}

Value Value::date(std::string text) {
  Value value;
  value.data_ = Date{shared(std::move(text))};
  return value;
}

Value Value::sealed(std::string vault_text) {
  Value value;
  value.data_ = Sealed{shared(std::move(vault_text))};
  return value;
}

Kind Value::kind() const {
  static constexpr Kind kinds[] = {Kind::none, Kind::boolean, Kind::integer,
                                   Kind::real, Kind::string,  Kind::date,
                                   Kind::list, Kind::dict,    Kind::sealed};
  return kinds[data_.index()];
}

bool Value::boolean() const {
  if (const auto* boolean = std::get_if<bool>(&data_)) return *boolean;
  wrong_kind(kind(), "a boolean");
}

std::int64_t Value::integer() const {
  if (const auto* integer = std::get_if<std::int64_t>(&data_)) return *integer;
  wrong_kind(kind(), "an integer");
}

double Value::real() const {
  if (const auto* real = std::get_if<double>(&data_)) return *real;
  wrong_kind(kind(), "a float");
}

const std::string& Value::text() const {
  if (const auto* text = std::get_if<std::shared_ptr<const std::string>>(&data_)) return **text;
  if (const auto* date = std::get_if<Date>(&data_)) return *date->text;
  if (const auto* sealed = std::get_if<Sealed>(&data_)) return *sealed->text;
  wrong_kind(kind(), "a string");
}

const List& Value::list() const {
  if (const auto* list = std::get_if<std::shared_ptr<const List>>(&data_)) return **list;
  wrong_kind(kind(), "a list");
}

const Dict& Value::dict() const {
  if (const auto* dict = std::get_if<std::shared_ptr<const Dict>>(&data_)) return **dict;
  wrong_kind(kind(), "a dict");
}

const Value* Value::find(std::string_view key) const {
  const auto* dict = std::get_if<std::shared_ptr<const Dict>>(&data_);
  return dict == nullptr ? nullptr : (*dict)->find(key);
}

Value Value::at(base::Pos pos) const {
  Value copy = *this;
  copy.pos_ = pos;
  return copy;
}

// What is untrusted is so all the way down, so a marked container needs no second walk.
Value Value::untrusted() const {
  if (!trusted_) return *this;
  Value copy = *this;
  if (is_list()) {
    List items;
    items.reserve(list().size());
    for (const Value& item : list()) items.push_back(item.untrusted());
    copy.data_ = shared(std::move(items));
  } else if (is_dict()) {
    Dict entries;
    for (const auto& [key, value] : dict()) entries.set(key.untrusted(), value.untrusted());
    copy.data_ = shared(std::move(entries));
  }
  copy.trusted_ = false;
  return copy;
}

bool operator==(const Value& a, const Value& b) {
  if (is_number(a.kind()) && is_number(b.kind())) {
    if (a.is_integer() && b.is_integer()) return a.integer() == b.integer();
    return number_of(a) == number_of(b);
  }
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::none:
      return true;
    case Kind::string:
    case Kind::date:
    case Kind::sealed:
      return a.text() == b.text();
    case Kind::list:
      return &a.list() == &b.list() || a.list() == b.list();
    case Kind::dict: {
      if (&a.dict() == &b.dict()) return true;
      if (a.dict().size() != b.dict().size()) return false;
      for (const auto& [key, value] : a.dict()) {
        const Value* other = b.dict().find(key);
        if (other == nullptr || !(value == *other)) return false;
      }
      return true;
    }
    default:
      return false;
  }
}

Dict::Dict(std::initializer_list<std::pair<const char*, Value>> entries) {
  entries_.reserve(entries.size());
  for (const auto& [key, value] : entries) set(std::string_view(key), value);
}

namespace {

std::shared_ptr<Index> index_all(const std::vector<Dict::Entry>& entries) {
  auto index = std::make_shared<Index>();
  for (std::size_t place = 0; place < entries.size(); ++place)
    index->emplace(hash_of(entries[place].key), place);
  return index;
}

}  // namespace

std::optional<std::size_t> Dict::index_of(std::string_view key) const {
  const auto is_it = [&](const Entry& entry) {
    return entry.key.is_string() && entry.key.text() == key;
  };
  if (!index_) {
    for (std::size_t place = 0; place < entries_.size(); ++place)
      if (is_it(entries_[place])) return place;
    return std::nullopt;
  }
  const auto [begin, end] =
      static_cast<const Index*>(index_.get())->equal_range(std::hash<std::string_view>{}(key));
  for (auto found = begin; found != end; ++found)
    if (is_it(entries_[found->second])) return found->second;
  return std::nullopt;
}

std::optional<std::size_t> Dict::index_of(const Value& key) const {
  if (key.is_string()) return index_of(std::string_view(key.text()));
  if (!index_) {
    for (std::size_t place = 0; place < entries_.size(); ++place)
      if (entries_[place].key == key) return place;
    return std::nullopt;
  }
  const auto [begin, end] = static_cast<const Index*>(index_.get())->equal_range(hash_of(key));
  for (auto found = begin; found != end; ++found)
    if (entries_[found->second].key == key) return found->second;
  return std::nullopt;
}

const Value* Dict::find(std::string_view key) const {
  const auto place = index_of(key);
  return place ? &entries_[*place].value : nullptr;
}

const Value* Dict::find(const Value& key) const {
  const auto place = index_of(key);
  return place ? &entries_[*place].value : nullptr;
}

void Dict::set(std::string_view key, Value value) {
  if (const auto place = index_of(key)) {
    entries_[*place].value = std::move(value);
    return;
  }
  set(Value(key), std::move(value));
}

void Dict::set(Value key, Value value) {
  if (const auto place = index_of(key)) {
    entries_[*place].value = std::move(value);
    return;
  }
  entries_.push_back({std::move(key), std::move(value)});
  if (!index_) {
    if (entries_.size() > scanned) index_ = index_all(entries_);
    return;
  }
  // Copies of a dict share the index until one of them grows.
  std::shared_ptr<Index> own =
      index_.use_count() == 1
          ? std::static_pointer_cast<Index>(std::const_pointer_cast<void>(index_))
          : std::make_shared<Index>(*static_cast<const Index*>(index_.get()));
  own->emplace(hash_of(entries_.back().key), entries_.size() - 1);
  index_ = std::move(own);
}

bool Dict::erase(std::string_view key) {
  const auto place = index_of(key);
  if (!place) return false;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(*place));
  if (index_) index_ = entries_.size() > scanned ? index_all(entries_) : nullptr;
  return true;
}

std::string Dict::key_text(const Value& key) {
  switch (key.kind()) {
    case Kind::none:
      return "null";
    case Kind::boolean:
      return key.boolean() ? "true" : "false";
    case Kind::integer:
      return std::to_string(key.integer());
    case Kind::real: {
      char buffer[32];
      const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, key.real());
      std::string text(buffer, code == std::errc() ? end : buffer);
      if (std::isfinite(key.real()) && text.find_first_of(".e") == std::string::npos) text += ".0";
      return text;
    }
    case Kind::string:
    case Kind::date:
      return key.text();
    default:
      return std::string(name_of(key.kind()));
  }
}

std::string text_or(const Value& dict, std::string_view key, std::string_view otherwise) {
  const Value* found = dict.find(key);
  return found != nullptr && found->is_string() ? found->text() : std::string(otherwise);
}

bool boolean_or(const Value& dict, std::string_view key, bool otherwise) {
  const Value* found = dict.find(key);
  return found != nullptr && found->is_boolean() ? found->boolean() : otherwise;
}

std::int64_t integer_or(const Value& dict, std::string_view key, std::int64_t otherwise) {
  const Value* found = dict.find(key);
  return found != nullptr && found->is_integer() ? found->integer() : otherwise;
}

const List& items_of(const Value* list) {
  static const List none;
  return list != nullptr && list->is_list() ? list->list() : none;
}

}  // namespace provisioner::value

template class std::vector<provisioner::value::Value>;
