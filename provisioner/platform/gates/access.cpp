// C-13: what the API lets each role do, held against what is declared.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "provisioner/base/base/text.h"
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

// What stands in the namespaces: "level NS", "quotas NS", "limits NS".
void hold_namespaces(const access::Access& access, const std::map<std::string, std::string>& said,
                     std::vector<Line>& lines) {
  const std::string hint = "provisioner cluster up";
  for (const access::Namespace& one : access.namespaces) {
    const auto of = [&](const std::string& what) {
      const auto found = said.find(what + " " + one.name);
      return found == said.end() ? std::string() : found->second;
    };
    const std::string name = "'" + one.name + "'", wanted(name_of(one.pod_security));
    if (!said.contains("level " + one.name))
      lines.push_back(wrong(one.name, "there is no namespace " + name, hint));
    else if (of("level") != wanted)
      lines.push_back(wrong(one.name,
                            "pods in " + name + " are held to '" + of("level") + "', and '" +
                                wanted + "' is declared",
                            hint));
    else if (!one.quota.empty() && of("quotas") == "0")
      lines.push_back(
          wrong(one.name, "nothing bounds what " + name + " may take: its quota is gone", hint));
    else if (!one.limits.is_empty() && of("limits") == "0")
      lines.push_back(wrong(
          one.name, "containers in " + name + " have no limits: its LimitRange is gone", hint));
    else
      lines.push_back(right("what bounds pods in " + name));
  }
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

Verdict judge_access(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  judged.lines.clear();
  std::map<std::string, std::string> said;
  for (const Line& line : trial.lines)
    if (line.kind == Line::Kind::fact)
      said[line.what] = line.why;
    else
      judged.lines.push_back(line);
  const bool was_tried = std::ranges::none_of(
      trial.lines, [](const Line& line) { return line.kind == Line::Kind::lack; });
  if (trial.failure.empty() && was_tried) {
    hold_answers(expected_of(surroundings.access), said, judged.lines);
    hold_namespaces(surroundings.access, said, judged.lines);
  }
  return judge_lines(judged);
}

}  // namespace provisioner::gates
