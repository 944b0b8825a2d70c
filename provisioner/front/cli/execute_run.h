#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "provisioner/engine/run/engine.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/front/cli/unknown_tasks.h"

namespace provisioner::cli {

// Where people see a run: on the standard error, where the standard output is for a program.
enum class ShownOn : std::uint8_t { output, errors };

// What was typed, for the record and for `resume`.
struct Typed {
  std::vector<std::string> words;  // "run", "site.yml", "-i", ...
  std::string resumed_run = {};    // the run that is gone on with; "" for a new one
  bool accepts_changes = false;    // goes on though playbook or inventory are not what they were
  UnknownWish unknown = UnknownWish::ask;
  std::function<void(const run::RunEnd&)> ended = {};  // told how it came out
  ShownOn shown_on = ShownOn::output;
};

// Loads, checks, runs, and returns ansible-playbook's exit code. Listings and syntax checks end
// before any node.
int execute_run(const RunWords& words, const Typed& typed);

// Whether these playbooks are ones that could be run: reads and checks them as `run --syntax-check`
// does. What is wrong is told. Throws Error for what cannot be read at all.
bool are_sound(const RunWords& words);

}  // namespace provisioner::cli
