// Whose numbers agree.

#include "provisioner/platform/users/report.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/users/known_users.h"

namespace provisioner::users {
namespace {

constexpr std::size_t most_group_name = 32, most_named = 5;

constexpr std::array<std::string_view, 8> verdict_names = {
    "ok",       "no-ldap",       "uid-differs",    "no-primary-gid",
    "bad-name", "duplicate-uid", "over-16-groups", "range-clash"};

bool is_small_letter(char letter) { return letter >= 'a' && letter <= 'z'; }
bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::string quoted(const std::string& text) { return "'" + text + "'"; }
std::string shown(std::uint32_t number) { return std::to_string(number); }

std::string listed(std::vector<std::string> names) {
  std::ranges::sort(names);
  const std::size_t more = names.size() > most_named ? names.size() - most_named : 0;
  names.resize(names.size() - more);
  return base::join(names, ", ") + (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

// One user, seen from all sides.
class Judge {
 public:
  Judge(const KnownUsers& known, const Identity& identity, Row& row)
      : known_(known), identity_(identity), row_(row), entries_(known.entries(row.user)) {}

  void judge() {
    look_at_name();
    look_at_accounts();
    if (entries_.empty()) return look_for_another();
    const LdapUser& entry = *entries_.front();
    row_.dn = entry.dn;
    row_.uid = entry.uid;
    row_.gid = entry.gid;
    look_at_entry(entry);
    if (entry.uid) {
      look_at_number(*entry.uid);
      look_at_homes(*entry.uid);
    }
    look_at_groups(entry);
  }

 private:
  void add(Verdict verdict, std::string because, std::string next) {
    row_.findings.push_back({verdict, std::move(because), std::move(next)});
  }

  void look_at_name() {
    if (is_user_name(row_.user)) return;
    add(Verdict::bad_name, "the platform refuses the name " + quoted(row_.user),
        "a name has small letters, digits and single hyphens, and a letter behind its first sign");
  }

  void look_at_accounts() {
    const std::vector<const Account*>& accounts = known_.accounts(row_.user);
    row_.has_account = !accounts.empty();
    if (accounts.size() > 1)
      add(Verdict::duplicate_uid,
          "the issuer lets " + std::to_string(accounts.size()) + " accounts in as " +
              quoted(row_.user) + ", who would be one user",
          "give each of them another '" + identity_.oidc.username_claim + "'");
  }

  void look_for_another() {
    const std::string near = known_.near_entry(row_.user);
    add(Verdict::no_ldap, "LDAP has no entry for " + quoted(row_.user),
        !near.empty() ? "LDAP has " + quoted(near) + ": let the issuer's claim '" +
                            identity_.oidc.username_claim + "' say that"
                      : "give that user an entry in LDAP, or none at the issuer");
  }

  void look_at_entry(const LdapUser& entry) {
    if (entries_.size() > 1)
      add(Verdict::duplicate_uid,
          "LDAP has " + std::to_string(entries_.size()) + " entries for " + quoted(row_.user) +
              ": " + entries_[0]->dn + " and " + entries_[1]->dn,
          "leave one of them, or give the other another name");
    if (!entry.uid)
      add(Verdict::no_ldap, "the entry in LDAP has no uidNumber: it is no account on nodes",
          "give it one of " + identity_.users.text());
    if (!entry.gid)
      add(Verdict::no_primary_gid, "the entry in LDAP has no gidNumber: a lab would have no group",
          "give it the GID of one of the user's groups");
  }

  void look_at_number(std::uint32_t uid) {
    std::vector<std::string> others;
    for (const LdapUser* other : known_.with_number(uid))
      if (other->name != row_.user) others.push_back(other->name);
    if (!others.empty())
      add(Verdict::duplicate_uid,
          "UID " + shown(uid) + " is that of " + listed(others) +
              ", too: each could read what the other wrote",
          "give all but one another uidNumber, and their files to that");
    look_at_ranges(uid);
    for (const Account* account : known_.accounts(row_.user))
      if (account->uid && *account->uid != uid)
        add(Verdict::uid_differs,
            "the issuer's claim '" + identity_.oidc.uid_claim + "' says UID " +
                shown(*account->uid) + ", and LDAP says " + shown(uid),
            "let the platform take UIDs from LDAP, or mend the claim");
  }

  void look_at_ranges(std::uint32_t uid) {
    if (!identity_.users.has(uid))
      add(Verdict::range_clash,
          "UID " + shown(uid) + " is none of the users' range " + identity_.users.text(),
          "give the entry one of those, or declare the range in identity.ranges.users");
    const LdapGroup* group = known_.group(uid);
    if (identity_.has_own_groups && group != nullptr && group->name != row_.user)
      add(Verdict::range_clash,
          "the user's own group would have GID " + shown(uid) + ", which is that of the group " +
              quoted(group->name),
          "give that group a GID that is no user's number");
    if (row_.gid && *row_.gid != uid && !identity_.groups.is_empty() &&
        !identity_.groups.has(*row_.gid))
      add(Verdict::range_clash,
          "GID " + shown(*row_.gid) + " is none of the groups' range " + identity_.groups.text(),
          "give the group one of those, or declare the range in identity.ranges.groups");
  }

  void look_at_homes(std::uint32_t uid) {
    for (const Home* home : row_.homes)
      if (home->uid != uid)
        add(Verdict::uid_differs,
            quoted(home->path) + " on " + quoted(home->of_export) + " belongs to UID " +
                shown(home->uid) + ", and LDAP says " + shown(uid),
            "as root, where root is not squashed: chown -R " + shown(uid) + " " +
                base::shell_quote(home->path) + ", or mend uidNumber");
  }

  void look_at_groups(const LdapUser& entry) {
    row_.groups = known_.groups_of(entry).size();
    if (row_.groups <= most_groups) return;
    for (const Export& one : identity_.exports) {
      if (one.kind == Export::Kind::gpfs || one.has_managed_gids) continue;
      return add(
          Verdict::over_16_groups,
          "in " + std::to_string(row_.groups) + " groups, of which NFS tells the server of " +
              quoted(one.name) + " 16",
          "let that server look groups up itself (manage-gids) and say manage_gids: true, or "
          "take the user out of some");
    }
  }

  const KnownUsers& known_;
  const Identity& identity_;
  Row& row_;
  const std::vector<const LdapUser*>& entries_;
};

void take_groups(const KnownUsers& known, const Row& row, std::optional<ManyGroups>& most) {
  if (row.groups <= most_groups || !row.uid || *row.uid == 0 || !row.gid) return;
  ManyGroups one{.user = row.user,
                 .uid = *row.uid,
                 .gid = *row.gid,
                 .groups = known.groups_of(*known.entries(row.user).front())};
  if (one.untold() && (!most || one.groups.size() > most->groups.size())) most = std::move(one);
}

std::vector<std::string> notes_on(const KnownUsers& known, const Facts& facts,
                                  const std::vector<std::string>& names,
                                  const std::vector<std::string>& pilots) {
  std::vector<std::string> notes, strays, refused, unknown;
  for (const Home& home : facts.homes)
    if (!std::ranges::binary_search(names, home.user)) strays.push_back(home.path);
  if (!strays.empty())
    notes.push_back(base::counted(strays.size(), "home") + " of nobody here: " + listed(strays));
  for (const LdapGroup& group : facts.groups)
    if (!is_group_name(group.name)) refused.push_back(group.name);
  if (!refused.empty())
    notes.push_back(base::counted(refused.size(), "group") +
                    " with a name that the platform leaves out: " + listed(refused));
  const bool knows_all = facts.knows_all_accounts && !facts.accounts.empty();
  for (const std::string& pilot : pilots)
    if (knows_all && known.accounts(pilot).empty()) unknown.push_back(pilot);
  if (!unknown.empty())
    notes.push_back(base::counted(unknown.size(), "pilot") +
                    " whom the issuer does not know: " + listed(unknown));
  if (known.strangers() > 0)
    notes.push_back(base::counted(known.strangers(), "membership") +
                    " of groups name nobody whom LDAP has");
  return notes;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  return verdict_names.at(static_cast<std::size_t>(verdict));
}

bool is_user_name(const std::string& name) {
  static const base::Regex pattern(
      "[a-z0-9](?:[a-z0-9]|-[a-z0-9])*[a-z](?:[a-z0-9]|-[a-z0-9])*\\Z");
  return pattern.match_start(name).has_value();
}

bool is_group_name(std::string_view name) {
  const auto is_sign = [](char letter) {
    const bool is_large = letter >= 'A' && letter <= 'Z';
    return is_small_letter(letter) || is_large || is_digit(letter) || letter == '.' ||
           letter == '_' || letter == '-';
  };
  const auto is_letter = [](char letter) {
    return is_small_letter(letter) || (letter >= 'A' && letter <= 'Z');
  };
  return !name.empty() && name.size() <= most_group_name &&
         (is_letter(name.front()) || is_digit(name.front())) &&
         std::ranges::all_of(name, is_sign) && std::ranges::any_of(name, is_letter);
}

std::size_t Report::red() const {
  return static_cast<std::size_t>(std::ranges::count_if(rows, &Row::is_red));
}

const Row* Report::row_of(std::string_view user) const {
  const auto found = std::ranges::lower_bound(rows, user, {}, &Row::user);
  return found == rows.end() || found->user != user ? nullptr : &*found;
}

Report report_on(const Facts& facts, const Identity& identity) {
  const KnownUsers known(facts);
  const std::vector<std::string> names = known.names(identity.pilots);
  Report report;
  report.rows.reserve(names.size());
  for (const std::string& name : names) {
    Row& row = report.rows.emplace_back(Row{.user = name, .homes = known.homes(name)});
    Judge(known, identity, row).judge();
    take_groups(known, row, report.many_groups);
  }
  report.notes = notes_on(known, facts, names, identity.pilots);
  return report;
}

}  // namespace provisioner::users
