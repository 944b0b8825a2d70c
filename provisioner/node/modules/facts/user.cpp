// Facts of the user a task runs as: account, ids, environment.
#include <array>
#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

// Real and effective id from the lines "Uid:\treal\teffective\t..." of /proc/self/status.
std::array<std::int64_t, 2> ids(const std::string& status, std::string_view key,
                                std::int64_t otherwise) {
  for (const std::string_view line : base::lines_of(status)) {
    if (!line.starts_with(key)) continue;
    const auto words = base::split(line, '\t');
    if (words.size() > 2) return {std::atoll(words[1].c_str()), std::atoll(words[2].c_str())};
  }
  return {otherwise, otherwise};
}

}  // namespace

Findings user(const host::HostView& view, const Request&) {
  const std::string status = readable(view, "/proc/self/status").value_or("");
  const auto [real_uid, effective_uid] = ids(status, "Uid:", view.effective_uid());
  const auto [real_gid, effective_gid] = ids(status, "Gid:", 0);
  std::optional<host::Account> account;
  std::string name;
  for (const char* variable : {"LOGNAME", "USER", "LNAME", "USERNAME"}) {
    if (name.empty()) name = view.environment(variable).value_or("");
  }
  if (!name.empty()) account = view.account(name);
  if (!account) account = view.account(static_cast<std::uint32_t>(real_uid));
  if (name.empty() && account) name = account->name;
  value::Dict facts = {{"user_id", name},
                       {"real_user_id", real_uid},
                       {"effective_user_id", effective_uid},
                       {"real_group_id", real_gid},
                       {"effective_group_id", effective_gid}};
  if (account) {
    facts.set("user_uid", std::int64_t{account->uid});
    facts.set("user_gid", std::int64_t{account->gid});
    facts.set("user_gecos", account->gecos);
    facts.set("user_dir", account->home);
    facts.set("user_shell", account->shell);
  }
  return {std::move(facts), {}};
}

Findings environment(const host::HostView& view, const Request&) {
  value::Dict variables;
  for (const auto& [name, text] : view.environment_variables()) variables.set(name, text);
  return {{{"env", variables}}, {}};
}

}  // namespace provisioner::modules::facts
