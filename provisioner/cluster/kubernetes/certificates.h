#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/cluster/kubernetes/wish.h"

namespace provisioner::kubernetes {

// Who makes a certificate anew before it ends.
enum class Renewer : std::uint8_t {
  kubeadm,  // at each upgrade, and by a renewal
  kubelet,  // its client's by itself; its server's, signed by itself, by a renewal
  site,     // from the site's authority, by the stage that has made it
  nobody,   // an authority: another one means another cluster
};
std::string_view name_of(Renewer renewer);

struct Certificate {
  std::string node, path, subject;
  std::chrono::sys_seconds begins = {}, ends = {};
  Renewer renewer = Renewer::kubeadm;
  bool is_damaged = false;  // nobody can read it, and it is good for nothing: it ends at 0
};

// Lines "PATH<tab>BEGINS<tab>ENDS<tab>SUBJECT<tab>RENEWER", times in seconds of UNIX; of one that
// is damaged there are PATH and RENEWER alone. Throws Error(input) for any other line.
std::vector<Certificate> read_certificates(const std::string& node, std::string_view said);

// Those that end before `until`, the first to end first.
std::vector<Certificate> ending(std::vector<Certificate> certificates,
                                std::chrono::sys_seconds until);

// What is to be renewed.
struct Renewal {
  std::chrono::sys_seconds until = {};  // what ends before
  std::vector<std::string> nodes = {};  // and all of these, whenever it ends
};

// What `cluster certs --renew` does next: one node after the other, of the control plane one only
// while the others serve. A renewal that was cut off is done again.
Next next_renewal_step(const ClusterWish& wish, const ClusterSight& sight,
                       const std::vector<Certificate>& certificates, const Renewal& renewal);

}  // namespace provisioner::kubernetes
