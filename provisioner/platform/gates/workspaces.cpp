// G-10: where Gen3's workspaces will be, held against the declaration of access.

#include <algorithm>

#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using access::Peer;

// Whether pods of one namespace may open connections to those of another, which declares them.
bool lets_in(const access::Namespace& to, const std::string& from) {
  return access::names(to.flows_from, {Peer::Kind::declared, from}) ||
         access::names(to.flows_from, {Peer::Kind::other, from});
}

void hold_flow(const std::string& way, const access::Namespace& to, const std::string& from,
               std::vector<Line>& lines) {
  if (lets_in(to, from))
    lines.push_back(right(way));
  else
    lines.push_back(wrong(way,
                          "nothing passes from pods of '" + from + "' to pods of '" + to.name + "'",
                          "access: namespaces: {" + to.name + ": {flows_from: [" + from + "]}}"));
}

}  // namespace

// Facts "gen3" and "workspaces" name the namespaces that the bundle's values have.
Verdict judge_workspaces(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  std::string gen3, workspaces;
  for (const Line& fact : trial.of(Line::Kind::fact)) {
    if (fact.what == "gen3") gen3 = fact.why;
    if (fact.what == "workspaces") workspaces = fact.why;
  }
  if (workspaces.empty()) return judge_lines(judged);
  const access::Namespace* theirs = surroundings.access.find(workspaces);
  if (theirs == nullptr)
    judged.lines.push_back(
        wrong("'" + workspaces + "'",
              "the chart starts workspaces in '" + workspaces +
                  "', which 'access' does not declare: no quota, limits or flows hold there",
              "access: namespaces: {" + workspaces + ": {flows_from: [" + gen3 +
                  "], quota: {pods: 100}}}"));
  else
    hold_flow("the way to workspaces", *theirs, gen3, judged.lines);
  if (const access::Namespace* its = surroundings.access.find(gen3);
      its != nullptr && theirs != nullptr)
    hold_flow("the way back from workspaces", *its, workspaces, judged.lines);
  return judge_lines(judged);
}

}  // namespace provisioner::gates
