// Keys of files that are read strictly.

#include "provisioner/base/value/known_keys.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"

namespace provisioner::value {

using base::Error;

Error unknown_key(const Value& key, const std::vector<std::string>& known) {
  const std::string name = Dict::key_text(key), near = base::suggestion(name, known);
  return Error(base::Kind::input, "there is no key '" + name + "' here", key.pos())
      .set_hint(near.empty() ? "there are " + base::join(known, ", ") : near);
}

bool check_keys(const Value& dict, const std::vector<std::string>& known,
                base::Diagnostics& diagnostics) {
  if (!dict.is_dict()) {
    diagnostics.add(Error(base::Kind::input,
                          "expected keys with values, found " + std::string(name_of(dict.kind())),
                          dict.pos()));
    return false;
  }
  for (const auto& [key, entry] : dict.dict()) {
    if (std::ranges::find(known, Dict::key_text(key)) == known.end())
      diagnostics.add(unknown_key(key, known));
  }
  return true;
}

}  // namespace provisioner::value
