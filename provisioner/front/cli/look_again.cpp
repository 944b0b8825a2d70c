// A look at nodes that are about to be planned for.

#include "provisioner/front/cli/look_again.h"

#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/reached_nodes.h"

namespace provisioner::cli {

std::map<std::string, std::string> look_again(const NodeWords& words,
                                              const std::vector<NamedNode>& nodes,
                                              store::NodeRecords& records) {
  std::map<std::string, std::string> nowhere;  // of no address, and planned for as the silent ones
  const std::vector<std::string> names = reach(nodes, nowhere).awake;
  if (names.empty()) return {};
  const ToldFacts told = ask_over_ssh(words, names, Listening::no);
  keep_facts(records, told, "ssh");
  std::map<std::string, std::string> problems;
  for (const auto& [node, problem] : told.problems)
    problems[node] = "its disks could not be looked at now: " + problem;
  return problems;
}

}  // namespace provisioner::cli
