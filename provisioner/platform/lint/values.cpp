// Ways through a values file.

#include "provisioner/platform/lint/values.h"

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/at_path.h"

namespace provisioner::lint {
namespace {

using value::Value;

void look_below(const std::string& key, const Value& value, const Values::Look& look) {
  look(key, value);
  if (value.is_dict())
    for (const auto& [name, entry] : value.dict())
      look_below(value::Dict::key_text(name), entry, look);
  if (value.is_list())
    for (const Value& item : value.list()) look_below(key, item, look);
}

}  // namespace

const Value* Values::find(std::string_view path) const { return value::at_path(root_, path); }

base::Pos Values::place_of(std::string_view path) const {
  const Value* at = &root_;
  base::Pos place = root_.pos();
  for (const std::string& key : base::split(path, '.')) {
    at = at->find(key);
    if (at == nullptr) break;
    if (at->pos().is_known()) place = at->pos();
  }
  return place;
}

bool Values::is(std::string_view path, bool otherwise) const {
  const Value* found = find(path);
  return found == nullptr || !found->is_boolean() ? otherwise : found->boolean();
}

std::string Values::text(std::string_view path, std::string_view otherwise) const {
  const Value* found = find(path);
  const bool is_missing =
      found == nullptr || found->is_none() || found->is_dict() || found->is_list();
  return is_missing ? std::string(otherwise) : value::Dict::key_text(*found);
}

void Values::each(const Look& look) const { look_below("", root_, look); }

}  // namespace provisioner::lint
