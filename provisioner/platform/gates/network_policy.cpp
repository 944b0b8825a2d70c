// The gate of NetworkPolicy: packets that must not pass, and those that must.

#include "provisioner/platform/gates/network_policy.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::gates {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t words_of_an_attempt = 8;  // with the first, "attempt"

std::string phase_text(const std::string& phase) {
  if (phase == "before") return "before any policy";
  if (phase == "after") return "after the policies were deleted";
  return "with the " + phase + " policy";
}

Attempt attempt_of(const std::vector<std::string>& words) {
  const std::string &must = words[6], &did = words[7];
  if ((must != "pass" && must != "stop") || (did != "passed" && did != "stopped"))
    throw Error(Kind::failed, "'" + must + " " + did + "' is no outcome of an attempt");
  return {.phase = words[1],
          .client = words[2],
          .from = words[3],
          .to = words[4],
          .port = words[5],
          .must_pass = must == "pass",
          .passed = did == "passed"};
}

struct Counts {
  std::size_t wanted = 0, right = 0;
  std::string of() const { return std::to_string(right) + " of " + std::to_string(wanted); }
};

Counts count(const std::vector<Attempt>& attempts, bool must_pass) {
  Counts counts;
  for (const Attempt& attempt : attempts) {
    if (attempt.must_pass != must_pass) continue;
    ++counts.wanted;
    if (attempt.passed == must_pass) ++counts.right;
  }
  return counts;
}

std::string reach(const std::vector<Attempt>& attempts) {
  const auto is_within = [](const Attempt& attempt) { return attempt.from == attempt.to; };
  if (std::ranges::all_of(attempts, is_within))
    return "within a node; with one node nothing between nodes could be tried";
  return std::ranges::any_of(attempts, is_within) ? "within nodes and between them"
                                                  : "between nodes";
}

}  // namespace

std::string Attempt::text() const {
  return phase_text(phase) + ": '" + client + "' on " + from + " to " + to + ", port " + port;
}

PolicyTrial read_policy_trial(std::string_view said) {
  PolicyTrial trial;
  for (const std::string_view line : base::lines_of(said)) {
    if (line.empty()) continue;
    const std::vector<std::string> words = base::split(line, ' ');
    if (words.front() == "attempt" && words.size() == words_of_an_attempt)
      trial.attempts.push_back(attempt_of(words));
    else if (words.front() == "network" && words.size() <= 2)
      trial.pod_network = words.size() == 2 ? words[1] : "";
    else if (words.front() == "failed")
      trial.failure = std::string(base::trim(line.substr(words.front().size())));
    else
      throw Error(Kind::failed, "the gate's script said '" + std::string(line) + "'");
  }
  return trial;
}

Verdict judge(const PolicyTrial& trial) {
  if (!trial.failure.empty() || trial.attempts.empty())
    return {.result = Result::not_run,
            .text = trial.failure.empty() ? "nothing was tried" : trial.failure};
  const Counts pass = count(trial.attempts, true), stop = count(trial.attempts, false);
  Verdict verdict{.result = Result::failed, .text = {}};
  for (const Attempt& attempt : trial.attempts)
    if (attempt.passed != attempt.must_pass)
      verdict.details.push_back(attempt.text() + (attempt.passed ? " passed" : " did not pass"));
  if (stop.wanted > 0 && stop.right == 0) {
    verdict.details.clear();  // all of them
    verdict.text = "no NetworkPolicy is enforced: each of " + base::counted(stop.wanted, "packet") +
                   " that must not pass did";
    verdict.hint = trial.pod_network == "flannel"
                       ? "flannel enforces none; pod_network: cilium does"
                       : "see that the pod network enforces policies";
    return verdict;
  }
  verdict.text = stop.of() + " packets that must not pass did not, " + pass.of() +
                 " that must pass did, " + reach(trial.attempts);
  if (!verdict.details.empty())
    verdict.hint = "look at the pod network of the nodes that are named";
  else
    verdict.result = Result::passed;
  return verdict;
}

}  // namespace provisioner::gates
