// Reading bound arguments: the types are right, so these only unpack.
#include <fmt/format.h>

#include "provisioner/node/modules/convert.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

const value::Value& Arguments::raw(std::string_view name) const {
  static const value::Value none;
  const value::Value* found = values_.find(name);
  return found ? *found : none;
}

bool Arguments::has(std::string_view name) const { return !raw(name).is_none(); }

std::optional<std::string> Arguments::optional_text(std::string_view name) const {
  const value::Value& found = raw(name);
  if (found.is_none()) return std::nullopt;
  return python_text(found);
}

std::string Arguments::text(std::string_view name) const {
  return optional_text(name).value_or(std::string());
}

std::optional<bool> Arguments::optional_boolean(std::string_view name) const {
  const value::Value& found = raw(name);
  if (found.is_none()) return std::nullopt;
  return found.boolean();
}

bool Arguments::boolean(std::string_view name) const {
  return optional_boolean(name).value_or(false);
}

std::int64_t Arguments::integer(std::string_view name) const {
  const value::Value& found = raw(name);
  if (found.is_boolean()) return found.boolean() ? 1 : 0;
  return found.is_none() ? 0 : found.integer();
}

std::vector<std::string> Arguments::texts(std::string_view name) const {
  std::vector<std::string> texts;
  const value::Value& found = raw(name);
  if (found.is_none()) return texts;
  for (const value::Value& item : found.list()) texts.push_back(python_text(item));
  return texts;
}

}  // namespace provisioner::modules
