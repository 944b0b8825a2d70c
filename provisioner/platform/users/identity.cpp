// From the inventory's `identity` to where users are looked for.

#include "provisioner/platform/users/identity.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/known_keys.h"

namespace provisioner::users {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using value::Value;

// Below 1000 are the system's own, 65534 is nobody, 4294967295 means "no change" to chown(2).
constexpr const char* standard_users[] = {"1000-65533", "65535-4294967293"};

void add_wrong(Diagnostics& diagnostics, const std::string& message, const Value& place,
               const std::string& hint = {}) {
  diagnostics.add(Error(Kind::input, message, place.pos()).set_hint(hint));
}

// The entries of one dict of the inventory, each of which is read once.
class Part {
 public:
  Part(const Value& said, std::string name, const std::vector<std::string>& keys,
       Diagnostics& diagnostics)
      : said_(said), name_(std::move(name)), diagnostics_(diagnostics) {
    is_dict_ = value::check_keys(said, keys, diagnostics);
  }

  const Value* find(const char* key) const {
    const Value* found = is_dict_ ? said_.find(key) : nullptr;
    return found == nullptr || found->is_none() ? nullptr : found;
  }

  void read(const char* key, std::string& into) const {
    const Value* found = find(key);
    if (found == nullptr) return;
    if (!found->is_string()) return wrong(key, *found, "a text");
    into = found->text();
  }

  void read(const char* key, bool& into) const {
    const Value* found = find(key);
    if (found == nullptr) return;
    if (!found->is_boolean()) return wrong(key, *found, "true or false");
    into = found->boolean();
  }

  void require(const char* key, std::string& into) const {
    read(key, into);
    if (is_dict_ && into.empty() && find(key) == nullptr)
      add_wrong(diagnostics_, "'" + name_ + "' has no '" + key + "'", said_);
  }

 private:
  void wrong(const char* key, const Value& found, const std::string& wanted) const {
    add_wrong(diagnostics_,
              "'" + std::string(key) + "' of '" + name_ + "' is " + wanted + ", found " +
                  std::string(value::name_of(found.kind())),
              found);
  }

  const Value& said_;
  std::string name_;
  Diagnostics& diagnostics_;
  bool is_dict_ = false;
};

// A password goes to nobody who has not proved who he is, and past nobody who listens.
void check_transport(const LdapPlace& ldap, const Value& said, Diagnostics& diagnostics) {
  const bool is_tls = ldap.url.starts_with("ldaps://");
  const bool is_local = ldap.url.starts_with("ldapi://"),
             is_plain = ldap.url.starts_with("ldap://");
  const Value* url = said.find("url");
  if (url == nullptr) return;
  if (!is_tls && !is_local && !is_plain)
    add_wrong(diagnostics, "'" + ldap.url + "' is no address of a directory", *url,
              "ldaps://ldap.example.org");
  if (ldap.starts_tls && !is_plain)
    add_wrong(diagnostics, "'start_tls' is for an address that begins with ldap://", *url);
  if (is_plain && !ldap.starts_tls && !ldap.bind_password.is_empty())
    add_wrong(diagnostics, "the password of the directory would go over the network in the clear",
              *url, "ldaps://..., or start_tls: true");
}

LdapPlace read_ldap(const Value& said, Diagnostics& diagnostics) {
  const Part part(said, "ldap",
                  {"url", "start_tls", "ca_file", "bind_dn", "bind_password", "user_base",
                   "user_filter", "user_attribute", "uid_attribute", "gid_attribute", "group_base",
                   "group_filter", "member_attribute"},
                  diagnostics);
  LdapPlace ldap;
  std::string password;
  part.require("url", ldap.url);
  part.read("start_tls", ldap.starts_tls);
  part.read("ca_file", ldap.ca_file);
  part.read("bind_dn", ldap.bind_dn);
  part.read("bind_password", password);
  part.require("user_base", ldap.user_base);
  part.read("user_filter", ldap.user_filter);
  part.read("user_attribute", ldap.user_attribute);
  part.read("uid_attribute", ldap.uid_attribute);
  part.read("gid_attribute", ldap.gid_attribute);
  part.require("group_base", ldap.group_base);
  part.read("group_filter", ldap.group_filter);
  part.read("member_attribute", ldap.member_attribute);
  if (!password.empty()) ldap.bind_password = base::Secret(std::move(password));
  if (ldap.bind_dn.empty() != ldap.bind_password.is_empty())
    add_wrong(diagnostics, "'bind_dn' and 'bind_password' of 'ldap' belong together", said,
              "give both, or none for a reader without a name");
  check_transport(ldap, said, diagnostics);
  return ldap;
}

OidcPlace read_oidc(const Value& said, Diagnostics& diagnostics) {
  const Part part(said, "oidc", {"issuer", "ca_file", "username_claim", "uid_claim", "users_file"},
                  diagnostics);
  OidcPlace oidc;
  part.read("issuer", oidc.issuer);
  part.read("ca_file", oidc.ca_file);
  part.read("username_claim", oidc.username_claim);
  part.read("uid_claim", oidc.uid_claim);
  part.read("users_file", oidc.users_file);
  // OpenID Connect Discovery 1.0, section 2: an issuer is an https URL without query and fragment.
  const bool is_url =
      oidc.issuer.starts_with("https://") && oidc.issuer.find_first_of("?#") == std::string::npos;
  if (!oidc.issuer.empty() && !is_url)
    add_wrong(diagnostics, "'" + oidc.issuer + "' is no issuer", *part.find("issuer"),
              "an https URL without a query, as tokens have it in 'iss'");
  return oidc;
}

void read_ranges_of(const Part& part, const char* key, NumberRanges& into,
                    Diagnostics& diagnostics) {
  const Value* found = part.find(key);
  if (found == nullptr) return;
  const value::List texts = found->is_list() ? found->list() : value::List{*found};
  for (const Value& text : texts) {
    const bool is_scalar = text.is_string() || text.is_integer();
    if (!is_scalar || !into.add(value::Dict::key_text(text)))
      add_wrong(diagnostics, "'" + std::string(key) + "' of 'ranges' is no range of numbers", text,
                "as 10000-59999, or a list of those");
  }
}

void read_ranges(const Value& said, Identity& identity, Diagnostics& diagnostics) {
  const Part part(said, "ranges", {"users", "groups", "own_groups"}, diagnostics);
  read_ranges_of(part, "users", identity.users, diagnostics);
  read_ranges_of(part, "groups", identity.groups, diagnostics);
  part.read("own_groups", identity.has_own_groups);
  if (identity.has_own_groups && identity.users.has_some_of(identity.groups))
    add_wrong(diagnostics,
              "users have groups of their own, numbered as they are, and the ranges of 'users' and "
              "'groups' overlap: " +
                  identity.users.text() + " and " + identity.groups.text(),
              said, "give groups a range that no user's number is in, or say own_groups: false");
}

void read_kind(const Part& part, Export& one, Diagnostics& diagnostics) {
  static const std::vector<std::string> kinds = {"nfs", "gpfs", "directory"};
  std::string kind = kinds.front();
  part.read("kind", kind);
  const auto found = std::ranges::find(kinds, kind);
  if (found == kinds.end()) {
    const std::string near = base::suggestion(kind, kinds);
    return add_wrong(diagnostics, "there is no kind of export '" + kind + "'", *part.find("kind"),
                     near.empty() ? "one of: " + base::join(kinds, ", ") : near);
  }
  one.kind = static_cast<Export::Kind>(found - kinds.begin());
}

void read_export(const Value& said, Identity& identity, Diagnostics& diagnostics) {
  const Part part(said, "exports", {"name", "path", "kind", "homes", "manage_gids"}, diagnostics);
  Export one;
  part.require("name", one.name);
  part.require("path", one.path);
  if (!one.path.empty() && !one.path.starts_with('/'))
    add_wrong(diagnostics, "'path' of an export is where nodes mount it", *part.find("path"),
              "an absolute path: /home");
  read_kind(part, one, diagnostics);
  part.read("manage_gids", one.has_managed_gids);
  std::string schema = "username";
  part.read("homes", schema);
  one.is_by_initial = schema == "initialThenUsername";
  if (!one.is_by_initial && schema != "username")
    add_wrong(diagnostics, "'" + schema + "' is no schema of homes", *part.find("homes"),
              "username, or initialThenUsername");
  if (std::ranges::find(identity.exports, one.name, &Export::name) != identity.exports.end())
    add_wrong(diagnostics, "there are two exports '" + one.name + "'", said);
  identity.exports.push_back(std::move(one));
}

void read_exports(const Value& said, Identity& identity, Diagnostics& diagnostics) {
  if (!said.is_list())
    return add_wrong(diagnostics, "'exports' is a list of file systems with users' directories",
                     said, "- {name: home, path: /home}");
  for (const Value& one : said.list()) read_export(one, identity, diagnostics);
}

void read_pilots(const Value& said, Identity& identity, Diagnostics& diagnostics) {
  const bool is_list = said.is_list() && std::ranges::all_of(said.list(), [](const Value& name) {
                         return name.is_string();
                       });
  if (!is_list)
    return add_wrong(diagnostics, "'pilots' is a list of users' names", said, "pilots: [alice]");
  for (const Value& name : said.list()) identity.pilots.push_back(name.text());
}

}  // namespace

Identity read_identity(const Value& said, Diagnostics& diagnostics) {
  const Part part(said, "identity", {"ldap", "oidc", "ranges", "exports", "pilots", "node"},
                  diagnostics);
  Identity identity;
  if (const Value* ldap = part.find("ldap")) identity.ldap = read_ldap(*ldap, diagnostics);
  if (const Value* oidc = part.find("oidc")) identity.oidc = read_oidc(*oidc, diagnostics);
  if (const Value* ranges = part.find("ranges")) read_ranges(*ranges, identity, diagnostics);
  if (const Value* exports = part.find("exports")) read_exports(*exports, identity, diagnostics);
  if (const Value* pilots = part.find("pilots")) read_pilots(*pilots, identity, diagnostics);
  part.read("node", identity.node);
  if (identity.users.is_empty())
    for (const char* range : standard_users) identity.users.add(range);
  if (said.is_dict() && !identity.ldap)
    add_wrong(diagnostics, "'identity' has no 'ldap': the numbers that users have come from it",
              said, "identity: {ldap: {url: ldaps://..., user_base: ..., group_base: ...}}");
  return identity;
}

}  // namespace provisioner::users
