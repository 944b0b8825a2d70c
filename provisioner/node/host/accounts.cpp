// Who is who on the node, read from the files, then asked of getent.
#include "provisioner/node/host/accounts.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/host/child.h"
#include "provisioner/node/host/file_queries.h"

namespace provisioner::host {
namespace {

using Fields = std::vector<std::string>;
constexpr std::size_t max_file = 64 << 20;

std::uint32_t number_in(const std::string& text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<std::int64_t> days_in(const std::string& text) {
  std::int64_t days = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), days).ec != std::errc())
    return std::nullopt;
  return days;
}

// The first line of a colon file whose field `at` is `wanted`.
std::optional<Fields> line_with(std::string_view text, std::size_t at, const std::string& wanted,
                                std::size_t least) {
  for (std::string_view line : base::lines_of(text)) {
    if (line.find(wanted) == line.npos) continue;
    Fields fields = base::split(line, ':');
    if (fields.size() >= least && fields[at] == wanted) return fields;
  }
  return std::nullopt;
}

// getent takes a name or a number as one key, so that the answer is looked through again.
std::optional<Fields> find_line(const std::string& database, std::size_t at,
                                const std::string& wanted, std::size_t least) {
  if (wanted.empty()) return std::nullopt;
  if (auto found =
          line_with(file_content("/etc/" + database, max_file).value_or(""), at, wanted, least))
    return found;
  ChildCommand getent{.argv = {"getent", database, wanted}};
  getent.deadline = std::chrono::seconds(20);
  const CommandResult answer = run_child(getent);
  return answer.status == 0 ? line_with(answer.out, at, wanted, least) : std::nullopt;
}

std::optional<Account> account_from(const std::optional<Fields>& fields) {
  if (!fields) return std::nullopt;
  const Fields& f = *fields;
  return Account{f[0], f[4], f[5], f[6], number_in(f[2]), number_in(f[3])};
}

Group group_from(const Fields& fields) {
  Group group{fields[0], number_in(fields[2]), {}};
  for (const std::string& member : base::split(fields[3], ','))
    if (!member.empty()) group.members.push_back(member);
  return group;
}

constexpr std::size_t passwd_fields = 7, group_fields = 4, shadow_fields = 8;

}  // namespace

std::optional<Account> find_account(const std::string& name) {
  return account_from(find_line("passwd", 0, name, passwd_fields));
}

std::optional<Account> find_account(std::uint32_t uid) {
  return account_from(find_line("passwd", 2, std::to_string(uid), passwd_fields));
}

std::optional<Group> find_group(const std::string& name) {
  auto fields = find_line("group", 0, name, group_fields);
  return fields ? std::optional(group_from(*fields)) : std::nullopt;
}

std::optional<Group> find_group(std::uint32_t gid) {
  auto fields = find_line("group", 2, std::to_string(gid), group_fields);
  return fields ? std::optional(group_from(*fields)) : std::nullopt;
}

std::vector<Group> find_groups_of(const std::string& user) {
  std::vector<Group> groups;
  const std::string text = file_content("/etc/group", max_file).value_or("");
  for (std::string_view line : base::lines_of(text)) {
    if (line.find(user) == line.npos) continue;
    const Fields fields = base::split(line, ':');
    if (fields.size() < group_fields) continue;
    Group group = group_from(fields);
    if (std::ranges::find(group.members, user) != group.members.end())
      groups.push_back(std::move(group));
  }
  return groups;
}

std::optional<ShadowEntry> find_shadow(const std::string& user) {
  const auto fields =
      line_with(file_content("/etc/shadow", max_file).value_or(""), 0, user, shadow_fields);
  if (!fields) return std::nullopt;
  ShadowEntry entry;
  entry.password_hash = (*fields)[1];
  entry.minimum_days = days_in((*fields)[3]);
  entry.maximum_days = days_in((*fields)[4]);
  entry.expire_day = days_in((*fields)[7]);
  return entry;
}

}  // namespace provisioner::host
