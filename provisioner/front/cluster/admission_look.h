#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cluster {

// What the policy of vetted images lets into an instance's namespaces (playbooks/roles/admission).
struct AdmittedImages {
  std::string registry;  // as pods name it: "registry.lab:5000"
  value::Dict digests;   // as vetted_digests makes them
  std::vector<std::string> namespaces;

  bool has(const std::string& image) const;  // "registry.lab:5000/vetted/team/tool@sha256:..."
};

// A pod whose like would not be let in.
struct RefusedPod {
  std::string name, image;  // the name with its namespace; the first image that is not vetted
};

// By what admission_look_script.sh prints: pods that would be refused once the policy is there.
// Nullopt where it is there already, or there is no cluster.
std::optional<std::vector<RefusedPod>> read_admission_look(const std::string& answer,
                                                           const AdmittedImages& admitted);

// A sentence on what begins with the next `cluster up`; nullopt where nothing does, and where no
// control-plane node tells.
std::optional<std::string> beginning_admission(const cli::RunWords& words,
                                               const cli::ClusterSite& site,
                                               const AdmittedImages& admitted);
std::string beginning_text(const std::string& instance, const std::vector<RefusedPod>& refused);

}  // namespace provisioner::cluster
