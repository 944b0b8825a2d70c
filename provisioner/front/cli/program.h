#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provisioner/front/cli/commands.h"

namespace provisioner::cli {

// Status of a command that is not `run` (docs/manual.md).
inline constexpr int exit_fine = 0, exit_usage = 1, exit_not_so = 2, exit_bug = 70,
                     exit_signal = 130;

// The whole program: reads the words, runs the command, renders every error on the standard error
// output.
int run_program(const std::vector<std::string>& words);

// The program with all its commands and options, for help, completion and the manual page.
std::unique_ptr<CLI::App> make_program(Action& action);

}  // namespace provisioner::cli
