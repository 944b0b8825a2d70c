// Keys of files that are read strictly.

#include "provisioner/base/value/known_keys.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"

namespace provisioner::value {

using base::Error;

bool check_keys(const Value& dict, const std::vector<std::string>& known,
                base::Diagnostics& diagnostics) {
  if (!dict.is_dict()) {
    diagnostics.add(Error(base::Kind::input,
                          "expected keys with values, found " + std::string(name_of(dict.kind())),
                          dict.pos()));
    return false;
  }
  for (const auto& [key, entry] : dict.dict()) {
    const std::string name = Dict::key_text(key);
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string near = base::suggestion(name, known);
    diagnostics.add(Error(base::Kind::input, "there is no key '" + name + "' here", key.pos())
                        .set_hint(near.empty() ? "there are " + base::join(known, ", ") : near));
  }
  return true;
}

}  // namespace provisioner::value
