// Who is at the other end of each cable: what switches say of themselves, every half a minute.
#include <algorithm>

#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/facts/lldp_frame.h"

namespace provisioner::modules::facts {
namespace {

// Frames come every 30 s (IEEE 802.1AB-2016, 9.2.5.7).
constexpr double patience = 31;

// Those with hardware behind them and a cable in them.
std::vector<std::string> links_up(const host::HostView& view) {
  std::vector<std::string> links;
  for (const std::string& name : names_in(view, "/sys/class/net")) {
    const std::string path = "/sys/class/net/" + name;
    if (view.status(path + "/device", host::Follow::yes) &&
        first_line(view, path + "/carrier") == "1")
      links.push_back(name);
  }
  return links;
}

}  // namespace

Findings lldp(const host::HostView& view, const Request&) {
  const std::vector<std::string> links = links_up(view);
  value::List found(links.size());
  std::size_t silent = links.size();
  const double until = view.now() + patience;
  while (silent > 0) {
    const double left = std::min(patience, until - view.now());  // also where the clock is set
    if (left <= 0) break;
    const auto frames = view.hear_neighbours(
        links, std::chrono::milliseconds(static_cast<std::int64_t>(left * 1000) + 1));
    for (std::size_t at = 0; at < links.size(); ++at) {
      value::Dict neighbour = neighbour_in(frames[at]);
      if (neighbour.is_empty() || !found[at].is_none()) continue;
      neighbour.set("link", links[at]);
      found[at] = std::move(neighbour);
      --silent;
    }
  }
  for (std::size_t at = 0; at < links.size(); ++at)
    if (found[at].is_none()) found[at] = value::Dict{{"link", links[at]}};
  Findings findings;
  findings.facts.set("lldp", std::move(found));
  return findings;
}

}  // namespace provisioner::modules::facts
