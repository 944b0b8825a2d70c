#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace provisioner::kubernetes {

// Who makes a certificate anew before it ends.
enum class Renewer : std::uint8_t {
  kubeadm,  // at each upgrade, and by a renewal
  kubelet,  // its client's by itself; its server's, signed by itself, by a renewal
  site,     // from the site's authority, by the stage that has made it
  given,    // an authority that the site was given: whoever gave it
  nobody,   // an authority: another one means another cluster
};
std::string_view name_of(Renewer renewer);

struct Certificate {
  std::string node, path, subject;
  std::chrono::sys_seconds begins = {}, ends = {};
  Renewer renewer = Renewer::kubeadm;
  bool is_damaged = false;  // nobody can read it, and it is good for nothing: it ends at 0
};

}  // namespace provisioner::kubernetes
