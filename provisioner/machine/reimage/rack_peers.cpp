// Who has chunks for whom.

#include "provisioner/machine/reimage/rack_peers.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace provisioner::reimage {
namespace {

using std::chrono::seconds;

constexpr std::size_t most_peers = 3;
constexpr std::int64_t most_chunks = 1 << 20;
// Reports come every two seconds while chunks do, and more slowly at the end.
constexpr seconds longest_silence{60}, longest_serving{120}, shortest_serving{10};

bool is_within(std::int64_t number, std::int64_t least, std::int64_t most) {
  return least <= number && number <= most;
}

// So that not all nodes ask the same one first.
std::size_t turn_of(const std::string& asker, const std::string& peer) {
  return std::hash<std::string>()(asker + "/" + peer);
}

std::string url_of(const std::string& address, std::int64_t port) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace

std::int64_t start_of(std::int64_t job) {
  // Multiples of the golden ratio lie far apart on a circle, however many there are.
  constexpr double golden = 0.61803398874989485;
  const double turns = static_cast<double>(job) * golden;
  return static_cast<std::int64_t>((turns - std::floor(turns)) * 1000);
}

std::optional<RackPeers::Share> RackPeers::share_in(const value::Value& report) {
  const value::Value* rack = report.find("rack");
  if (rack == nullptr) return std::nullopt;
  const Share share{.port = value::integer_or(*rack, "port", 0),
                    .chunks = value::integer_or(*rack, "chunks", 0),
                    .first = value::integer_or(*rack, "first", -1),
                    .kept = value::integer_or(*rack, "kept", -1),
                    .next = value::integer_or(*rack, "next", -1)};
  const bool makes_sense =
      is_within(share.port, 1, 65535) && is_within(share.chunks, 1, most_chunks) &&
      is_within(share.first, 0, share.chunks - 1) && is_within(share.kept, 0, share.chunks) &&
      is_within(share.next, 0, share.chunks - 1);
  return makes_sense ? std::optional(share) : std::nullopt;
}

void RackPeers::heard(const store::BootJob& job, const BootOrder& order,
                      const value::Value& report, os::Instant now) {
  if (order.rack.empty()) return;
  Node& node = nodes_[job.node];
  if (node.job != job.id || node.of == 0) {
    node = Node();
    node.job = job.id;
    node.begun = now;
  }
  node.address = order.address.substr(0, order.address.find('/'));
  node.rack = order.rack;
  node.manifest = value::text_or(order.deploy, "manifest", "");
  node.share = share_in(report);
  node.last_heard = now;
  if (value::text_or(report, "step", "write") != "write") {
    node.is_writing = false;
    return;
  }
  node.done = value::integer_or(report, "done", 0);
  node.of = value::integer_or(report, "of", 0);
  node.is_writing = node.of == 0 || node.done < node.of;
}

void RackPeers::serves(const std::string& node, seconds most, os::Instant now) {
  const auto known = nodes_.find(node);
  if (known == nodes_.end()) return;
  known->second.is_writing = false;
  known->second.serves_until = now + most;
}

std::optional<std::string> RackPeers::url(const std::string& node) const {
  const auto known = nodes_.find(node);
  if (known == nodes_.end() || !known->second.share) return std::nullopt;
  return url_of(known->second.address, known->second.share->port);
}

bool RackPeers::is_there(const Node& node, os::Instant now) {
  return node.serves_until ? now < *node.serves_until : now - node.last_heard < longest_silence;
}

bool RackPeers::is_beside(const Node& one, const Node& other) const {
  return &one != &other && one.rack == other.rack && one.manifest == other.manifest;
}

// How many chunks on from what the asker needs next the peer has its first; 0: it has that.
std::int64_t RackPeers::missing(const Share& asker, const Share& peer) {
  const std::int64_t around = peer.chunks;
  const std::int64_t past = (asker.next % around + around - peer.first) % around;
  return past < peer.kept ? 0 : around - past;
}

std::vector<std::string> RackPeers::peers_of(const std::string& node, os::Instant now) const {
  const auto asker = nodes_.find(node);
  if (asker == nodes_.end()) return {};
  using Choice = std::tuple<std::int64_t, std::size_t, std::string>;
  std::vector<Choice> choices;
  for (const auto& [name, peer] : nodes_) {
    if (!is_beside(asker->second, peer) || !peer.share || !is_there(peer, now)) continue;
    const Share needs = asker->second.share.value_or(Share{});
    choices.emplace_back(missing(needs, *peer.share), turn_of(node, name),
                         url_of(peer.address, peer.share->port));
  }
  std::ranges::sort(choices);
  std::vector<std::string> urls;
  for (const Choice& choice : choices)
    if (urls.size() < most_peers) urls.push_back(std::get<std::string>(choice));
  return urls;
}

// As fast as it has been so far.
seconds RackPeers::time_left(const Node& node, os::Instant now) {
  if (node.done <= 0 || node.of <= 0) return longest_serving;
  const double passed = std::chrono::duration<double>(now - node.begun).count();
  const double left = passed * static_cast<double>(node.of - node.done) /
                      static_cast<double>(node.done);
  if (!(left < static_cast<double>(longest_serving.count()))) return longest_serving;
  return std::max(shortest_serving, seconds(static_cast<std::int64_t>(std::ceil(left))));
}

std::optional<seconds> RackPeers::time_to_serve(const std::string& node, os::Instant now) const {
  const auto giver = nodes_.find(node);
  if (giver == nodes_.end() || !giver->second.share || giver->second.share->kept == 0)
    return std::nullopt;
  std::optional<seconds> longest;
  for (const auto& [name, other] : nodes_) {
    if (!is_beside(giver->second, other) || !other.is_writing || !is_there(other, now)) continue;
    longest = std::max(longest.value_or(shortest_serving), time_left(other, now));
  }
  return longest;
}

}  // namespace provisioner::reimage
