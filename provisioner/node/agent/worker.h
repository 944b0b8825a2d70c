#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/agent/note.h"
#include "provisioner/node/agent/patience.h"
#include "provisioner/node/agent/process_tree.h"
#include "provisioner/node/wire/request.h"

namespace provisioner::agent {

// A process that does one request in a session of its own, and the pipe its outcome comes through.
// It is watched: it may take its time, be told to stop, or hang in a call that never returns; then
// it is given up.
class Worker {
 public:
  // Forks; the child never returns. Throws Error(failed) where no process can be had.
  Worker(const wire::Request& request, const std::string& blob_directory, const Patience& patience);

  int output() const { return output_.number(); }
  pid_t pid() const { return pid_; }

  // Takes what the pipe has; the worker's own outcome, once it is whole.
  std::optional<std::string> read();

  void stop(os::Instant now);  // a cancel: SIGTERM now, SIGKILL when patience is over
  void kill() { tree_.signal(SIGKILL); }
  bool is_gone();  // with all it started
  void terminate() { tree_.signal(SIGTERM); }

  // What is to be said at this time: an Outcome's CBOR for a worker that died or is given up, or
  // words on how it goes.
  struct Word {
    bool is_last = false;
    std::string body;
  };
  std::optional<Word> watch(os::Instant now);

 private:
  enum class Stop : std::uint8_t { none, deadline, cancel };
  std::string doing() const;
  void watch_call(os::Instant now);
  void end_family(int status);
  std::string lost(int status) const;
  std::string stopped() const;
  long seconds(os::Instant now) const;

  std::string module_;
  Patience patience_;
  Note note_;
  pid_t pid_ = -1;
  os::Descriptor output_;
  ProcessTree tree_;
  std::string received_;                // the outcome's CBOR behind its size
  std::optional<std::string> verdict_;  // on a worker that died before it gave one
  os::Instant started_, told_, deadline_, kill_at_, give_up_at_;
  std::chrono::milliseconds allowed_;
  Stop stop_ = Stop::none;
  os::Instant blocked_since_;  // in one call that did not move since
  std::uint32_t turn_ = 0;
  std::uint64_t switches_ = 0;
};

}  // namespace provisioner::agent
