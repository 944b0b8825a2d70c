// What nodes that are taken away have in common, whatever for.

#include "provisioner/front/cli/departure.h"

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/words_of_commands.h"

namespace provisioner::cli {

using base::Error;
using base::Kind;

namespace {

constexpr int most_nodes = 1'000'000;

}  // namespace

std::vector<CLI::Option*> add_departure_words(CLI::App& command, Departure& words) {
  return {
      add_many(command, "--allow-below", words.allowed.below,
               "GROUP, or instance_NAME, that may fall below what it needs"),
      add_many(command, "--allow-protected", words.allowed.protection,
               "GROUP whose nodes may be taken away although it is protected"),
      command.add_option("--count", words.count, "how many nodes are meant, where they are many")
          ->check(CLI::Range(1, most_nodes))};
}

bool needs_count(const Departure& words, std::size_t nodes, std::size_t machines,
                 const std::string& what) {
  if (words.count != 0 && words.count != nodes)
    throw Error(Kind::refused, "--count says " + std::to_string(words.count) + ", but this " +
                                   what + " " + base::counted(nodes, "node"));
  return words.count == 0 && nodes > reimage::nodes_at_ease(machines);
}

Error missing_count(std::size_t nodes, const std::string& what) {
  const std::string number = std::to_string(nodes);
  return Error(Kind::refused,
               "this " + what + " " + number + " nodes: say so by --count " + number);
}

void require_unguarded(ReimageGuards& guards, const std::vector<NamedNode>& leaving,
                       const std::string& node) {
  const reimage::Verdict verdict = guards.ask(names_of(leaving));
  const auto found = verdict.objections.find(node);
  if (found == verdict.objections.end()) return;
  throw Error(Kind::refused, node + " stays: " + base::join(found->second, "; "));
}

}  // namespace provisioner::cli
