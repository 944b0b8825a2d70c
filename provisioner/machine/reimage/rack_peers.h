#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/value/value.h"
#include "provisioner/machine/reimage/boot_order.h"

namespace provisioner::reimage {

// Which nodes of a rack have chunks of which image just now, as they say in their reports: nothing
// of it is kept, and a boot service that begins anew knows it again within seconds. What nodes say
// of themselves is advice alone: whoever takes a chunk checks it. Nodes without a rack have no
// peers.
class RackPeers {
 public:
  // Each report of a node that writes, `booted` the first.
  void heard(const store::BootJob& job, const BootOrder& order, const value::Value& report,
             os::Instant now);
  // Its image is on its disk, and it may serve for so long.
  void serves(const std::string& node, std::chrono::seconds most, os::Instant now);
  // Where the node gives out chunks; nullopt where it does not say so.
  std::optional<std::string> url(const std::string& node) const;
  void forget(const std::string& node) { nodes_.erase(node); }

  // URLs of at most three others of the same rack and image: those that have what the node needs
  // next, in an order of this node's own; then those that will have it soonest.
  std::vector<std::string> peers_of(const std::string& node, os::Instant now) const;
  // How long the node had better serve: until the last of the others has the image, as fast as it
  // has been so far, two minutes at most; nullopt where none of them needs anything of it.
  std::optional<std::chrono::seconds> time_to_serve(const std::string& node, os::Instant now) const;

 private:
  // Numbers of chunks, as the node tells them; it has `kept` of them from `first` on, around the
  // end, and needs `next`.
  struct Share {
    std::int64_t port = 0, chunks = 0, first = 0, kept = 0, next = 0;
  };
  struct Node {
    std::int64_t job = 0;
    std::string address, rack, manifest;
    std::optional<Share> share;
    os::Instant begun = {}, last_heard = {};
    std::int64_t done = 0, of = 0;  // bytes on the disk
    bool is_writing = true;
    std::optional<os::Instant> serves_until;
  };
  static std::optional<Share> share_in(const value::Value& report);
  static std::int64_t missing(const Share& asker, const Share& peer);
  static std::chrono::seconds time_left(const Node& node, os::Instant now);
  static bool is_there(const Node& node, os::Instant now);
  bool is_beside(const Node& one, const Node& other) const;

  std::map<std::string, Node> nodes_;
};

// The thousandth of an image's files at which a job begins to write. The same for a job whatever
// becomes of its node, and far from those of the jobs before and after it.
std::int64_t start_of(std::int64_t job);

}  // namespace provisioner::reimage
