#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/agent/outbox.h"
#include "provisioner/node/agent/patience.h"
#include "provisioner/node/wire/frame.h"
#include "provisioner/node/wire/request.h"

namespace provisioner::agent {

// A supervisor of another user, started once by sudo or su and spoken to in frames. The password
// goes through a pipe, once, and only when our own random prompt asks for it.
//
// What root starts is "/proc/OUR_PID/exe": not a path at which somebody could put another file
// meanwhile, but the very image that runs here, which the kernel lets nobody write to while it
// runs. So root never executes a file that the user who logged in, or anybody else, may replace,
// and nothing has to be copied for that. Users other than root may not follow that link; they start
// the agent by the path it was started from, with no more rights than its owner has over them
// anyway: he is the one who becomes them.
class OtherUser {
 public:
  OtherUser(const wire::Become& become, const std::string& agent_path, const Patience& patience);
  OtherUser(const OtherUser&) = delete;
  OtherUser& operator=(const OtherUser&) = delete;
  ~OtherUser();

  // Frames and contents for it, in order; kept until it is ready, and sent as it takes them. It
  // cannot read our files: of a content it gets its own copy, read piece by piece.
  void send(const wire::Frame& frame);
  void send_content(const std::string& path, const std::string& digest);
  void flush();
  bool has_waiting() const { return is_ready_ && !(outbox_.is_empty() && queue_.empty()); }
  void finish();  // the end of its input: it ends by itself, with all it started

  int input() const { return input_.number(); }
  int output() const { return output_.number(); }
  int errors() const { return errors_.number(); }
  void read_output();
  void read_errors();
  std::optional<wire::Frame> next();

  // Why it cannot be had, in words for a person; nullopt while it can. Also looks at the deadline.
  std::optional<std::string> failure();
  bool is_ready() const { return is_ready_; }

 private:
  void start(const std::string& agent_path);
  void answer_prompt();
  std::string explained() const;

  wire::Become become_;
  std::string prompt_;
  Patience patience_;
  pid_t pid_ = -1;
  os::Descriptor end_;  // pidfd
  os::Descriptor input_, output_, errors_;
  os::Instant deadline_;
  wire::FrameReader reader_;
  struct Item {
    std::string bytes;         // a frame; or, if empty,
    std::string path, digest;  // a content
    std::uint64_t offset = 0;
  };
  bool take_piece(Item& item);
  std::deque<Item> queue_;
  Outbox outbox_;
  std::string said_;  // on its standard error
  bool is_ready_ = false, was_asked_ = false, has_ended_ = false, is_refused_ = false;
};

}  // namespace provisioner::agent
