#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"

namespace provisioner::cli {

// The whole program: reads the words, runs the command, renders every error on the standard error
// output.
int run_program(const std::vector<std::string>& words);

// The program with all its commands and options, for help, completion and the manual page.
std::unique_ptr<CLI::App> make_program(Action& action);

}  // namespace provisioner::cli
