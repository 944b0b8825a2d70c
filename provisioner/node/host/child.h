#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/node/host/host_view.h"

namespace provisioner::host {

// A program run to its end: in a process group of its own, with nothing of ours but its three
// streams.
struct ChildCommand {
  std::vector<std::string> argv;
  std::string input = {};                                             // empty: /dev/null
  std::string directory = {};                                         // empty: ours
  std::vector<std::pair<std::string, std::string>> environment = {};  // added to ours
  std::chrono::milliseconds deadline{std::chrono::minutes(30)};
};

inline constexpr std::size_t max_output =
    8 * 1024 * 1024;  // of each stream; the rest is read and dropped

// Ends when the program has ended and its streams are closed or silent for a second (a daemon it
// left behind may keep them). A program that cannot be started is an answer: status 127 and
// `error`. Passing the deadline kills the group and throws Error(failed).
CommandResult run_child(const ChildCommand& command);

// Runs `question` in a forked child and answers the bytes it gives, or nothing at the deadline: for
// system calls that may hang on a dead file system.
std::optional<std::string> ask_in_child(const std::function<std::string()>& question,
                                        std::chrono::milliseconds deadline);

}  // namespace provisioner::host
