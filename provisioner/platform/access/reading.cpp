// Mistakes of a declaration, each with its place.

#include "provisioner/platform/access/reading.h"

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/known_keys.h"

namespace provisioner::access {

using base::Error;
using base::Kind;
using value::Value;

void Reading::add(const std::string& message, const Value& place, const std::string& hint) {
  diagnostics_.add(Error(Kind::input, message, place.pos()).set_hint(hint));
}

void Reading::warn(const std::string& message, const Value& place, const std::string& hint) {
  diagnostics_.warn(Error(Kind::input, message, place.pos()).set_hint(hint));
}

void Reading::add_unknown(const std::string& what, const std::string& word, const Value& place,
                          const std::vector<std::string>& known) {
  const std::string near = base::suggestion(word, known);
  add(what, place, !near.empty() || known.empty() ? near : "there are " + base::join(known, ", "));
}

bool Reading::check_keys(const Value& dict, const std::vector<std::string>& known) {
  return value::check_keys(dict, known, diagnostics_);
}

std::vector<Value> Reading::texts(const Value* list, const std::string& what) {
  if (list == nullptr) return {};
  if (!list->is_list()) {
    add(what + " is a list, found " + std::string(name_of(list->kind())), *list);
    return {};
  }
  std::vector<Value> texts;
  for (const Value& item : list->list())
    if (item.is_string())
      texts.push_back(item);
    else
      add(what + " is a list of texts, found " + std::string(name_of(item.kind())), item);
  return texts;
}

bool is_label(std::string_view name) {
  static const base::Regex form("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  const auto found = form.match_start(name);
  return found && found->end() == name.size();
}

}  // namespace provisioner::access
