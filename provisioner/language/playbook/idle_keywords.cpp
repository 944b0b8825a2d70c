// Keywords of Ansible that are known and do nothing here.

#include "provisioner/base/base/error.h"
#include "provisioner/language/playbook/keywords.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

// "task 'install nginx'", "this play"
std::string named(const Dict& given, Thing thing) {
  const std::string what(name_of(thing));
  for (const char* key : {"name", thing == Thing::role ? "role" : "name"})
    if (const Value* name = given.find(key); name != nullptr && name->is_string())
      return what + " '" + name->text() + "'";
  return "this " + what;
}

bool is_said(const Value& value, std::string_view otherwise) {
  return !value.is_none() && !value.is_list() && !value.is_dict() &&
         Dict::key_text(value) != otherwise;
}

}  // namespace

void warn_of_idle_keywords(const Dict& given, Thing thing, base::Diagnostics& diagnostics) {
  const Value* async = given.find("async");
  for (const auto& [key, value] : given) {
    const std::string name = Dict::key_text(key);
    if (name == "debugger" && is_said(value, "never"))
      diagnostics.warn(base::Error(base::Kind::input,
                                   "'debugger' of " + named(given, thing) +
                                       " has no effect: there is no debugger",
                                   key.pos()));
    const bool is_background =
        name == "poll" && async != nullptr && is_said(*async, "0") && is_said(value, "") &&
        (is_template(value) || Dict::key_text(value) == "0");
    if (is_background)
      diagnostics.warn(base::Error(base::Kind::input,
                                   "'poll: 0' of " + named(given, thing) +
                                       " has no effect: the task is waited for",
                                   key.pos())
                           .set_hint("as long as 'async' allows"));
  }
}

}  // namespace provisioner::playbook
