#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/base/os/files.h"

namespace provisioner::os {

// A program to run on the controller: argv as it is, never a shell.
struct Command {
  std::vector<std::string> argv;
  std::string input = {};      // its standard input; empty: /dev/null
  std::string directory = {};  // empty: ours
  std::vector<std::pair<std::string, std::string>> environment = {};  // added to ours
  std::chrono::milliseconds deadline{std::chrono::minutes(10)};
  bool inherit_output = false;  // true: straight to our own terminal
  bool is_stoppable = false;    // by `stop_running_program`: only in the program's first thread
  // Killed with the thread that starts it, whatever ends that: for what has effects on machines.
  bool ends_with_us = false;
  std::function<bool()> is_stopped = {};  // asked while `run` waits, in its thread; true ends it
};

struct CommandResult {
  int status = 0;  // exit code; 128 + n for signal n
  std::string out, err;
  bool is_timed_out = false;
};

// Runs to its end or its deadline (then its process group is killed). A program that is not there
// or says more than 64 MiB throws Error(failed), one that `stop_running_program` or `is_stopped`
// ended Error(stopped).
CommandResult run(const Command& command);
// Kills the stoppable program that `run` waits for, with its group. For signal handlers.
void stop_running_program() noexcept;
// The same, and a status other than 0 throws Error(failed) with the last lines of its standard
// error.
std::string run_checked(const Command& command);

// A program that goes on beside us. Waits by pidfd; killed and reaped when this goes, unless
// released.
class Child {
 public:
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  pid_t pid() const { return pid_; }
  Descriptor& input() { return input_; }    // our end of its standard input
  Descriptor& output() { return output_; }  // our end of its standard output
  std::optional<int> wait(
      std::chrono::milliseconds deadline);  // exit status, also again, or nullopt: it still runs
  void kill(int signal);
  pid_t release();

 private:
  friend Child spawn(const Command& command);
  Child() = default;
  pid_t pid_ = -1;
  std::optional<int> status_;
  Descriptor pidfd_, input_, output_;
};
Child spawn(const Command& command);

std::optional<std::string> find_program(
    const std::string& name);  // by PATH, then /usr/sbin and /sbin

}  // namespace provisioner::os
