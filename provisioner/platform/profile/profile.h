#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::profile {

// Whose a part of a cluster is. `provisioner`: we bring it and keep it as the inventory says;
// `platform`: what is installed later brings its own, and ours would stand in its way; `site`:
// somebody here has it already; `absent`: nobody has it.
enum class Owner { provisioner, platform, site, absent };
std::string_view name_of(Owner owner);

// What stands on the cluster. `plain` is none of those we know more of.
enum class Platform { plain, gen3, phalanx, csoc };
std::string_view name_of(Platform platform);

// One component of an instance: whose it is, and what makes it so, for people.
struct Ownership {
  std::string component;
  Owner owner = Owner::absent;
  std::string because;
};

// Who owns what in one instance: what its platform needs, and over that what its inventory says.
struct Profile {
  Platform platform = Platform::plain;
  std::vector<Ownership> components = {};  // all that there are, always in the same order

  Owner owner_of(std::string_view component) const;  // throws Error(bug) for one there is not
  bool is_ours(std::string_view component) const;
};

const std::vector<std::string>& component_names();

// From the inventory's `platform` and `components: {ingress: site}`; nullptr where it has none.
// Names that there are not, and owners that cannot be, become mistakes with the nearest name.
Profile profile_of(const value::Value* platform, const value::Value* components,
                   base::Diagnostics& diagnostics);

}  // namespace provisioner::profile
