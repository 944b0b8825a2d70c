// Dicts that are read strictly.

#include "provisioner/base/value/strict_dict.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/known_keys.h"

namespace provisioner::value {
namespace {

using base::Error;

bool is_scalar(const Value& value) {
  return value.is_string() || value.is_integer() || value.is_real();
}

bool is_empty(const Value& value) {
  return (value.is_string() && value.text().empty()) || (value.is_list() && value.list().empty()) ||
         (value.is_dict() && value.dict().is_empty());
}

bool has_form(const Value& value, Form form) {
  switch (form) {
    case Form::text:
      return value.is_string();
    case Form::scalar:
      return is_scalar(value);
    case Form::boolean:
      return value.is_boolean();
    case Form::number:
      return whole(value).has_value();
    case Form::list:
    case Form::texts:
    case Form::dicts:
      return value.is_list();
    case Form::dict:
      return value.is_dict();
  }
  return false;
}

const char* words_of(Form form) {
  switch (form) {
    case Form::text:
      return "a text";
    case Form::scalar:
      return "a text or a number";
    case Form::boolean:
      return "true or false";
    case Form::number:
      return "a whole number";
    case Form::list:
      return "a list";
    case Form::texts:
      return "a list of texts";
    case Form::dict:
      return "a dict";
    case Form::dicts:
      return "a list of dicts";
  }
  return "";
}

// What YAML has read as something else may have lost a digit: 2026.10 is 2026.1.
std::string hint_for(const Value& found, bool is_text_wanted) {
  const bool is_written_bare =
      found.is_integer() || found.is_real() || found.is_boolean() || found.kind() == Kind::date;
  return is_text_wanted && is_written_bare ? "in quotes it is a text" : "";
}

bool is_item(const Value& item, Form of_list) {
  if (of_list == Form::texts) return item.is_string();
  return of_list != Form::dicts || item.is_dict();
}

}  // namespace

std::optional<std::int64_t> whole(const Value& value) {
  if (value.is_integer()) return value.integer();
  return value.is_string() ? base::integer_in(value.text()) : std::nullopt;
}

StrictDict::StrictDict(const Value* said, std::string where, const Value& above,
                       base::Diagnostics& diagnostics)
    : said_(said == nullptr || said->is_none() ? Value(Dict()).at(above.pos()) : *said),
      where_(std::move(where)),
      diagnostics_(diagnostics) {
  if (said_.is_dict()) return;
  is_wrong_ = true;
  add_at((where_.empty() ? "expected" : "'" + where_ + "' is") + std::string(" ") +
             words_of(Form::dict) + ", found " + std::string(value::name_of(said_.kind())),
         said_);
  said_ = Value(Dict()).at(said_.pos());
}

std::string StrictDict::name_of(std::string_view key) const {
  return "'" + (where_.empty() ? "" : where_ + ".") + std::string(key) + "'";
}

const Value* StrictDict::find(std::string_view key) const {
  const Value* found = said_.find(key);
  return found == nullptr || found->is_none() ? nullptr : found;
}

std::vector<Value> StrictDict::unknown_keys(const std::vector<std::string>& keys) const {
  std::vector<Value> unknown;
  for (const auto& [key, entry] : said_.dict())
    if (std::ranges::find(keys, Dict::key_text(key)) == keys.end()) unknown.push_back(key);
  return unknown;
}

void StrictDict::know(const std::vector<std::string>& keys) {
  for (const Value& key : unknown_keys(keys)) add_once(diagnostics_, unknown_key(key, keys));
}

bool StrictDict::has(std::string_view key, Form form) {
  const Value* found = find(key);
  if (found == nullptr) return false;
  if (!has_form(*found, form)) {
    add(name_of(key) + " is " + words_of(form) + ", found " +
            std::string(value::name_of(found->kind())),
        key, hint_for(*found, form == Form::text));
    return false;
  }
  if (!found->is_list()) return true;
  bool is_whole = true;
  for (const Value& item : found->list()) {
    if (is_item(item, form)) continue;
    add_at(name_of(key) + " is " + words_of(form) + ", found " +
               std::string(value::name_of(item.kind())) + " in it",
           item.pos().is_known() ? item : *found, hint_for(item, form == Form::texts));
    is_whole = false;
  }
  return is_whole;
}

std::vector<Value> StrictDict::items_of(std::string_view key, Form form) {
  has(key, form);
  std::vector<Value> fitting;
  if (const Value* found = find(key); found != nullptr && found->is_list())
    std::ranges::copy_if(found->list(), std::back_inserter(fitting),
                         [&](const Value& item) { return is_item(item, form); });
  return fitting;
}

std::string StrictDict::text(std::string_view key, const std::string& otherwise) {
  return has(key, Form::text) ? find(key)->text() : otherwise;
}

std::string StrictDict::required(std::string_view key, const std::string& example) {
  std::string found = text(key);
  if (found.empty() && (!is_said(key) || find(key)->is_string())) add_missing(key, example);
  return found;
}

void StrictDict::add_missing(std::string_view key, const std::string& example,
                             const std::string& because) {
  if (is_wrong_ || (is_said(key) && !is_empty(*find(key)))) return;  // told already, as what it is
  add(name_of(key) + " is missing" + (because.empty() ? "" : ": " + because), key,
      std::string(key) + ": " + example);
}

bool StrictDict::boolean(std::string_view key, bool otherwise) {
  return has(key, Form::boolean) ? find(key)->boolean() : otherwise;
}

std::int64_t StrictDict::number(std::string_view key, std::int64_t least, std::int64_t most,
                                std::int64_t otherwise) {
  if (!is_said(key)) return otherwise;
  const auto found = whole(*find(key));
  if (found && *found >= least && *found <= most) return *found;
  const Value& said = *find(key);
  const bool is_shown = is_scalar(said);
  add(name_of(key) + " is a number from " + std::to_string(least) + " to " + std::to_string(most) +
          ", found " +
          (is_shown ? "'" + Dict::key_text(said) + "'" : std::string(value::name_of(said.kind()))),
      key);
  return otherwise;
}

StrictDict StrictDict::below(std::string_view key) {
  StrictDict made(said_.find(key), (where_.empty() ? "" : where_ + ".") + std::string(key), said_,
                  diagnostics_);
  made.is_wrong_ = made.is_wrong_ || is_wrong_;
  return made;
}

void StrictDict::add(const std::string& message, std::string_view key, const std::string& hint) {
  const Value* found = said_.find(key);
  add_at(message, found != nullptr && found->pos().is_known() ? *found : said_, hint);
}

void StrictDict::add_at(const std::string& message, const Value& place, const std::string& hint) {
  add_once(diagnostics_, Error(base::Kind::input, message, place.pos()).set_hint(hint));
}

void StrictDict::warn_at(const std::string& message, const Value& place, const std::string& hint) {
  diagnostics_.warn(Error(base::Kind::input, message, place.pos()).set_hint(hint));
}

void StrictDict::add_unknown(const std::string& what, const std::string& word, const Value& place,
                             const std::vector<std::string>& known) {
  const std::string near = base::suggestion(word, known);
  add_at(what, place,
         !near.empty() || known.empty() ? near : "there are " + base::join(known, ", "));
}

void add_once(base::Diagnostics& diagnostics, Error error) {
  const bool is_known = std::ranges::any_of(diagnostics.errors(), [&](const Error& other) {
    return other.pos() == error.pos() && other.message() == error.message();
  });
  if (!is_known) diagnostics.add(std::move(error));
}

std::vector<Value> dicts_of(const char* variable, const Value* said,
                            base::Diagnostics& diagnostics) {
  if (said == nullptr) return {};
  const Value all = Value(Dict{{variable, *said}}).at(said->pos());
  return StrictDict(&all, "", all, diagnostics).dicts(variable);
}

void check_forms(const Dict& variables, const std::vector<FormOf>& forms,
                 base::Diagnostics& diagnostics) {
  const Value all{variables};
  StrictDict said(&all, "", all, diagnostics);
  for (const auto& [variable, form] : forms) said.has(variable, form);
}

}  // namespace provisioner::value
