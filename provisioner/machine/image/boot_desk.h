#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/http/server.h"

namespace provisioner::image {

// A node that may boot from the network just now.
struct ArmedNode {
  std::string node;
  std::vector<std::string> macs;
  std::string address;      // "10.78.0.11", what DHCP offers it
  std::string script_path;  // "/boot/TOKEN", under which its boot script is fetched once
};

// Who decides what a node gets that boots from the network, and keeps what it tells. The boot
// service calls it from several threads.
class BootDesk {
 public:
  virtual ~BootDesk() = default;

  virtual std::vector<ArmedNode> armed() = 0;
  virtual http::Answer boot_script(const std::string& token, const std::string& peer) = 0;
  virtual http::Answer report(const std::string& stage, const std::string& token,
                              const std::string& body, const std::string& peer) = 0;
  // The path of a file that anybody may have; nullopt for all others.
  virtual std::optional<std::string> public_file(const std::string& digest) = 0;
  // So much of a public file goes out to a peer.
  virtual void gave(const std::string& peer, std::uint64_t bytes) = 0;
  // What was seen of a node: a line for its flight recorder. `whom` is its MAC or address; "" for
  // what concerns the boot service itself.
  virtual void saw(const std::string& whom, const std::string& source, const std::string& text) = 0;
  // A request that never came to the desk. `what` was asked for, "a file", in words of ours alone.
  virtual void refused(const std::string& peer, const std::string& what,
                       const std::string& because) = 0;
};

}  // namespace provisioner::image
