#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace provisioner::cli {

// What of the flight recorder is wanted.
struct NodeLogWords {
  std::string node;         // "": of all, and what strangers tried
  std::optional<int> tail;  // the last so many lines alone
  bool follows = false;     // goes on as lines come
  bool is_json = false;     // a list; an object a line where it follows
};
void add_node_log_words(CLI::App& command, NodeLogWords& words);

// Returns the exit status: that of a signal where one has ended the following. Throws Error(usage)
// for a node of which nothing is known, unless it is to be followed.
int show_node_log(const NodeLogWords& words);

}  // namespace provisioner::cli
