// P-7, C-9: whose numbers agree, as the last report of users says.

#include <algorithm>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/utc_time.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using value::Value;

std::string names_in(const Value* list) {
  std::vector<std::string> names;
  for (const Value& one : items_of(list))
    if (one.is_string()) names.push_back(one.text());
  return base::join(names, ", ");
}

std::string report_of(const Surroundings& about) {
  return "provisioner users report " + about.wish.instance;
}

// Why the record says nothing of users as they are now; nullopt: it does.
std::optional<Line> lack_of_record(const Surroundings& about) {
  const std::string command = report_of(about);
  if (!about.users_problem.empty()) return lacking(about.users_problem, command);
  if (about.users.is_none()) return lacking("nobody has looked whose numbers agree", command);
  const auto finished = base::utc_time(value::text_or(about.users, "finished", ""));
  if (!finished) return lacking("the record of users does not say when it was made", command);
  const auto days = std::chrono::floor<std::chrono::days>(about.now - *finished);
  if (about.now - *finished > longest_users_age)
    return lacking("whose numbers agree was looked at " + base::counted(days.count(), "day") +
                       " ago, and " + std::to_string(longest_users_age.count()) + " are the most",
                   command);
  return std::nullopt;
}

std::optional<Line> red_pilots(const Surroundings& about) {
  const std::string red = names_in(about.users.find("pilots_red"));
  if (red.empty()) return std::nullopt;
  return wrong("pilot users", "numbers of pilot users do not agree: " + red, report_of(about));
}

bool is_served(const Value& mount) {
  const std::string type = value::text_or(mount, "type", ""),
                    state = value::text_or(mount, "state", "mounted");
  return (type.starts_with("nfs") || type == "gpfs") && state != "absent" && state != "present";
}

bool mounts_exports(const Surroundings& about) {
  return std::ranges::any_of(about.variables, [&](const auto& entry) {
    const auto& [node, variables] = entry;
    const Value* storage = variables.find("storage");
    const Value* mounts = storage == nullptr ? nullptr : storage->find("mounts");
    return about.wish.names(node) && mounts != nullptr && mounts->is_list() &&
           std::ranges::any_of(mounts->list(), is_served);
  });
}

// Who begins must not write under numbers of others. An inventory that names no users has none.
std::vector<Line> lines_of_pilots(const Surroundings& about) {
  const Value* identity = about.variable("identity");
  const bool names_users =
      identity != nullptr && !(identity->is_dict() && identity->dict().is_empty());
  if (!names_users && about.users.is_none() && about.users_problem.empty())
    return {{.what = "the inventory says nothing of users (identity): whose numbers agree was not "
                     "looked at"}};
  if (auto lack = lack_of_record(about)) return {*lack};
  if (auto red = red_pilots(about)) return {*red};
  if (names_in(about.users.find("pilots")).empty())
    return {{.what = "no pilot users are named (identity.pilots)"}};
  return {right("numbers of pilot users")};
}

}  // namespace

// {"finished", "users", "red", "pilots": [...], "pilots_red": [...], "issuer_faults": count}; with
// pilots, they alone must have no fault.
Verdict judge_users(const Trial& trial, const Surroundings& about) {
  Trial judged = trial;
  if (auto lack = lack_of_record(about)) {
    judged.lines.push_back(*lack);
    return judge_lines(judged);
  }
  const Value& users = about.users;
  const std::int64_t red = value::integer_or(users, "red", 0);
  if (auto line = red_pilots(about))
    judged.lines.push_back(*line);
  else if (names_in(users.find("pilots")).empty() && red > 0)
    judged.lines.push_back(wrong(
        "users", "numbers of " + base::counted(red, "user") + " do not agree", report_of(about)));
  else
    judged.lines.push_back(right("users"));
  if (value::integer_or(users, "issuer_faults", 0) > 0)
    judged.lines.push_back(wrong(
        "issuer", "the identity provider does not say what the inventory names", report_of(about)));
  judged.lines.push_back({.what = std::to_string(value::integer_or(users, "users", 0)) +
                                  " users on " + value::text_or(users, "finished", "")});
  return judge_lines(judged);
}

Verdict judge_exports(const Trial& trial, const Surroundings& about) {
  Trial judged = trial;
  if (mounts_exports(about))
    for (Line& line : lines_of_pilots(about)) judged.lines.push_back(std::move(line));
  return judge_lines(judged);
}

}  // namespace provisioner::gates
