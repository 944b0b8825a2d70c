#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/engine/run/options.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// A script for sh, run by root.
struct NodeQuestion {
  std::string_view script;
  std::chrono::seconds longest{60};   // on one node
  value::Dict environment = {};       // of the script; templates as a task's, nothing secret
  std::chrono::seconds together{90};  // on all nodes, connections and all
  bool is_verbatim = false;  // goes to sh as it stands, of any length: the engine takes no part of
                             // it for a template, and it has no standard input of its own
};

// What it prints on each of these nodes that answers and where it ends well, all at once, over the
// engine's own connections. Throws Error.
std::map<std::string, std::string> node_answers(const RunWords& words,
                                                const std::vector<std::string>& nodes,
                                                const NodeQuestion& question);
// `options` are what connections are made with.
std::map<std::string, std::string> node_answers(const RunWords& words, run::Options options,
                                                const std::vector<std::string>& nodes,
                                                const NodeQuestion& question);

}  // namespace provisioner::cli
