#pragma once

#include <vector>

namespace provisioner::cli {

// Status of a command that is not `run` (docs/manual.md).
inline constexpr int exit_fine = 0, exit_usage = 1, exit_not_so = 2, exit_bug = 70,
                     exit_signal = 130;

// What a status means to whoever called us; "" where it never is one.
struct ExitMeaning {
  int code;
  const char* of_run;     // run, plan and resume
  const char* of_others;  // every other command
};
const std::vector<ExitMeaning>& exit_meanings();

}  // namespace provisioner::cli
