#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/language/jinja/bounds.h"

namespace provisioner::jinja {

class Evaluator;

// A variable or attribute that is not there was used. Its own type, because `default` and `is
// defined` live on it.
class UndefinedError : public base::Error {
 public:
  using base::Error::Error;
};

// What stands for something that is not there; using it throws UndefinedError with `message`.
struct Undefined {
  std::string message;
  std::string name;
  base::Pos pos;
  bool is_false_if = false;  // "1 if false": prints nothing
  value::Weighs<256> weight = {};
};

// A list or tuple. Frozen data is looked at where it lies until somebody changes it; children that
// are containers are boxed once, so that aliases stay aliases as in Python.
struct ListBox : Box {
  ~ListBox() override;

  value::Value frozen;  // while `is_live` is false
  std::map<std::size_t, Object> boxed;
  std::vector<Object> items;  // once `is_live`
  bool is_live = false;
  bool is_tuple = false;

  std::size_t size() const;
  Object at(std::size_t index);
  std::vector<Object>& live();  // thaws

 private:
  void move_into(std::vector<Object>& contents) override;
};

struct DictBox : Box {
  ~DictBox() override;

  value::Value frozen;
  std::map<const value::Value*, Object> boxed;
  std::vector<value::Value> names;  // once `is_live`
  std::vector<Object> members;      // of the same length
  bool is_live = false;
  bool is_namespace = false;

  std::size_t size() const;
  std::optional<Object> find(const value::Value& key);
  std::vector<value::Value> keys() const;
  void set(const value::Value& key, Object value);
  bool erase(const value::Value& key);
  void clear();

 private:
  void thaw();
  std::optional<std::size_t> place_of(const value::Value& key);
  void move_into(std::vector<Object>& contents) override;

  value::Dict places_;  // of the names, once they are many
  std::vector<value::Weighs<160>> weights_;
};

// Arguments of a call.
struct Call {
  Evaluator& evaluator;
  std::vector<Object> arguments;
  std::vector<std::pair<std::string, Object>> named;
  base::Pos pos;

  bool has(std::size_t index, std::string_view name) const;
  Object get(std::size_t index, std::string_view name) const;  // Undefined where it was not given
  value::Value value(std::size_t index, std::string_view name) const;
  value::Value value_or(std::size_t index, std::string_view name, value::Value otherwise) const;
  std::string text(std::size_t index, std::string_view name) const;
  std::string text_or(std::size_t index, std::string_view name, std::string_view otherwise) const;
  std::int64_t integer_or(std::size_t index, std::string_view name, std::int64_t otherwise) const;
  bool flag(std::size_t index, std::string_view name, bool otherwise) const;
  void refuse_unknown(std::initializer_list<std::string_view> known) const;
};

using Function = std::function<Object(const Call&)>;

struct Callable {
  std::string name;
  Function function;
  value::Weighs<128> weight = {};
};

// A mapping whose members are made when they are asked for: hostvars, vars, loop.
struct LazyMapping {
  std::function<std::optional<Object>(const std::string&)> member;
  std::function<std::vector<std::string>()> keys;
  std::string type_name = "dict";
  std::string text = {};  // what str() gives; as a dict where it is empty
  value::Weighs<256> weight = {};
};

// What an expression is while it is evaluated: Python's objects. Copies share containers, as names
// do in Python.
class Object : value::Weighs<56> {
 public:
  Object() = default;                                                  // None
  Object(value::Value value);                                          // NOLINT: data is an object
  Object(const char* text) : Object(value::Value(text)) {}             // NOLINT
  Object(std::string text) : Object(value::Value(std::move(text))) {}  // NOLINT
  Object(bool boolean) : data_(value::Value(boolean)) {}               // NOLINT
  Object(int integer) : data_(value::Value(integer)) {}                // NOLINT
  Object(std::int64_t integer) : data_(value::Value(integer)) {}       // NOLINT
  Object(double real) : data_(value::Value(real)) {}                   // NOLINT
  static Object list(std::vector<Object> items);
  static Object tuple(std::vector<Object> items);
  static Object dict();
  // Text that no one reads as data again, however much it looks like it.
  static Object kept_text(std::string text);
  static Object undefined(std::string message, std::string name = {}, base::Pos pos = {});
  static Object undefined(Undefined what);
  static Object callable(std::string name, Function function);
  static Object lazy(LazyMapping mapping);

  bool is_undefined() const { return std::holds_alternative<std::shared_ptr<Undefined>>(data_); }
  bool is_list() const {
    return std::holds_alternative<std::shared_ptr<ListBox>>(data_);
  }  // or a tuple
  bool is_tuple() const { return is_list() && list_box().is_tuple; }
  bool is_dict() const { return std::holds_alternative<std::shared_ptr<DictBox>>(data_); }
  bool is_lazy() const { return std::holds_alternative<std::shared_ptr<LazyMapping>>(data_); }
  bool is_callable() const { return std::holds_alternative<std::shared_ptr<Callable>>(data_); }
  bool is_scalar() const { return std::holds_alternative<value::Value>(data_); }
  bool is_string() const { return is_scalar() && scalar().is_string(); }
  bool is_integer() const { return is_scalar() && scalar().is_integer(); }
  bool is_boolean() const { return is_scalar() && scalar().is_boolean(); }
  bool is_real() const { return is_scalar() && scalar().is_real(); }
  bool is_number() const { return is_integer() || is_boolean() || is_real(); }
  bool is_none() const { return is_scalar() && scalar().is_none(); }

  const value::Value& scalar() const { return std::get<value::Value>(data_); }
  ListBox& list_box() const { return *std::get<std::shared_ptr<ListBox>>(data_); }
  DictBox& dict_box() const { return *std::get<std::shared_ptr<DictBox>>(data_); }
  const LazyMapping& lazy_mapping() const { return *std::get<std::shared_ptr<LazyMapping>>(data_); }
  const Callable& callable() const { return *std::get<std::shared_ptr<Callable>>(data_); }
  const Undefined& undefined_info() const { return *std::get<std::shared_ptr<Undefined>>(data_); }
  bool is_same(const Object& other) const;  // Python's `is`
  bool is_list_of_one_owner() const {
    const auto* box = std::get_if<std::shared_ptr<ListBox>>(&data_);
    return box != nullptr && box->use_count() == 1 && (*box)->is_live;
  }

  bool is_kept_text() const { return is_kept_text_; }

  void require_defined() const;   // throws UndefinedError
  value::Value to_value() const;  // throws UndefinedError, also for what lies inside

 private:
  std::variant<value::Value, std::shared_ptr<ListBox>, std::shared_ptr<DictBox>,
               std::shared_ptr<Undefined>, std::shared_ptr<Callable>, std::shared_ptr<LazyMapping>>
      data_;
  bool is_kept_text_ = false;
};

// Python's truth, str(), repr(), type(x).__name__, ==, <, <= (throws where Python raises
// TypeError).
bool truth(const Object& object);
std::string text_of(const Object& object);
std::string repr_of(const Object& object);
std::string type_name(const Object& object);
bool are_equal(const Object& a, const Object& b);
bool is_less(const Object& a, const Object& b);
bool is_less_or_equal(const Object& a, const Object& b);

// The items an iteration gives: of a list, the keys of a dict, the characters of a text.
std::vector<Object> items_of(const Object& object);
std::vector<Object> items_of(Object&& object);  // without a copy, where nobody else has the list

// What it costs to look through an object's items or characters once.
void spend_on(const Object& object);

// A path as Python's os.path takes it: a text, anything else throws.
std::string path_of(const Object& object);

// The characters (code points) of a text, one after the other; the text outlives them.
class Characters {
 public:
  class Iterator {
   public:
    Iterator(std::string_view rest) : rest_(rest) {}  // NOLINT
    std::string_view operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

   private:
    std::string_view rest_;
  };

  explicit Characters(std::string_view text) : text_(text) {}
  Iterator begin() const { return text_; }
  Iterator end() const { return text_.substr(text_.size()); }

 private:
  std::string_view text_;
};
std::size_t character_count(std::string_view text);
bool is_ascii(std::string_view text);

// text += more, within the bounds of texts.
void add_text(std::string& text, std::string_view more);

[[noreturn]] void type_error(const std::string& message);

}  // namespace provisioner::jinja
