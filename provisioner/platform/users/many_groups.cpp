// Users in more groups than NFS has room for.

#include "provisioner/platform/users/many_groups.h"

#include <algorithm>

namespace provisioner::users {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::int64_t most_number = UINT32_MAX - 1;  // the last one stands for none

std::uint32_t read_number(value::StrictDict& said, const char* key, const char* example) {
  if (!said.is_said(key)) said.add_missing(key, example);
  return static_cast<std::uint32_t>(said.number(key, 1, most_number, 1));
}

}  // namespace

std::optional<std::uint32_t> ManyGroups::untold() const {
  for (std::size_t at = groups.size(); at > most_groups; --at)
    if (groups[at - 1] != gid) return groups[at - 1];
  return std::nullopt;
}

std::uint32_t ManyGroups::told() const {
  return groups.front() != gid ? groups.front() : groups.at(1);
}

Value as_value(const ManyGroups& user) {
  List groups;
  for (const std::uint32_t group : user.groups) groups.emplace_back(std::int64_t{group});
  return Dict{{"user", user.user},
              {"uid", std::int64_t{user.uid}},
              {"gid", std::int64_t{user.gid}},
              {"groups", std::move(groups)}};
}

std::optional<ManyGroups> read_many_groups(value::StrictDict said) {
  const std::size_t before = said.diagnostics().errors().size();
  said.know({"user", "uid", "gid", "groups"});
  ManyGroups read{.user = said.required("user", "ada"),
                  .uid = read_number(said, "uid", "5001"),
                  .gid = read_number(said, "gid", "5001")};
  if (!said.is_said("groups")) said.add_missing("groups", "[5001, 70001, ...]");
  if (said.has("groups", value::Form::list)) {
    for (const Value& group : said.find("groups")->list()) {
      const bool is_gid =
          group.is_integer() && group.integer() >= 1 && group.integer() <= most_number;
      if (!is_gid)
        said.add_at(said.name_of("groups") + " is a list of GIDs, found " +
                        (group.is_integer() ? Dict::key_text(group)
                                            : std::string(value::name_of(group.kind()))),
                    group);
      if (is_gid) read.groups.push_back(static_cast<std::uint32_t>(group.integer()));
    }
  }
  read.groups.push_back(read.gid);
  std::ranges::sort(read.groups);
  const auto rest = std::ranges::unique(read.groups);
  read.groups.erase(rest.begin(), rest.end());
  if (said.diagnostics().errors().size() > before) return std::nullopt;
  if (!read.untold()) {
    said.add("these are " + std::to_string(read.groups.size()) +
                 " groups, and NFS tells a server of all of them",
             "groups", "17 or more beside the primary one");
    return std::nullopt;
  }
  return read;
}

}  // namespace provisioner::users
