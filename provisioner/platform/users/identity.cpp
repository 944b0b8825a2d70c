// From the inventory's `identity` to where users are looked for.

#include "provisioner/platform/users/identity.h"

#include <algorithm>

#include "provisioner/base/value/strict_dict.h"

namespace provisioner::users {
namespace {

using base::Diagnostics;
using value::StrictDict;
using value::Value;

// Below 1000 are the system's own, 65534 is nobody, 4294967295 means "no change" to chown(2).
constexpr const char* standard_users[] = {"1000-65533", "65535-4294967293"};

constexpr const char* ldap_example =
    "identity: {ldap: {url: ldaps://..., user_base: ..., group_base: ...}}";

// A password goes to nobody who has not proved who he is, and past nobody who listens.
void check_transport(const LdapPlace& ldap, StrictDict& said) {
  const bool is_tls = ldap.url.starts_with("ldaps://");
  const bool is_local = ldap.url.starts_with("ldapi://"),
             is_plain = ldap.url.starts_with("ldap://");
  if (ldap.url.empty()) return;
  if (!is_tls && !is_local && !is_plain)
    said.add("'" + ldap.url + "' is no address of a directory", "url", "ldaps://ldap.example.org");
  if (ldap.starts_tls && !is_plain)
    said.add("'start_tls' is for an address that begins with ldap://", "url");
  if (is_plain && !ldap.starts_tls && !ldap.bind_password.is_empty())
    said.add("the password of the directory would go over the network in the clear", "url",
             "ldaps://..., or start_tls: true");
}

LdapPlace read_ldap(StrictDict said) {
  said.know({"url", "start_tls", "ca_file", "bind_dn", "bind_password", "user_base", "user_filter",
             "user_attribute", "uid_attribute", "gid_attribute", "group_base", "group_filter",
             "member_attribute"});
  const LdapPlace standard;
  LdapPlace ldap{.url = said.required("url", "ldaps://ldap.example.org"),
                 .starts_tls = said.boolean("start_tls", false),
                 .ca_file = said.text("ca_file"),
                 .bind_dn = said.text("bind_dn"),
                 .user_base = said.required("user_base", "ou=people,dc=example,dc=org"),
                 .user_filter = said.text("user_filter", standard.user_filter),
                 .user_attribute = said.text("user_attribute", standard.user_attribute),
                 .uid_attribute = said.text("uid_attribute", standard.uid_attribute),
                 .gid_attribute = said.text("gid_attribute", standard.gid_attribute),
                 .group_base = said.required("group_base", "ou=groups,dc=example,dc=org"),
                 .group_filter = said.text("group_filter", standard.group_filter),
                 .member_attribute = said.text("member_attribute", standard.member_attribute)};
  if (std::string password = said.text("bind_password"); !password.empty())
    ldap.bind_password = base::Secret(std::move(password));
  if (said.is_said("bind_dn") != said.is_said("bind_password"))
    said.add_at("'bind_dn' and 'bind_password' of 'ldap' belong together", said.value(),
                "give both, or none for a reader without a name");
  check_transport(ldap, said);
  return ldap;
}

OidcPlace read_oidc(StrictDict said) {
  said.know({"issuer", "ca_file", "username_claim", "uid_claim", "users_file"});
  OidcPlace oidc{.issuer = said.text("issuer"),
                 .ca_file = said.text("ca_file"),
                 .username_claim = said.text("username_claim", OidcPlace().username_claim),
                 .uid_claim = said.text("uid_claim"),
                 .users_file = said.text("users_file")};
  // OpenID Connect Discovery 1.0, section 2: an issuer is an https URL without query and fragment.
  const bool is_url =
      oidc.issuer.starts_with("https://") && oidc.issuer.find_first_of("?#") == std::string::npos;
  if (!oidc.issuer.empty() && !is_url)
    said.add("'" + oidc.issuer + "' is no issuer", "issuer",
             "an https URL without a query, as tokens have it in 'iss'");
  return oidc;
}

void read_ranges_of(StrictDict& ranges, const char* key, NumberRanges& into) {
  const Value* found = ranges.find(key);
  if (found == nullptr) return;
  const value::List texts = found->is_list() ? found->list() : value::List{*found};
  for (const Value& text : texts) {
    const bool is_scalar = text.is_string() || text.is_integer();
    if (!is_scalar || !into.add(value::Dict::key_text(text)))
      ranges.add_at(ranges.name_of(key) + " is no range of numbers", text,
                    "as 10000-59999, or a list of those");
  }
}

void read_ranges(StrictDict ranges, Identity& identity) {
  ranges.know({"users", "groups", "own_groups"});
  read_ranges_of(ranges, "users", identity.users);
  read_ranges_of(ranges, "groups", identity.groups);
  identity.has_own_groups = ranges.boolean("own_groups", false);
  if (identity.has_own_groups && identity.users.has_some_of(identity.groups))
    ranges.add_at(
        "users have groups of their own, numbered as they are, and the ranges of 'users' and "
        "'groups' overlap: " +
            identity.users.text() + " and " + identity.groups.text(),
        ranges.value(),
        "give groups a range that no user's number is in, or say own_groups: false");
}

Export::Kind kind_in(StrictDict& said) {
  static const std::vector<std::string> kinds = {"nfs", "gpfs", "directory"};
  const std::string kind = said.text("kind", kinds.front());
  const auto found = std::ranges::find(kinds, kind);
  if (found != kinds.end()) return static_cast<Export::Kind>(found - kinds.begin());
  said.add_unknown("there is no kind of export '" + kind + "'", kind, *said.find("kind"), kinds);
  return Export::Kind::nfs;
}

void read_export(StrictDict said, Identity& identity) {
  said.know({"name", "path", "kind", "homes", "manage_gids"});
  Export one{.name = said.required("name", "home"),
             .path = said.required("path", "/home"),
             .kind = kind_in(said),
             .has_managed_gids = said.boolean("manage_gids", false)};
  if (!one.path.empty() && !one.path.starts_with('/'))
    said.add("'path' of an export is where nodes mount it", "path", "an absolute path: /home");
  const std::string schema = said.text("homes", "username");
  one.is_by_initial = schema == "initialThenUsername";
  if (!one.is_by_initial && schema != "username")
    said.add("'" + schema + "' is no schema of homes", "homes", "username, or initialThenUsername");
  if (!one.name.empty() &&
      std::ranges::find(identity.exports, one.name, &Export::name) != identity.exports.end())
    said.add_at("there are two exports '" + one.name + "'", said.value());
  identity.exports.push_back(std::move(one));
}

}  // namespace

Identity identity_said(const Value& said, Diagnostics& diagnostics) {
  StrictDict all(&said, "identity", said, diagnostics);
  all.know({"ldap", "oidc", "ranges", "exports", "pilots", "node"});
  Identity identity;
  if (all.is_said("ldap")) identity.ldap = read_ldap(all.below("ldap"));
  if (all.is_said("oidc")) identity.oidc = read_oidc(all.below("oidc"));
  if (all.is_said("ranges")) read_ranges(all.below("ranges"), identity);
  for (const Value& one : all.dicts("exports"))
    read_export({&one, "identity.exports", said, diagnostics}, identity);
  for (const Value& name : all.texts("pilots")) identity.pilots.push_back(name.text());
  identity.node = all.text("node");
  if (identity.users.is_empty())
    for (const char* range : standard_users) identity.users.add(range);
  return identity;
}

Identity read_identity(const Value& said, Diagnostics& diagnostics) {
  Identity identity = identity_said(said, diagnostics);
  StrictDict all(&said, "identity", said, diagnostics);
  if (!all.is_wrong() && !all.is_said("ldap"))
    all.add_at("'identity' has no 'ldap': the numbers that users have come from it", all.value(),
               ldap_example);
  return identity;
}

}  // namespace provisioner::users
