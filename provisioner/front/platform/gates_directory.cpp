// P-7: the directory of users, asked as its readers ask it.

#include "provisioner/front/platform/gates_directory.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/ldap/directory.h"
#include "provisioner/platform/users/identity.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using gates::Line;

constexpr std::chrono::seconds longest_answer{15};

// A value within a filter (RFC 4515, section 3).
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char sign : text) switch (sign) {
      case '*':
        safe += "\\2a";
        break;
      case '(':
        safe += "\\28";
        break;
      case ')':
        safe += "\\29";
        break;
      case '\\':
        safe += "\\5c";
        break;
      default:
        safe += sign;
    }
  return safe;
}

std::vector<Line> asked(const users::LdapPlace& place, const std::vector<std::string>& pilots) {
  ldap::Directory directory({.url = place.url,
                             .starts_tls = place.starts_tls,
                             .ca_file = place.ca_file,
                             .bind_dn = place.bind_dn,
                             .password = place.bind_password,
                             .deadline = longest_answer});
  const std::string whom = place.bind_dn.empty() ? "nobody" : "'" + place.bind_dn + "'";
  std::vector<Line> lines = {gates::right("the directory lets " + whom + " in")};
  for (const std::string& pilot : pilots) {
    const std::string filter =
        "(&" + place.user_filter + "(" + place.user_attribute + "=" + escaped(pilot) + "))";
    const auto found = directory.search(
        {.base = place.user_base, .filter = filter, .attributes = {place.uid_attribute}});
    if (found.empty())
      lines.push_back(gates::wrong("pilot " + pilot,
                                   "the directory shows " + whom + " no user '" + pilot +
                                       "' below '" + place.user_base + "'",
                                   "identity.pilots, identity.ldap"));
    else
      lines.push_back(gates::right("and shows '" + pilot + "'"));
  }
  return lines;
}

}  // namespace

std::vector<Line> try_directory(const GatesSite& site) {
  const std::string command = "provisioner users report " + site.cluster.wish.instance;
  const value::Value* said = site.variable("identity");
  if (said == nullptr)
    return {
        gates::lacking("the inventory names no directory of users",
                       "identity: {ldap: {url: ldaps://..., user_base: ..., group_base: ...}}")};
  base::Diagnostics found;
  users::Identity identity = users::read_identity(*said, found);
  if (found.has_errors() || !identity.ldap)
    return {gates::lacking("what the inventory says of users ('identity') has mistakes", command)};
  std::string& authority = identity.ldap->ca_file;
  if (!authority.empty()) authority = site.beside_inventory(authority);
  try {
    return asked(*identity.ldap, identity.pilots);
  } catch (const Error& error) {
    if (error.kind() == Kind::failed) throw;  // there is no program to ask it with
    return {gates::wrong("directory", error.message(), error.hint())};
  }
}

}  // namespace provisioner::platform
