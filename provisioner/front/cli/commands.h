#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace provisioner::cli {

// What one command does once its options are read; the exit status.
using Action = std::function<int()>;

// Adds one command to the program, and sets the action when it is chosen.
struct Command {
  const char* name;
  const char* summary;
  void (*add)(CLI::App& command, Action& action);
};

void add_run(CLI::App& command, Action& action);
void add_plan(CLI::App& command, Action& action);
void add_resume(CLI::App& command, Action& action);
void add_runs(CLI::App& command, Action& action);
void add_inventory(CLI::App& command, Action& action);
void add_hostkeys(CLI::App& command, Action& action);
void add_power(CLI::App& command, Action& action);
void add_bmc(CLI::App& command, Action& action);
void add_console(CLI::App& command, Action& action);
void add_image(CLI::App& command, Action& action);
void add_discover(CLI::App& command, Action& action);
void add_burnin(CLI::App& command, Action& action);
void add_serve(CLI::App& command, Action& action);
void add_reimage(CLI::App& command, Action& action);
void add_node(CLI::App& command, Action& action);
void add_lab(CLI::App& command, Action& action);
void add_module(CLI::App& command, Action& action);

}  // namespace provisioner::cli
