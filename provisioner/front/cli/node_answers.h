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

struct NodeAnswers {
  std::map<std::string, std::string> said;    // what it printed, where it ended well
  std::map<std::string, std::string> silent;  // of the other nodes: why, in SSH's words or its own
};

// Of these nodes all at once, over the engine's own connections; `options` are what those are made
// with. Throws Error.
NodeAnswers ask_each(const RunWords& words, run::Options options,
                     const std::vector<std::string>& nodes, const NodeQuestion& question);
NodeAnswers ask_each(const RunWords& words, const std::vector<std::string>& nodes,
                     const NodeQuestion& question);

// "'n01' does not answer: Permission denied (publickey)", fit for a terminal.
std::string silence_text(const std::string& node, const std::string& why);

// Where it does not matter why a node said nothing. Throws Error.
std::map<std::string, std::string> node_answers(const RunWords& words,
                                                const std::vector<std::string>& nodes,
                                                const NodeQuestion& question);

}  // namespace provisioner::cli
