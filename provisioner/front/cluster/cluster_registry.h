#pragma once

#include <cstddef>
#include <future>
#include <utility>

#include "provisioner/front/cluster/cluster_session.h"

namespace provisioner::cluster {

// Images on their way into the site's registry, by a thread of its own: nodes can be prepared
// meanwhile.
class Seeding {
 public:
  Seeding() = default;
  explicit Seeding(std::future<std::size_t> pushed) : pushed_(std::move(pushed)) {}

  // Returns once all are there; throws what came between.
  void finish();

 private:
  std::future<std::size_t> pushed_;  // how many were new
};

// Has the site's registry run, and begins to bring all images of the lock there. Where the instance
// has none, nodes get their images elsewhere. `session` must outlive what it answers.
Seeding bring_registry(const ClusterSession& session);

}  // namespace provisioner::cluster
