#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::registry {

// A package that an image holds, as the data of its own package manager have it, or the program or
// the archive that it was made part of.
struct Package {
  // As package URLs call its kind: deb, apk, rpm, pypi, conda, npm, golang, maven.
  std::string manager;
  std::string name;                         // of maven "group:artifact"
  std::string version;                      // "" where nobody says it
  std::map<std::string, std::string> more;  // "arch", "epoch", "build", where they are said
  auto operator<=>(const Package&) const = default;
};

// What a file of an image tells of packages.
struct FoundPackages {
  std::vector<Package> packages;
  bool is_unread = false;  // some of it nobody here can read
};

// Names and versions are written into the bill as they are: those of a file that may be anybody's
// have to be short, and of the letters that such names are made of.
bool is_package_word(std::string_view text);

}  // namespace provisioner::registry
