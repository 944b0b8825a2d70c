#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/platform/users/identity.h"

namespace provisioner::users {

// The attributes of one entry of a directory, their names in lower case.
using Attributes = std::map<std::string, std::vector<std::string>>;

struct LdapUser {
  std::string dn, name;
  std::optional<std::uint32_t> uid, gid;  // nullopt: it has none, or what is no number
};

struct LdapGroup {
  std::string name;
  std::optional<std::uint32_t> gid;
  std::vector<std::string> members;  // names of users, or their DNs
};

// Entries as users and groups, by the attributes that the inventory names.
LdapUser ldap_user(const std::string& dn, const Attributes& attributes, const LdapPlace& place);
LdapGroup ldap_group(const Attributes& attributes, const LdapPlace& place);

// DNs that mean the same entry, as far as case and blanks beside commas and equal signs go (RFC
// 4514); a DN with escaped characters is equal to none but itself.
std::string comparable_dn(const std::string& dn);

}  // namespace provisioner::users
