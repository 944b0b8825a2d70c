#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cluster/known_instances.h"
#include "provisioner/front/cluster/notes.h"

namespace CLI {
class App;
}

namespace provisioner::cluster {

// Where the inventory departs from what an instance is held to (instances/NAME.lock), a sentence
// each; none where it has no lock. With a `version`, that one counts instead of the inventory's.
std::vector<std::string> departures_of(const cli::LoadedInventory& loaded, const KnownInstance& one,
                                       const std::string& version = {});

struct LockWish {
  std::string version = {};  // of Kubernetes, asked for instead of the inventory's
  bool goes_beyond = false;  // departures are told, and stand against nothing
};
void add_lock_option(CLI::App& command, bool& goes_beyond);
// What an instance is held to, and is not by its inventory, with the next step.
Notes held_notes(const cli::RunWords& words, const std::string& instance, const LockWish& wish);
// Whether an instance may be made what its inventory says; else what stands against it is told.
bool check_held(const cli::RunWords& words, const std::string& instance, const LockWish& wish);

}  // namespace provisioner::cluster
