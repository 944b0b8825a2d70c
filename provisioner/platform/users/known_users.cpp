// Users by what they are looked for by.

#include "provisioner/platform/users/known_users.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/users/report.h"

namespace provisioner::users {
namespace {

template <class Map, class Key>
const auto& found_in(const Map& map, const Key& key) {
  static const typename Map::mapped_type none;
  const auto found = map.find(key);
  return found == map.end() ? none : found->second;
}

}  // namespace

KnownUsers::KnownUsers(const Facts& facts) {
  std::unordered_map<std::string, std::string_view> by_dn;
  for (const LdapUser& user : facts.directory) {
    if (user.name.empty()) continue;  // it is nobody who logs in
    entries_[user.name].push_back(&user);
    by_dn.emplace(comparable_dn(user.dn), user.name);
    if (user.uid) by_number_[*user.uid].push_back(&user);
  }
  for (const Account& account : facts.accounts) accounts_[account.name].push_back(&account);
  for (const Home& home : facts.homes) homes_[home.user].push_back(&home);
  for (const LdapGroup& group : facts.groups) {
    if (!group.gid) continue;
    groups_.emplace(*group.gid, &group);
    add_members(group, by_dn);
  }
}

// A member that looks like a DN may be one; a name never has an equal sign.
void KnownUsers::add_members(const LdapGroup& group,
                             const std::unordered_map<std::string, std::string_view>& by_dn) {
  for (const std::string& member : group.members) {
    std::string_view name = member;
    if (member.find('=') != std::string::npos) {
      const auto found = by_dn.find(comparable_dn(member));
      name = found == by_dn.end() ? std::string_view() : found->second;
    }
    const auto entry = entries_.find(name);
    if (entry == entries_.end()) {
      ++strangers_;
      continue;
    }
    memberships_[entry->first].push_back(*group.gid);
  }
}

std::vector<std::string> KnownUsers::names(const std::vector<std::string>& more) const {
  std::vector<std::string> all = more;
  all.reserve(all.size() + entries_.size() + accounts_.size());
  for (const auto& [name, of_it] : entries_) all.emplace_back(name);
  for (const auto& [name, of_it] : accounts_) all.emplace_back(name);
  std::ranges::sort(all);
  const auto rest = std::ranges::unique(all);
  all.erase(rest.begin(), rest.end());
  return all;
}

const std::vector<const LdapUser*>& KnownUsers::entries(std::string_view user) const {
  return found_in(entries_, user);
}

const std::vector<const Account*>& KnownUsers::accounts(std::string_view user) const {
  return found_in(accounts_, user);
}

const std::vector<const Home*>& KnownUsers::homes(std::string_view user) const {
  return found_in(homes_, user);
}

const std::vector<const LdapUser*>& KnownUsers::with_number(std::uint32_t uid) const {
  return found_in(by_number_, uid);
}

const LdapGroup* KnownUsers::group(std::uint32_t gid) const {
  const auto found = groups_.find(gid);
  return found == groups_.end() ? nullptr : found->second;
}

std::vector<std::uint32_t> KnownUsers::groups_of(const LdapUser& entry) const {
  const std::vector<std::uint32_t>& member_of =
      found_in(memberships_, std::string_view(entry.name));
  std::set<std::uint32_t> numbers(member_of.begin(), member_of.end());
  if (entry.gid) numbers.insert(*entry.gid);
  return {numbers.begin(), numbers.end()};
}

std::string KnownUsers::near_entry(const std::string& user) const {
  const std::string plain = base::lower_case(user.substr(0, user.find('@')));
  return plain != user && entries_.contains(plain) ? plain : "";
}

}  // namespace provisioner::users
