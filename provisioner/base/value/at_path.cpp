// Down into dicts, by a path.

#include "provisioner/base/value/at_path.h"

namespace provisioner::value {

const Value* at_path(const Dict& dict, std::string_view path) {
  const std::size_t dot = path.find('.');
  const Value* found = dict.find(path.substr(0, dot));
  if (found == nullptr || dot == std::string_view::npos) return found;
  return at_path(*found, path.substr(dot + 1));
}

const Value* at_path(const Value& value, std::string_view path) {
  return value.is_dict() ? at_path(value.dict(), path) : nullptr;
}

}  // namespace provisioner::value
