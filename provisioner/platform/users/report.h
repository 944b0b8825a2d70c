#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/platform/users/accounts.h"
#include "provisioner/platform/users/directory.h"
#include "provisioner/platform/users/homes.h"
#include "provisioner/platform/users/many_groups.h"

namespace provisioner::users {

// What is to be said of a user. All but `ok` keep him from working: he must not start.
enum class Verdict : std::uint8_t {
  ok,
  no_ldap,         // the directory has no such account
  uid_differs,     // somebody else's number owns his home
  no_primary_gid,  // he would have no group
  bad_name,        // the platform refuses such a name
  duplicate_uid,   // he shares his number, or his name
  over_16_groups,  // NFS would forget some of them
  range_clash,     // his number is the system's, a group's or another site's
};
std::string_view name_of(Verdict verdict);

// A verdict's cause, and what to do about it; a sentence each.
struct Finding {
  Verdict verdict = Verdict::ok;
  std::string because, next;
};

struct Row {
  std::string user;
  bool has_account = false;  // the issuer knows him
  std::string dn = {};       // empty: LDAP does not
  std::optional<std::uint32_t> uid = {}, gid = {};
  std::size_t groups = 0;  // distinct GIDs, the primary one among them
  std::vector<const Home*> homes = {};
  std::vector<Finding> findings = {};  // none: ok

  bool is_red() const { return !findings.empty(); }
};

// All that is known of an instance's users; is to outlive reports on it.
struct Facts {
  std::vector<LdapUser> directory = {};
  std::vector<LdapGroup> groups = {};
  std::vector<Account> accounts = {};
  std::vector<Home> homes = {};
  bool knows_all_accounts = true;  // else `accounts` are some of them
};

struct Report {
  std::vector<Row> rows = {};           // by name: whoever LDAP or the issuer knows, and all pilots
  std::vector<std::string> notes = {};  // what is odd, but no user's fault
  // Who is in most groups, where NFS has no room for them, whatever servers make of that.
  std::optional<ManyGroups> many_groups = {};

  std::size_t red() const;
  const Row* row_of(std::string_view user) const;  // nullptr: there is none
};

// Where an issuer's users are not all known, nobody is missed for it. Takes time in proportion to
// the facts.
Report report_on(const Facts& facts, const Identity& identity);

// Whether Gafaelfawr takes it for a user's name.
bool is_user_name(const std::string& name);
// Whether it takes it for a group's; others are left out of a user's groups.
bool is_group_name(std::string_view name);

}  // namespace provisioner::users
