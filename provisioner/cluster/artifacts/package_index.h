#pragma once

#include <string>
#include <vector>

namespace provisioner::artifacts {

struct PackageAnswer {
  std::vector<std::string> lacking;  // names that no source has
  std::string fault;                 // why they could not be asked; ""
};

// Asks sources of packages, lines as of sources.list, whether they have these. Nothing is
// installed, and this machine's own packages and sources play no part. What sources say is kept in
// `directory` for the next time, when they are asked for what is new alone. Its signature is not
// looked at: nodes do that, by keys that this machine need not have. Needs apt.
PackageAnswer ask_for_packages(const std::vector<std::string>& sources,
                               const std::vector<std::string>& names, const std::string& directory);

// Whether this machine can ask such a source: "file:" and "copy:" are the node's own places.
bool can_be_asked(const std::string& source);

}  // namespace provisioner::artifacts
