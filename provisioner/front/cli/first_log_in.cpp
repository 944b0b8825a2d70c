// The first log-in to a new system.

#include "provisioner/front/cli/first_log_in.h"

#include <chrono>

#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/task_ends.h"
#include "provisioner/machine/metal/pause.h"

namespace provisioner::cli {
namespace {

constexpr std::chrono::seconds until_next_try{2};
constexpr const char* log_in = "Log in";
constexpr const char* play =
    "- hosts: all\n"
    "  gather_facts: false\n"
    "  tasks:\n"
    "    - {name: Log in, raw: 'true', check_mode: false, changed_when: false}\n";

std::string log_in_problem(const TaskEnds& ends, const std::string& node) {
  const store::Event* end = ends.of(node, log_in);
  if (end == nullptr) return "no answer to a log-in";
  if (value::text_or(end->data, "status", "") == "ok") return "";
  const value::Value* result = end->data.find("result");
  return value::text_or(result == nullptr ? value::Value() : *result, "msg", "no log-in");
}

}  // namespace

std::map<std::string, std::string> try_log_in(const RunWords& words,
                                              std::vector<std::string> nodes,
                                              std::chrono::seconds patience,
                                              const std::atomic<int>& stop) {
  const run::Options options = asking_options(words);
  const os::Instant end = os::system_clock().now() + patience;
  std::map<std::string, std::string> problems;
  for (;;) {
    TaskEnds ends;
    ask_nodes(words, options, play, nodes, ends, stop);
    problems.clear();
    for (const std::string& node : nodes)
      if (const std::string problem = log_in_problem(ends, node); !problem.empty())
        problems[node] = problem;
    nodes.clear();
    for (const auto& [node, problem] : problems) nodes.push_back(node);
    if (nodes.empty() || os::system_clock().now() > end || stop != 0) return problems;
    metal::real_pause()(until_next_try);
  }
}

}  // namespace provisioner::cli
