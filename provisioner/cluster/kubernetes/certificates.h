#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/cluster/kubernetes/certificate.h"
#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

constexpr std::chrono::days soon{30};  // what ends within them is told of

// Lines "PATH<tab>BEGINS<tab>ENDS<tab>SUBJECT<tab>RENEWER", times in seconds of UNIX; of one that
// is damaged there are PATH and RENEWER alone. Throws Error(input) for any other line.
std::vector<Certificate> read_certificates(const std::string& node, std::string_view said);

// Those that end before `until`, the first to end first.
std::vector<Certificate> ending(std::vector<Certificate> certificates,
                                std::chrono::sys_seconds until);

// A sentence for each that ends soon, the first to end first, with what renews it.
std::vector<std::string> certificate_remarks(const std::vector<Certificate>& certificates,
                                             std::chrono::sys_seconds now,
                                             const std::string& instance);

// What is to be renewed.
struct Renewal {
  std::chrono::sys_seconds until = {};  // what ends before
  std::vector<std::string> nodes = {};  // and all of these, whenever it ends
  std::chrono::sys_seconds now = {};
};

// What `cluster certs --renew` does next: one node after the other, those first whose certificates
// have ended; of the control plane one only while the others serve. Where etcd has no quorum,
// because they have ended, all control-plane nodes with such ones at once: the first alone would
// wait for a leader that cannot be. A renewal that was cut off is done again.
Next next_renewal_step(const ClusterWish& wish, const ClusterSight& sight,
                       const std::vector<Certificate>& certificates, const Renewal& renewal);

}  // namespace provisioner::kubernetes
