#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/reimage_guards.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace provisioner::cli {

// What was said beforehand of nodes that are to be taken away.
struct Departure {
  reimage::Allowed allowed;  // groups that give way
  std::size_t count = 0;     // how many nodes are meant; 0: not said
};

// --allow-below, --allow-protected, --count; `words` must outlive the parsing.
std::vector<CLI::Option*> add_departure_words(CLI::App& command, Departure& words);

// Whether so many nodes, of an inventory of so many machines, must be said as a number: not a yes
// that fingers know. `what` becomes of them: "erases". Throws Error(refused) where another number
// was said.
bool needs_count(const Departure& words, std::size_t nodes, std::size_t machines,
                 const std::string& what);
// The refusal where it needs one and was not said.
base::Error missing_count(std::size_t nodes, const std::string& what);

// Throws Error(refused) where something speaks against taking the node away now, with all of
// `leaving`, whether they are away yet or not.
void require_unguarded(ReimageGuards& guards, const std::vector<NamedNode>& leaving,
                       const std::string& node);

}  // namespace provisioner::cli
