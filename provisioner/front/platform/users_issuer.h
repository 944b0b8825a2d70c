#pragma once

#include <string>
#include <vector>

#include "provisioner/platform/users/accounts.h"

namespace provisioner::platform {

// What is wrong with the issuer, a sentence each, by its discovery document and its keys; none
// where the inventory names no issuer. One that cannot be asked has that fault.
std::vector<std::string> faults_of_issuer(const users::OidcPlace& place);

// Who each of these access tokens is of, as the issuer tells by its userinfo endpoint (OpenID
// Connect Core 1.0, section 5.3): a file a token, alone in it. A token goes to an https URL only.
// Throws Error: a file that is none, a token that is refused, claims without a user's name.
std::vector<users::Account> accounts_of_tokens(const users::OidcPlace& place,
                                               const std::vector<std::string>& files);

}  // namespace provisioner::platform
