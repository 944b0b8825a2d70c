#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/base/value/value.h"
#include "provisioner/platform/users/number_ranges.h"

namespace provisioner::users {

// The site's directory, and what it calls things. Attributes are those of RFC 2307, where the
// inventory names no others.
struct LdapPlace {
  std::string url;  // ldaps://..., ldap://... or ldapi://...
  bool starts_tls = false;
  std::string ca_file = {};  // empty: the system's
  std::string bind_dn = {};  // empty: nobody, as an anonymous reader
  base::Secret bind_password = {};
  std::string user_base = {}, user_filter = "(objectClass=posixAccount)", user_attribute = "uid";
  std::string uid_attribute = "uidNumber", gid_attribute = "gidNumber";
  std::string group_base = {}, group_filter = "(objectClass=posixGroup)";
  std::string member_attribute = "memberUid";  // or one whose values are DNs: member
};

// Who says that somebody is who he is.
struct OidcPlace {
  std::string issuer = {};  // its URL, as tokens have it; empty: nobody asks it
  std::string ca_file = {};
  std::string username_claim = "preferred_username";
  std::string uid_claim = {};   // where tokens carry a UID, too
  std::string users_file = {};  // claims by user, or what its administration exports
};

// A file system that users own directories on.
struct Export {
  // directory: whatever is mounted there is not looked at; groups are counted as for NFS.
  enum class Kind : std::uint8_t { nfs, gpfs, directory };

  std::string name, path;  // path: where nodes mount it
  Kind kind = Kind::nfs;
  bool is_by_initial = false;     // PATH/a/alice, Nublado's initialThenUsername; else PATH/alice
  bool has_managed_gids = false;  // the NFS server looks groups up itself, and counts them all
};

// The inventory's `identity` of one instance.
struct Identity {
  std::optional<LdapPlace> ldap = {};
  OidcPlace oidc = {};
  NumberRanges users = {}, groups = {};  // groups: empty where any GID will do
  // Each user gets a group of his own whose GID is his UID (Gafaelfawr's addUserGroup): then no
  // UID may be another group's GID.
  bool has_own_groups = false;
  std::vector<Export> exports = {};
  std::vector<std::string> pilots = {};
  std::string node = {};  // the one that looks at the exports; empty: any of the instance
};

// Mistakes are added with their places: unknown keys, what has another form than it should, ranges
// of users and groups that overlap where users have groups of their own, a password that would go
// over the network in the clear.
Identity read_identity(const value::Value& said, base::Diagnostics& diagnostics);
// The same of one that nobody asks for numbers: without a directory it is no mistake.
Identity identity_said(const value::Value& said, base::Diagnostics& diagnostics);

}  // namespace provisioner::users
