// Who is awake, by the one sign that costs nothing: an SSH server that greets.

#include "provisioner/front/cli/reached_nodes.h"

#include "provisioner/engine/transport/greeting.h"

namespace provisioner::cli {
namespace {

constexpr std::chrono::seconds to_connect_at_all{2};
constexpr std::chrono::seconds to_greet_us{15};  // one that is busy is not silent
constexpr std::size_t ssh_words_at_once = 16;    // programs that read the ssh configuration

// Where a node's SSH server is asked for; no place where there is no port to ask.
struct Way {
  std::optional<transport::SshPlace> place;
  std::string problem;  // why that is not known
};

std::vector<Way> ways_to(const std::vector<NamedNode>& nodes) {
  std::vector<Way> ways(nodes.size());
  for_each_at_once(nodes.size(), ssh_words_at_once, [&](std::size_t at) {
    try {
      if (nodes[at].is_this_machine())
        ways[at].problem = "its tasks run on this machine: it is not asked for its hardware";
      else if (!nodes[at].is_behind_another())
        ways[at].place = nodes[at].ssh_place();
    } catch (const base::Error& error) {
      ways[at].problem = error.message();
    }
  });
  return ways;
}

}  // namespace

Reached reach(const std::vector<NamedNode>& nodes,
              std::map<std::string, std::string>& problems) {
  const std::vector<Way> ways = ways_to(nodes);
  std::vector<transport::SshPlace> places;
  for (const Way& way : ways)
    if (way.place) places.push_back(*way.place);
  const auto heard = transport::greetings(places, to_connect_at_all, to_greet_us);
  Reached reached;
  std::size_t asked = 0;
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const NamedNode& node = nodes[at];
    if (!ways[at].problem.empty()) {
      problems[node.name] = ways[at].problem;
      continue;
    }
    if (!ways[at].place) {
      reached.awake.push_back(node.name);
      reached.behind.push_back(node);
      continue;
    }
    const transport::Greeting greeting = heard[asked++];
    if (greeting == transport::Greeting::ssh)
      reached.awake.push_back(node.name);
    else if (greeting == transport::Greeting::unresolved)
      problems[node.name] = "no address is known of '" + ways[at].place->host + "'";
    else
      reached.silent.push_back(node);
  }
  return reached;
}

}  // namespace provisioner::cli
