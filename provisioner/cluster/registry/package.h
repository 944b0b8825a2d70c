#pragma once

#include <map>
#include <string>

namespace provisioner::registry {

// A package that an image holds, as the data of its own package manager have it.
struct Package {
  std::string manager;  // as package URLs call its kind: deb, apk, rpm, pypi, conda, npm
  std::string name, version;
  std::map<std::string, std::string> more;  // "arch", "epoch", "build", where they are said
  auto operator<=>(const Package&) const = default;
};

}  // namespace provisioner::registry
