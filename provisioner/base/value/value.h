#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "provisioner/base/base/source.h"

namespace provisioner::value {

class Value;
class Dict;
using List = std::vector<Value>;

// What a value is. `date` is a YAML 1.1 timestamp, kept as the text Python's str() gives it.
// `sealed` is text under ansible-vault that nobody has read yet.
enum class Kind : std::uint8_t { none, boolean, integer, real, string, date, list, dict, sealed };

std::string_view name_of(Kind kind);  // "a string", "a list": for messages

// An immutable tree of data with Python's meaning: cheap to copy (containers and texts are shared),
// safe to share between threads. Each node knows where it was written and whether its text may be
// templated. Text from a node, a lookup or `!unsafe` is untrusted: nothing ever evaluates it.
class Value {
 public:
  Value() = default;  // none
  // Not inline: hundreds of files would each compile them.
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();
  Value(bool boolean) : data_(boolean) {}                     // NOLINT: a literal is a value
  Value(std::int64_t integer) : data_(integer) {}             // NOLINT
  Value(int integer) : data_(std::int64_t{integer}) {}        // NOLINT
  Value(double real) : data_(real) {}                         // NOLINT
  Value(std::string text);                                    // NOLINT
  Value(std::string_view text) : Value(std::string(text)) {}  // NOLINT
  Value(const char* text) : Value(std::string(text)) {}       // NOLINT
  Value(List items);    // NOLINT: throws TooMuch where it would be nested deeper than 200
  Value(Dict entries);  // NOLINT
  static Value date(std::string text);
  static Value sealed(std::string vault_text);  // "$ANSIBLE_VAULT;1.1;AES256\n..."

  Kind kind() const;
  bool is_none() const { return kind() == Kind::none; }
  bool is_boolean() const { return kind() == Kind::boolean; }
  bool is_integer() const { return kind() == Kind::integer; }
  bool is_real() const { return kind() == Kind::real; }
  bool is_string() const { return kind() == Kind::string; }
  bool is_list() const { return kind() == Kind::list; }
  bool is_dict() const { return kind() == Kind::dict; }
  bool is_sealed() const { return kind() == Kind::sealed; }

  // The payload; calling the wrong one is our bug and throws Error(bug).
  bool boolean() const;
  std::int64_t integer() const;
  double real() const;
  const std::string& text() const;  // string, date or sealed
  const List& list() const;
  const Dict& dict() const;

  // The entry of a dict; nullptr where this is no dict or has no such key.
  const Value* find(std::string_view key) const;

  const base::Pos& pos() const { return pos_; }
  Value at(base::Pos pos) const;  // the same value, said to stand there

  bool is_trusted() const { return trusted_; }
  Value untrusted() const;  // this and everything below it can no longer be templated

  // Python's ==: 1 == 1.0 == True, dicts without order. Position and trust do not count.
  friend bool operator==(const Value& a, const Value& b);

 private:
  struct Date {
    std::shared_ptr<const std::string> text;
  };
  struct Sealed {
    std::shared_ptr<const std::string> text;
  };
  using Data =
      std::variant<std::monostate, bool, std::int64_t, double, std::shared_ptr<const std::string>,
                   Date, std::shared_ptr<const List>, std::shared_ptr<const Dict>, Sealed>;
  void stand_above(const Value& part);

  Data data_;
  base::Pos pos_;
  bool trusted_ = true;
  std::uint8_t height_ = 0;  // of lists and dicts in each other
};

}  // namespace provisioner::value

extern template class std::vector<provisioner::value::Value>;

namespace provisioner::value {

// A mapping in the order it was written. Keys are scalars, mostly strings; two keys are the same
// where Python's == says so.
class Dict {
 public:
  struct Entry {
    Value key;
    Value value;
  };

  Dict() = default;
  Dict(const Dict& other);
  Dict(Dict&& other) noexcept;
  Dict& operator=(const Dict& other);
  Dict& operator=(Dict&& other) noexcept;
  ~Dict();
  Dict(std::initializer_list<std::pair<const char*, Value>> entries);

  const Value* find(std::string_view key) const;
  const Value* find(const Value& key) const;
  // A plain text is a key's text, and not first a Value.
  const Value* find(const char* key) const { return find(std::string_view(key)); }
  const Value* find(const std::string& key) const { return find(std::string_view(key)); }
  bool has(std::string_view key) const { return find(key) != nullptr; }

  void set(std::string_view key, Value value);  // replaces in place, or appends
  void set(Value key, Value value);
  void set(const char* key, Value value) { set(std::string_view(key), std::move(value)); }
  void set(const std::string& key, Value value) { set(std::string_view(key), std::move(value)); }
  bool erase(std::string_view key);

  std::size_t size() const { return entries_.size(); }
  bool is_empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  // The text of a key for JSON and for messages: 80 -> "80", true -> "true".
  static std::string key_text(const Value& key);

 private:
  std::optional<std::size_t> index_of(const Value& key) const;
  std::optional<std::size_t> index_of(std::string_view key) const;

  std::vector<Entry> entries_;
  // Positions by hash, built once the dict is large; nullptr while a scan is faster.
  std::shared_ptr<const void> index_;
};

// Reading typed members of what a user or a node wrote.
std::string text_or(const Value& dict, std::string_view key, std::string_view otherwise);
bool boolean_or(const Value& dict, std::string_view key, bool otherwise);
std::int64_t integer_or(const Value& dict, std::string_view key, std::int64_t otherwise);
// The items of what may be a list: none where it is no list, or where there is nothing.
const List& items_of(const Value* list);

}  // namespace provisioner::value
