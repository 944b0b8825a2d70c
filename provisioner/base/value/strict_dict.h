#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::value {

// A whole number, also where a template has made a text of its digits.
std::optional<std::int64_t> whole(const Value& value);

// What a value is said to be.
enum class Form : std::uint8_t {
  text,
  scalar,   // a text or a number, where both are written
  boolean,  // true or false
  number,   // whole; digits of a template too
  list,
  texts,  // a list of texts
  dict,   // keys with values
  dicts,  // a list of those
};

// Reads one dict of a user's file, strictly: each mistake goes to the diagnostics once, with its
// place, what is expected and what was found; the answer is then as where nothing is said, which is
// also what a key with nothing behind it stands for.
class StrictDict {
 public:
  // `where` is how people call it: "gen3.postgres"; "" for variables. nullptr and none stand for an
  // empty dict at the place of `above`.
  StrictDict(const Value* said, std::string where, const Value& above,
             base::Diagnostics& diagnostics);

  bool is_wrong() const { return is_wrong_; }   // it is no dict at all
  const Value& value() const { return said_; }  // a dict
  const std::string& where() const { return where_; }
  std::string name_of(std::string_view key) const;  // "'gen3.postgres.port'"
  const Value* find(std::string_view key) const;    // nullptr: nothing is said
  bool is_said(std::string_view key) const { return find(key) != nullptr; }

  // No other keys than these.
  void know(const std::vector<std::string>& keys);
  std::vector<Value> unknown_keys(const std::vector<std::string>& keys) const;
  // False where nothing is said, and where that has another form: then that is a mistake.
  bool has(std::string_view key, Form form);

  std::string text(std::string_view key, const std::string& otherwise = {});
  std::string required(std::string_view key, const std::string& example);
  // That it is missing, where nothing is said or what is empty; `example` is how it could be
  // written.
  void add_missing(std::string_view key, const std::string& example,
                   const std::string& because = {});
  bool boolean(std::string_view key, bool otherwise);
  std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most,
                      std::int64_t otherwise);
  // Those items of a list that are what they should be.
  std::vector<Value> texts(std::string_view key) { return items_of(key, Form::texts); }
  std::vector<Value> dicts(std::string_view key) { return items_of(key, Form::dicts); }
  StrictDict below(std::string_view key);

  // At what is said behind the key, else at the dict.
  void add(const std::string& message, std::string_view key, const std::string& hint = {});
  void add_at(const std::string& message, const Value& place, const std::string& hint = {});
  void warn_at(const std::string& message, const Value& place, const std::string& hint);
  // `what` is "there is no namespace 'x'"; the nearest of those that there are, or all of them.
  void add_unknown(const std::string& what, const std::string& word, const Value& place,
                   const std::vector<std::string>& known);
  base::Diagnostics& diagnostics() { return diagnostics_; }

 private:
  std::vector<Value> items_of(std::string_view key, Form form);

  Value said_;
  std::string where_;
  base::Diagnostics& diagnostics_;
  bool is_wrong_ = false;
};

// The same that was added before, at the same place, stays one mistake: many nodes have one group.
void add_once(base::Diagnostics& diagnostics, base::Error error);

// Those items of a variable that are dicts, where it is a list of them; nullptr: it is not there.
std::vector<Value> dicts_of(const char* variable, const Value* said,
                            base::Diagnostics& diagnostics);

// Each of these variables has the form that is said of it, where it is there at all.
struct FormOf {
  const char* variable;
  Form form;
};
void check_forms(const Dict& variables, const std::vector<FormOf>& forms,
                 base::Diagnostics& diagnostics);

}  // namespace provisioner::value
