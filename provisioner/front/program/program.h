#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provisioner/front/cli/commands.h"

namespace provisioner::program {

// The whole program: reads the words, runs the command, renders every error on the standard error
// output.
int run_program(const std::vector<std::string>& words);

// The program with all its commands and options, for help, completion and the manual page.
std::unique_ptr<CLI::App> make_program(cli::Action& action);

}  // namespace provisioner::program
