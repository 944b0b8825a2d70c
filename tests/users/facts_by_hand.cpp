// A site as tests think of one.

#include "facts_by_hand.h"

namespace provisioner::users {

void add_user(Facts& facts, const std::string& name, std::uint32_t uid) {
  facts.directory.push_back(
      {.dn = "uid=" + name + ",ou=people,dc=example", .name = name, .uid = uid, .gid = 70000});
  facts.accounts.push_back({.name = name, .uid = std::nullopt});
  facts.homes.push_back({.of_export = "home",
                         .user = name,
                         .path = "/home/" + name,
                         .uid = uid,
                         .gid = 70000,
                         .mode = "700"});
}

Identity site_identity() {
  Identity identity;
  identity.users.add("1000-59999");
  identity.groups.add("70000-79999");
  identity.exports.push_back({.name = "home", .path = "/home"});
  return identity;
}

std::string verdicts_of(const Report& report, const std::string& user) {
  const Row* row = report.row_of(user);
  if (row == nullptr) return "";
  std::string text;
  for (const Finding& finding : row->findings)
    text += (text.empty() ? "" : ", ") + std::string(name_of(finding.verdict));
  return text.empty() ? "ok" : text;
}

}  // namespace provisioner::users
