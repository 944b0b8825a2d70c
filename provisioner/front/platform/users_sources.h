#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/users/report.h"

namespace provisioner::platform {

// What of the issuer's users is brought to a report.
struct IssuersWord {
  std::string users_file;                // claims of all; empty: the inventory's file
  std::vector<std::string> token_files;  // access tokens, whose users the issuer is asked for
};

// What an instance's inventory says of its users.
struct UsersSite {
  users::Identity identity;
  std::vector<std::string> nodes;  // that may be asked for owners of homes, one after the other
  std::vector<std::string> token_files;
};

// By the variables of the instance's first control-plane node. A relative path in the inventory
// begins at its folder. Throws Error(input) where there is no `identity`, or one with mistakes: all
// are told on the standard error output before.
UsersSite users_site(const cli::RunWords& words, const std::string& instance,
                     const IssuersWord& word);

struct GatheredUsers {
  users::Facts facts;
  std::vector<std::string> issuer_faults;
};

// All at once: LDAP, the issuer's document and its users' file, the owners of homes as a node sees
// them. Throws Error where one of them cannot be had; an issuer that cannot be asked is a fault.
GatheredUsers gather_users(const cli::RunWords& words, const UsersSite& site);

}  // namespace provisioner::platform
