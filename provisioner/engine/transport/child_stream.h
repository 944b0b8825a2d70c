#pragma once

#include <sys/types.h>

#include "provisioner/base/os/files.h"
#include "provisioner/engine/transport/link.h"

namespace provisioner::transport {

// A program of the controller, spoken to through pipes: the local shell, or the `ssh` program.
class ChildStream : public Stream {
 public:
  explicit ChildStream(const std::vector<std::string>& argv);
  // Waits half a second for it to end with its input, then ends its whole process group.
  ~ChildStream() override;

  std::size_t write(std::string_view bytes) override;
  void finish_input() override { input_ = os::Descriptor(); }
  bool read(std::string& out, std::string& errors) override;
  std::optional<int> status() override;
  void add_waits(std::vector<pollfd>& waits) const;
  bool is_blocked() const { return is_blocked_; }

 private:
  pid_t pid_ = -1;
  os::Descriptor input_, output_, errors_;
  os::Descriptor end_;  // pidfd: tells when it ended, which may be long after its output did
  std::optional<int> status_;
  bool is_blocked_ = false;  // the last write was not taken whole
};

}  // namespace provisioner::transport
