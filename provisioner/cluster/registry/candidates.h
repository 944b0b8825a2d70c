#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// An image that somebody wants vetted.
struct Candidate {
  bool is_incoming = true;  // in the registry of what comes in, not in the site's own
  std::string repository;   // there: "incoming/team/tool", "mirror/docker.io/library/tool"
  std::string tag, sha256;  // the digest is that of this moment
  std::string name;         // that it will have below vetted/: "team/tool"
};

// Words for families of tags, and the patterns that they stand for: "weeklies" is "w_*".
using Families = std::map<std::string, std::vector<std::string>>;
// Those of the Science Platform where nothing else is said. Throws Error(input).
Families read_families(const value::Value& said);

// Where a name leads: "team/tool:1" and "incoming/team/tool:1" to what came in, "mirror/..." and
// "vetted/..." into the site's own registry. A pattern of tags, or a family's word in the place of
// the tag, gives all that are there. Throws Error(usage) where there is no such image.
class Candidates {
 public:
  Candidates(RegistryClient& incoming, RegistryClient& own, Families families);
  std::vector<Candidate> named(const std::string& text);
  Candidate again(const VettedImage& image) const;  // as it was vetted before

 private:
  Candidate with_digest(Candidate candidate, const std::string& text);
  RegistryClient& registry_of(const Candidate& candidate) const;

  RegistryClient &incoming_, &own_;
  Families families_;
};

}  // namespace provisioner::registry
