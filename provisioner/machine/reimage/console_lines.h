#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/node_records.h"

namespace provisioner::reimage {

// The lines of a node's console on their way into the store: once a second, at most 100 of them,
// those that tell of trouble and the last ones; of those kept since it was made the last 2,000. One
// thread. Throws Error.
class ConsoleLines {
 public:
  ConsoleLines(std::string node, store::NodeRecords records, const os::Clock& clock);

  void add(std::string text);
  void tell_if_due();  // to be called often
  void tell();

 private:
  std::string node_;
  store::NodeRecords records_;
  const os::Clock& clock_;
  store::WallTime begun_;
  os::Instant due_;
  std::vector<store::NodeLine> waiting_;
  std::int64_t kept_ = 0;
};

}  // namespace provisioner::reimage
