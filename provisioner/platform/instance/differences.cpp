// Where two instances are not alike.

#include "provisioner/platform/instance/differences.h"

#include <algorithm>

namespace provisioner::instance {
namespace {

using value::Dict;
using value::Value;

// A list of named things as a dict; nullopt where it is none, or a name is there twice.
std::optional<Dict> by_name(const Value& list) {
  Dict named;
  for (const Value& item : list.list()) {
    const Value* name = item.find("name");
    if (name == nullptr || !name->is_string() || named.has(name->text())) return std::nullopt;
    named.set(name->text(), item);
  }
  return named;
}

std::optional<Dict> members(const Value& value) {
  if (value.is_dict()) return value.dict();
  return value.is_list() ? by_name(value) : std::nullopt;
}

void compare(const std::string& path, const Value& left, const Value& right,
             std::vector<Difference>& found) {
  if (left == right) return;
  const auto lefts = members(left), rights = members(right);
  if (!lefts || !rights || left.kind() != right.kind()) {
    found.push_back({path, left, right});
    return;
  }
  const auto below = [&](const Value& key) {
    const std::string name = Dict::key_text(key);
    return path.empty() ? name : path + "." + name;
  };
  for (const auto& [key, value] : *lefts)
    if (const Value* other = rights->find(key))
      compare(below(key), value, *other, found);
    else
      found.push_back({below(key), value, std::nullopt});
  for (const auto& [key, value] : *rights)
    if (lefts->find(key) == nullptr) found.push_back({below(key), std::nullopt, value});
}

}  // namespace

std::vector<Difference> differences(const Value& left, const Value& right) {
  std::vector<Difference> found;
  compare("", left, right, found);
  return found;
}

}  // namespace provisioner::instance
