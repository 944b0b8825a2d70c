#pragma once

#include <sys/types.h>

#include <deque>
#include <optional>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/wire/frame.h"
#include "provisioner/node/wire/request.h"

namespace provisioner::agent {

// A supervisor of another user, started once by sudo or su and spoken to in frames. The password goes through a pipe,
// once, and only when our own random prompt asks for it.
class OtherUser {
 public:
  OtherUser(const wire::Become& become, const std::string& agent_path);
  OtherUser(OtherUser&&) noexcept = default;
  ~OtherUser();

  // Frames for it; kept until it is ready.
  void send(const wire::Frame& frame);

  int output() const { return output_.number(); }
  int errors() const { return errors_.number(); }
  void read_output();
  void read_errors();
  std::optional<wire::Frame> next();

  // Why it cannot be had, in words for a person; nullopt while it can. Also looks at the deadline.
  std::optional<std::string> failure();
  bool is_ready() const { return is_ready_; }

 private:
  std::string explained() const;

  wire::Become become_;
  std::string prompt_;
  pid_t pid_ = -1;
  os::Descriptor input_, output_, errors_;
  os::Instant deadline_;
  wire::FrameReader reader_;
  std::deque<std::string> waiting_;
  std::string said_;                    // on its standard error
  bool is_ready_ = false, was_asked_ = false, has_ended_ = false, is_refused_ = false;
};

}  // namespace provisioner::agent
