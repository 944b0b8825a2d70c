#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/platform/gates_site.h"

namespace provisioner::platform {

// What an object of gates may be asked for by, for as long as a run lasts.
struct ObjectUrls {
  std::string put, get, remove;
};
// Of the object `where` in Gen3's bucket; nullopt where its place or key is not known. Throws
// Error(input) for what is no such place.
std::optional<ObjectUrls> object_urls(const GatesSite& site, const std::string& where);

// G-5 from outside: puts an object, gets it, and deletes it.
std::vector<gates::Line> try_objects(const GatesSite& site);

}  // namespace provisioner::platform
