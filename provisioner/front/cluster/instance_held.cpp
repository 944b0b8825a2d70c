// An instance and the lock that it was given with a promotion.

#include "provisioner/front/cluster/instance_held.h"

#include <CLI/CLI.hpp>

#include "provisioner/front/cluster/instance_lock_file.h"

namespace provisioner::cluster {
namespace {

std::vector<std::string> departures_from(const instance::InstanceLock& lock,
                                         const cli::LoadedInventory& loaded,
                                         const KnownInstance& one, const std::string& version) {
  instance::InstanceLock now = versions_now(loaded, one);
  if (!version.empty()) now.kubernetes_version = version;
  return instance::departures(lock, now);
}

}  // namespace

std::vector<std::string> departures_of(const cli::LoadedInventory& loaded, const KnownInstance& one,
                                       const std::string& version) {
  const auto lock = lock_file(loaded, one.name).lock;
  return lock ? departures_from(*lock, loaded, one, version) : std::vector<std::string>{};
}

void add_lock_option(CLI::App& command, bool& goes_beyond) {
  command.add_flag("--beyond-lock", goes_beyond,
                   "though the inventory departs from what the instance is held to");
}

Notes held_notes(const cli::RunWords& words, const std::string& instance, const LockWish& wish) {
  const cli::LoadedInventory loaded(words);
  const std::vector<KnownInstance> all = known_instances(loaded);
  const KnownInstance& one = instance_named(all, instance);
  const LockFile file = lock_file(loaded, one.name);
  const auto& lock = file.lock;
  if (!lock) return {};
  Notes notes = remarks(departures_from(*lock, loaded, one, wish.version));
  if (notes.empty() || wish.goes_beyond) return notes;
  for (Note& note : notes) note.kind = Note::Kind::against;
  notes.back().hint = "'" + file.path + "' is what was proved in '" + lock->from +
                      "': say that in the inventory, or promote what has been proved there since "
                      "(provisioner instance promote " +
                      lock->from + " " + one.name +
                      "); up, upgrade, add and rejoin go on with --beyond-lock";
  return notes;
}

bool check_held(const cli::RunWords& words, const std::string& instance, const LockWish& wish) {
  const Notes notes = held_notes(words, instance, wish);
  tell(notes);
  return are_remarks(notes);
}

}  // namespace provisioner::cluster
