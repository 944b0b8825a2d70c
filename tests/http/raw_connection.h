#pragma once

#include <cstdint>
#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::tests {

// A peer that says byte for byte what it is told to.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);  // of 127.0.0.1
  void say(const std::string& bytes) const;
  // What comes until the other end closes, at most `seconds` long; "..." at the end where it has
  // not closed by then.
  std::string heard(int seconds = 10) const;

 private:
  os::Descriptor socket_;
};

}  // namespace provisioner::tests
