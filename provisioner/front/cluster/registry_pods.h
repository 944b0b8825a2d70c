#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/cluster/registry_words.h"

namespace provisioner::cluster {

// A pod, and what it runs.
struct RunningPod {
  std::string instance, name, node;  // the name with its namespace: "science/nb-alice"
  std::string images;                // all that says what it runs

  bool runs(const std::string& sha256) const;  // names the digest, or its containers came of it
};

struct PodsSeen {
  std::vector<RunningPod> pods;
  std::vector<std::string> silent;  // instances of which no control-plane node tells
};
// All pods of the instances.
PodsSeen running_pods(const cli::RunWords& words, const std::vector<std::string>& instances);

// Names and digests of all that pods of an instance run, and that its workloads would start.
// Nullopt where no control-plane node tells; of an instance that has not begun there are none.
std::optional<std::vector<std::string>> images_in_use(const RegistryWords& words,
                                                      const std::string& instance);

}  // namespace provisioner::cluster
