#pragma once

#include <string>

#include "provisioner/platform/users/report.h"

namespace provisioner::users {

// A user whose numbers agree: in LDAP, at the issuer, and the owner of a home.
void add_user(Facts& facts, const std::string& name, std::uint32_t uid);

// One NFS export for homes, users from 1000 to 59999, groups from 70000 to 79999, of which 70000 is
// everybody's.
Identity site_identity();

// "no-ldap, bad-name" of a user; "ok"; "" for one that is not in the report.
std::string verdicts_of(const Report& report, const std::string& user);

}  // namespace provisioner::users
