// A look at nodes that are about to be planned for.

#include "provisioner/front/cli/look_again.h"

#include <atomic>

#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/reached_nodes.h"

namespace provisioner::cli {

std::map<std::string, std::string> look_again(const RunWords& words,
                                              const std::vector<NamedNode>& nodes,
                                              store::NodeRecords& records) {
  std::map<std::string, std::string> problems;
  const std::vector<std::string> names = reach(nodes, problems).awake;
  if (!names.empty()) {
    const std::atomic<int> never = 0;
    const ToldFacts told = ask_over_ssh(words, names, Listening::no, never);
    keep_facts(records, told, "ssh");
    problems.insert(told.problems.begin(), told.problems.end());
  }
  for (auto& [node, problem] : problems)
    problem = "its disks could not be looked at now: " + problem;
  return problems;
}

}  // namespace provisioner::cli
