// Several instances by one command: what is tried goes before what people work with.

#include "provisioner/front/cluster/instance_waves.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cluster/instance_proof.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

// Each once, as the inventory has them.
std::vector<instance::Staged> staged(const MeantInstances& meant,
                                     const std::vector<KnownInstance>& all) {
  for (const std::string& name : meant.names) instance_named(all, name);
  std::vector<instance::Staged> some;
  for (const KnownInstance& one : all) {
    const bool is_named = std::ranges::find(meant.names, one.name) != meant.names.end();
    if (is_named || (!meant.stage.empty() && one.stage == meant.stage))
      some.push_back(one.staged());
  }
  if (some.empty())
    throw Error(Kind::usage, meant.stage.empty()
                                 ? "no instance is named"
                                 : "no instance is of the stage '" + meant.stage + "'")
        .set_hint("provisioner instance list");
  return some;
}

// Whoever went before may have changed what is known of itself.
std::optional<instance::Waiting> waits(const cli::LoadedInventory& loaded,
                                       const std::vector<KnownInstance>& all,
                                       const std::string& name) {
  std::vector<instance::Staged> everyone;
  std::map<std::string, std::string> objections;
  for (const KnownInstance& one : all) {
    everyone.push_back(one.staged());
    if (const auto objection = proof_objection(loaded, one)) objections[one.name] = objection->text;
  }
  return instance::reason_to_wait(instance_named(all, name).staged(), everyone, objections);
}

void tell_left(const std::vector<instance::Wave>& waves, const std::string& last) {
  std::vector<std::string> names;
  for (const instance::Wave& wave : waves)
    names.insert(names.end(), wave.instances.begin(), wave.instances.end());
  names.erase(names.begin(), std::next(std::ranges::find(names, last)));
  if (!names.empty()) std::cout << "not begun: " << base::join(names, ", ") << "\n";
}

}  // namespace

void add_meant_instances(CLI::App& command, MeantInstances& meant) {
  CLI::Option* names =
      command.add_option("instances", meant.names, "their names: the groups instance_NAME");
  command.add_option("--stage", meant.stage, "all instances of a stage")->excludes(names);
}

bool in_waves(const cli::RunWords& words, const MeantInstances& meant, AfterFault after,
              const std::function<bool(const std::string& instance)>& work) {
  if (meant.names.size() == 1 && meant.stage.empty()) return work(meant.names.front());
  const cli::LoadedInventory loaded(words);
  const std::vector<KnownInstance> all = known_instances(loaded);
  require_stages(all);
  const std::vector<instance::Wave> waves = instance::waves(staged(meant, all));
  bool is_fine = true;
  std::size_t number = 0;
  for (const instance::Wave& wave : waves) {
    std::cout << "wave " << ++number << ", " << (wave.stage.empty() ? "no stage" : wave.stage)
              << ": " << base::join(wave.instances, ", ") << "\n";
    for (const std::string& name : wave.instances) {
      if (const auto waiting = waits(loaded, all, name)) {
        std::cout << "'" << name << "' waits: " << waiting->because << "\n"
                  << "hint: provisioner gates run " << waiting->for_whom
                  << ", then the same command again\n";
        is_fine = false;
        continue;
      }
      std::cout << "'" << name << "':" << std::endl;
      is_fine = work(name) && is_fine;
      if (!is_fine && after == AfterFault::stops) {
        tell_left(waves, name);
        return false;
      }
    }
  }
  return is_fine;
}

}  // namespace provisioner::cluster
