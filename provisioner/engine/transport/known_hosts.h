#pragma once

#include <string>
#include <vector>

namespace provisioner::transport {

// One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
struct KnownHost {
  enum class Mark : std::uint8_t { none, revoked, authority };
  Mark mark = Mark::none;
  std::string names;  // patterns or a hash, as written
  std::string algorithm;
  std::string blob;   // wire form
  std::string where;  // FILE:LINE
};

// Lines that cannot be read are left out, as ssh does; a file that is not there has none.
std::vector<KnownHost> read_known_hosts(const std::string& path);

// `name` is "host" or "[host]:port" where the port is not 22.
bool is_about(const KnownHost& line, const std::string& name);

}  // namespace provisioner::transport
