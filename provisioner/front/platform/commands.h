#pragma once

#include "provisioner/front/cli/commands.h"

namespace provisioner::platform {

void add_profile(CLI::App& command, cli::Action& action);
void add_access(CLI::App& command, cli::Action& action);
void add_gates(CLI::App& command, cli::Action& action);
void add_instance(CLI::App& command, cli::Action& action);
void add_users(CLI::App& command, cli::Action& action);
void add_handoff(CLI::App& command, cli::Action& action);
// `inventory check`: of the commands on an inventory the one that knows what instances are.
void add_inventory_check(CLI::App& inventory, cli::Action& action);

}  // namespace provisioner::platform
