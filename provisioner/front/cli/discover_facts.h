#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/store/event.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

// What nodes told of their hardware, and why others did not; by node.
struct ToldFacts {
  std::map<std::string, value::Value> found;
  std::map<std::string, std::string> problems;

  void add_problem(const std::string& node, const std::string& problem);  // beside others of it
};

// A line for each node on the standard error output.
void say_problems(const std::map<std::string, std::string>& problems);

// What `setup` told in the end of a task, under the gatherers' own names; nullopt where it told
// nothing.
std::optional<value::Value> facts_told(const store::Event& event);

// Whether nodes also listen who is at the other end of their cables: half a minute.
enum class Listening : bool { no, yes };

// Asks nodes over SSH, in check mode: nothing on them is changed or locked. Ends early once `stop`
// is set (run::Stop).
ToldFacts ask_over_ssh(const RunWords& words, const std::vector<std::string>& names,
                       Listening listening, const std::atomic<int>& stop);

// What `discover --json` wrote into a file, for the nodes that are meant. Throws Error(input) for
// what has another form.
ToldFacts read_facts(const std::string& path, const std::vector<NamedNode>& nodes);

// Keeps what was told; a node of which nothing was known is `discovered` from now on.
void keep_facts(store::NodeRecords& records, const ToldFacts& told, const std::string& source);

}  // namespace provisioner::cli
