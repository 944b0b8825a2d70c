// C-13: what the API lets each role do, held against what is declared.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/access/matrix.h"
#include "provisioner/platform/gates/access_questions.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using access::Question;

std::string ask_of(const Question& question) {
  return question.verb + " " + (question.group.empty() ? "-" : question.group) + " " +
         question.resource;
}

// By role and place ("-": over all namespaces): what is asked there, in the order of the asks.
using Expected = std::map<std::pair<std::string, std::string>, std::vector<Question>>;

Expected expected_of(const access::Access& access) {
  Expected expected;
  for (const Question& one : access::matrix(access).questions)
    expected[{one.role, one.name_space.empty() ? "-" : one.name_space}].push_back(one);
  return expected;
}

std::string place_text(const std::string& place) {
  return place == "-" ? "the whole cluster" : "'" + place + "'";
}

void hold_answers(const Expected& expected, const std::map<std::string, std::string>& said,
                  std::vector<Line>& lines) {
  for (const auto& [key, questions] : expected) {
    const auto& [role, place] = key;
    const auto found = said.find(role + " " + place);
    if (found == said.end() || found->second.size() != questions.size()) {
      lines.push_back(lacking("the API did not answer '" + role + "' on " + place_text(place)));
      continue;
    }
    std::vector<std::string> too_much, too_little;
    for (std::size_t at = 0; at < questions.size(); ++at) {
      const char answer = found->second[at];
      const std::string what = questions[at].verb + " " + questions[at].resource;
      if (answer != 'y' && answer != 'n')
        lines.push_back(lacking("the API did not tell whether '" + role + "' may " + what));
      else if ((answer == 'y') != questions[at].is_allowed)
        (answer == 'y' ? too_much : too_little).push_back(what);
    }
    if (!too_much.empty())
      lines.push_back(wrong(role + " in " + place_text(place),
                            "'" + role + "' may in " + place_text(place) +
                                ", and must not: " + base::join(too_much, ", "),
                            "kubectl get rolebindings,clusterrolebindings -A -o wide"));
    if (!too_little.empty())
      lines.push_back(wrong(role + " in " + place_text(place),
                            "'" + role + "' may not in " + place_text(place) +
                                ", and must: " + base::join(too_little, ", "),
                            "provisioner cluster up"));
    if (too_much.empty() && too_little.empty())
      lines.push_back(right(role + " in " + place_text(place)));
  }
}

void hold_groups(const access::Access& access, const std::map<std::string, std::string>& said,
                 std::vector<Line>& lines) {
  for (const GroupQuestion& one : group_questions(access)) {
    const auto found = said.find(one.fact());
    const std::string letter = found == said.end() ? "?" : found->second;
    const std::string whose = "the group '" + one.group + "' of '" + one.role + "'",
                      what = one.verb + " " + one.resource + " in " + place_text(one.place);
    if (letter == "y")
      lines.push_back(right(whose + " in " + place_text(one.place)));
    else if (letter == "n")
      lines.push_back(wrong(one.role + " in " + place_text(one.place),
                            whose + " may not " + what + ", as the role may: it is not bound to it",
                            "provisioner cluster up"));
    else
      lines.push_back(lacking("the API did not tell whether " + whose + " may " + what));
  }
}

// Of several quotas on one resource the least is what holds.
void take_fact(const Line& fact, std::map<std::string, std::string>& said) {
  const auto [before, is_new] = said.try_emplace(fact.what, fact.why);
  const bool bounds = fact.what.starts_with("quota ");
  if (!is_new && (!bounds || kubernetes::quantity_of(fact.why).value_or(0) <
                                 kubernetes::quantity_of(before->second).value_or(0)))
    before->second = fact.why;
}

// "quota NS RESOURCE", "limit NS KIND RESOURCE": as it stands there.
void hold_amounts(const std::vector<access::Amount>& wanted, const std::string& what,
                  const std::string& called, const std::map<std::string, std::string>& said,
                  std::vector<Line>& lines) {
  for (const access::Amount& amount : wanted) {
    const auto found = said.find(what + " " + amount.resource);
    const std::string is = found == said.end() ? "" : found->second;
    if (!is.empty() && kubernetes::quantity_of(is) == kubernetes::quantity_of(amount.quantity))
      continue;
    lines.push_back(wrong(called,
                          called + " has " + amount.resource + " " +
                              (is.empty() ? "unbounded" : is) + ", and " + amount.quantity +
                              " is declared",
                          "provisioner cluster up"));
  }
}

void hold_bounds(const access::Namespace& one, const std::map<std::string, std::string>& said,
                 std::vector<Line>& lines) {
  const std::string of = " of '" + one.name + "'", limit = "limit " + one.name + " ";
  hold_amounts(one.quota, "quota " + one.name, "the quota" + of, said, lines);
  hold_amounts(one.limits.standard, limit + "default", "the standard limit" + of, said, lines);
  hold_amounts(one.limits.standard_request, limit + "default_request", "the standard request" + of,
               said, lines);
  hold_amounts(one.limits.most, limit + "max", "the largest limit" + of, said, lines);
  hold_amounts(one.limits.least, limit + "min", "the least request" + of, said, lines);
}

bool has_any(const std::map<std::string, std::string>& said, const std::string& prefix) {
  const auto next = said.lower_bound(prefix);
  return next != said.end() && next->first.starts_with(prefix);
}

// What stands in the namespaces: "level NS", and what bounds them.
void hold_namespaces(const access::Access& access, const std::map<std::string, std::string>& said,
                     std::vector<Line>& lines) {
  const std::string hint = "provisioner cluster up";
  for (const access::Namespace& one : access.namespaces) {
    const auto level = said.find("level " + one.name);
    const std::string name = "'" + one.name + "'", wanted(name_of(one.pod_security));
    const std::size_t before = lines.size();
    if (level == said.end())
      lines.push_back(wrong(one.name, "there is no namespace " + name, hint));
    else if (level->second != wanted)
      lines.push_back(wrong(one.name,
                            "pods in " + name + " are held to '" + level->second + "', and '" +
                                wanted + "' is declared",
                            hint));
    else if (!one.quota.empty() && !has_any(said, "quota " + one.name + " "))
      lines.push_back(
          wrong(one.name, "nothing bounds what " + name + " may take: its quota is gone", hint));
    else if (!one.limits.is_empty() && !has_any(said, "limit " + one.name + " "))
      lines.push_back(wrong(
          one.name, "containers in " + name + " have no limits: its LimitRange is gone", hint));
    else
      hold_bounds(one, said, lines);
    if (lines.size() == before) lines.push_back(right("what bounds pods in " + name));
  }
}

// The last thing that a role may in a place, as the matrix has them: what lesser ones may comes
// before what they may not.
const Question* last_right(const std::vector<Question>& questions, const std::string& role,
                           const std::string& place) {
  const Question* last = nullptr;
  for (const Question& one : questions)
    if (one.role == role && one.is_allowed && one.name_space == place &&
        one.resource.find('/') == one.resource.npos && one.resource != "namespaces")
      last = &one;
  return last;
}

}  // namespace

AccessQuestions questions_of(const access::Access& access) {
  AccessQuestions all;
  if (access.roles.empty()) return all;
  std::set<std::string> in_namespaces;
  std::vector<std::string> asks;
  for (const Question& one : access::matrix(access).questions) {
    if (one.role != access.roles.front().name) continue;
    const std::string ask = ask_of(one);
    if (one.name_space.empty()) {
      asks.push_back(ask);
      continue;
    }
    in_namespaces.insert(ask);
    if (std::ranges::find(all.places, one.name_space) == all.places.end())
      all.places.push_back(one.name_space);
  }
  for (const std::string& ask : asks)
    all.asks.push_back(ask + (in_namespaces.contains(ask) ? " n" : " c"));
  return all;
}

std::vector<GroupQuestion> group_questions(const access::Access& access) {
  std::vector<GroupQuestion> all;
  const auto questions = access::matrix(access).questions;
  const std::string prefix = access.cluster.issuer ? access.cluster.issuer->group_prefix : "";
  for (const access::Role& role : access.roles) {
    std::vector<std::string> places = role.namespaces;
    if (is_cluster_wide(role.may)) places = {""};
    for (const std::string& place : places) {
      const Question* may = last_right(questions, role.name, place);
      if (may == nullptr) continue;
      for (const std::string& group : role.groups)
        all.push_back({.role = role.name,
                       .verb = may->verb,
                       .resource = may->resource + (may->group.empty() ? "" : "." + may->group),
                       .place = place.empty() ? "-" : place,
                       .group = prefix + group});
    }
  }
  return all;
}

Verdict judge_access(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  judged.lines.clear();
  std::map<std::string, std::string> said;
  for (const Line& line : trial.lines)
    if (line.kind == Line::Kind::fact)
      take_fact(line, said);
    else
      judged.lines.push_back(line);
  const bool was_tried = std::ranges::none_of(
      trial.lines, [](const Line& line) { return line.kind == Line::Kind::lack; });
  if (trial.failure.empty() && was_tried) {
    hold_answers(expected_of(surroundings.access), said, judged.lines);
    hold_groups(surroundings.access, said, judged.lines);
    hold_namespaces(surroundings.access, said, judged.lines);
  }
  return judge_lines(judged);
}

}  // namespace provisioner::gates
