// P-7: whose numbers agree, as the last report of users says.

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

std::string names_in(const value::Value* list) {
  std::vector<std::string> names;
  if (list != nullptr && list->is_list())
    for (const value::Value& one : list->list())
      if (one.is_string()) names.push_back(one.text());
  return base::join(names, ", ");
}

}  // namespace

// {"finished", "users", "red", "pilots": [...], "pilots_red": [...], "issuer_faults": count}; with
// pilots, they alone must have no fault.
Verdict judge_users(const Trial& trial, const Surroundings& surroundings) {
  const std::string command = "provisioner users report " + surroundings.wish.instance;
  const value::Value& users = surroundings.users;
  Trial judged = trial;
  if (!surroundings.users_problem.empty()) {
    judged.lines.push_back(lacking(surroundings.users_problem, command));
    return judge_lines(judged);
  }
  if (users.is_none()) {
    judged.lines.push_back(lacking("nobody has looked whose numbers agree", command));
    return judge_lines(judged);
  }
  const std::int64_t red = value::integer_or(users, "red", 0);
  const std::string pilots = names_in(users.find("pilots")),
                    red_pilots = names_in(users.find("pilots_red"));
  if (!red_pilots.empty())
    judged.lines.push_back(
        wrong("pilot users", "numbers of pilot users do not agree: " + red_pilots, command));
  else if (pilots.empty() && red > 0)
    judged.lines.push_back(
        wrong("users", "numbers of " + base::counted(red, "user") + " do not agree", command));
  else
    judged.lines.push_back(right("users"));
  if (value::integer_or(users, "issuer_faults", 0) > 0)
    judged.lines.push_back(
        wrong("issuer", "the identity provider does not say what the inventory names", command));
  judged.lines.push_back({.what = std::to_string(value::integer_or(users, "users", 0)) +
                                  " users on " + value::text_or(users, "finished", "")});
  return judge_lines(judged);
}

}  // namespace provisioner::gates
