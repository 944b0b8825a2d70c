#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/users/identity.h"

namespace provisioner::users {

// What is wrong with an issuer's discovery document (OpenID Connect Discovery 1.0, sections 3 and
// 4.3), a sentence each: it names another issuer, lacks an endpoint or has one that is not https,
// says that its tokens have no such claim, or that they are not signed by RS256: that is what the
// API and Gafaelfawr take.
std::vector<std::string> discovery_faults(const value::Value& document, const OidcPlace& place);
std::string discovery_url(const std::string& issuer);

// What is wrong with its keys (RFC 7517): none of them is one that RS256 signs by.
std::vector<std::string> keys_faults(const value::Value& keys);

}  // namespace provisioner::users
