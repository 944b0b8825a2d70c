#pragma once

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

// Accounts and groups without NSS: the files first, then a child `getent`, which knows LDAP and the
// like.
std::optional<Account> find_account(const std::string& name);
std::optional<Account> find_account(std::uint32_t uid);
std::optional<Group> find_group(const std::string& name);
std::optional<Group> find_group(std::uint32_t gid);
std::vector<Group> find_groups_of(const std::string& user);
std::optional<ShadowEntry> find_shadow(const std::string& user);

}  // namespace provisioner::host
