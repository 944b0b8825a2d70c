// Filters that ask what a value is: there or not, true or not, of which type.

#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

namespace {

Object fallback(const Call& call) {
  const Object object = call.get(0, "value"), otherwise = call.get(1, "default_value");
  const bool is_falsy_too = call.flag(2, "boolean", false);
  if (object.is_undefined() || (is_falsy_too && !truth(object)))
    return call.arguments.size() > 1 || call.has(1, "default_value") ? otherwise : Object("");
  return object;
}

Object mandatory(const Call& call) {
  const Object object = call.get(0, "a");
  if (!object.is_undefined()) return object;
  const std::string message = call.text_or(1, "msg", "");
  const std::string& name = object.undefined_info().name;
  throw base::Error(base::Kind::input,
                    !message.empty()
                        ? message
                        : "Mandatory variable " +
                              (name.empty() ? std::string() : "'" + name + "' ") + " not defined.");
}

Object ternary(const Call& call) {
  const Object condition = call.get(0, "value"), none = call.get(3, "none_val");
  if (condition.is_none() && !none.is_undefined() && !none.is_none()) return none;
  return truth(condition) ? call.get(1, "true_val") : call.get(2, "false_val");
}

Object to_bool(const Call& call) {
  const Object object = call.get(0, "a");
  object.require_defined();
  if (object.is_none()) return Object();
  return Object(boolean_of(object));
}

}  // namespace

bool boolean_of(const Object& object) {
  object.require_defined();
  if (object.is_boolean()) return object.scalar().boolean();
  if (object.is_integer()) return object.scalar().integer() == 1;
  if (!object.is_string()) return false;
  const std::string word = lower_text(object.scalar().text());
  return word == "yes" || word == "on" || word == "1" || word == "true";
}

FunctionTable condition_filters() {
  return {
      {"default", fallback},
      {"mandatory", mandatory},
      {"ternary", ternary},
      {"bool", to_bool},
      {"type_debug",
       [](const Call& c) {
         const Object object = c.get(0, "obj");
         return Object(object.is_string()
                           ? (object.scalar().is_trusted() ? "str" : "AnsibleUnsafeText")
                           : type_name(object));
       }},
  };
}

}  // namespace provisioner::jinja
