#pragma once

#include <string>

namespace provisioner::lab {

// All nodes share one user's share of inotify instances with the host: 128 by default, where a
// systemd node takes six and more. The first lab raises it, and the last one to go puts back what
// was found. Who needs it is noted in a folder of /run, which ends with the machine's uptime just
// as the limit does.
class HostLimits {
 public:
  explicit HostLimits(std::string claims = "/run/provisioner-lab",
                      std::string instances = "/proc/sys/fs/inotify/max_user_instances")
      : claims_(std::move(claims)), instances_(std::move(instances)) {}

  void claim(const std::string& lab) const;    // fine to repeat
  void release(const std::string& lab) const;  // fine where nothing was claimed

 private:
  int current() const;
  void set(int number) const;
  std::string claims_, instances_;
};

}  // namespace provisioner::lab
