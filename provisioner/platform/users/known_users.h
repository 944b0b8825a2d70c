#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "provisioner/platform/users/accounts.h"
#include "provisioner/platform/users/directory.h"
#include "provisioner/platform/users/homes.h"

namespace provisioner::users {

struct Facts;

// Facts by name and by number, so that each user is found at once. Points into them.
class KnownUsers {
 public:
  explicit KnownUsers(const Facts& facts);

  // Sorted, each once: whoever LDAP or the issuer knows, and those that are given.
  std::vector<std::string> names(const std::vector<std::string>& more) const;

  const std::vector<const LdapUser*>& entries(std::string_view user) const;
  const std::vector<const Account*>& accounts(std::string_view user) const;
  const std::vector<const Home*>& homes(std::string_view user) const;
  const std::vector<const LdapUser*>& with_number(std::uint32_t uid) const;
  const LdapGroup* group(std::uint32_t gid) const;  // nullptr: there is none

  // Of an entry: GIDs, ascending, its primary group's among them.
  std::vector<std::uint32_t> groups_of(const LdapUser& entry) const;
  std::size_t strangers() const { return strangers_; }  // members that no entry has

  // The entry that a name of the issuer probably means: without its domain, in small letters. ""
  // where there is none.
  std::string near_entry(const std::string& user) const;

 private:
  template <class Fact>
  using ByName = std::unordered_map<std::string_view, std::vector<const Fact*>>;

  void add_members(const LdapGroup& group,
                   const std::unordered_map<std::string, std::string_view>& by_dn);

  ByName<LdapUser> entries_;
  ByName<Account> accounts_;
  ByName<Home> homes_;
  std::unordered_map<std::uint32_t, std::vector<const LdapUser*>> by_number_;
  std::unordered_map<std::uint32_t, const LdapGroup*> groups_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> memberships_;
  std::size_t strangers_ = 0;
};

}  // namespace provisioner::users
