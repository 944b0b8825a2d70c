#pragma once

#include <iosfwd>
#include <mutex>
#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"

namespace provisioner::cli {

// What is said of nodes that are under way, a line at a time, each with the seconds since it began.
// Any thread.
class NodeLines {
 public:
  explicit NodeLines(std::ostream& out) : out_(out) {}

  void say(const std::string& node, const std::string& text);
  void say(const std::string& node, const base::Error& error);  // with its hint

 private:
  std::ostream& out_;
  std::mutex mutex_;
  os::Instant begun_ = os::system_clock().now();
};

}  // namespace provisioner::cli
