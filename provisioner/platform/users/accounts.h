#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/platform/users/identity.h"

namespace provisioner::users {

// Somebody whom the issuer lets in, by what his tokens say.
struct Account {
  std::string name;                  // the claim that becomes his name on the platform
  std::optional<std::uint32_t> uid;  // of the claim for UIDs, where tokens have one
};

// From a list of dicts, each the claims of one user, or what Keycloak's administration exports (a
// list, or {users: [...]}, where `preferred_username` stands as `username`, and other claims under
// `attributes`). Users that are not `enabled` are left out. Mistakes: an entry without the claim, a
// text that is no list of users.
std::vector<Account> read_accounts(const value::Value& said, const OidcPlace& place,
                                   base::Diagnostics& diagnostics);

// An account that is known by itself beside those of a list, which may have it already. Then it
// stays one account, with the UID of the newer word.
void add_account(std::vector<Account>& accounts, Account account);

}  // namespace provisioner::users
