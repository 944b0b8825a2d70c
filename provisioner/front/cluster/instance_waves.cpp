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

void tell(const Turn& turn) {
  if (turn.number == 0) return;
  if (turn.instance == turn.wave.instances.front())
    std::cout << "wave " << turn.number << ", "
              << (turn.wave.stage.empty() ? "no stage" : turn.wave.stage) << ": "
              << base::join(turn.wave.instances, ", ") << "\n";
  if (turn.waiting)
    std::cout << "'" << turn.instance << "' waits: " << turn.waiting->because << "\n"
              << "hint: provisioner gates run " << turn.waiting->for_whom
              << ", then the same command again\n";
  else
    std::cout << "'" << turn.instance << "':" << std::endl;
}

}  // namespace

void add_meant_instances(CLI::App& command, MeantInstances& meant) {
  CLI::Option* names =
      command.add_option("instances", meant.names, "their names: the groups instance_NAME");
  command.add_option("--stage", meant.stage, "all instances of a stage")->excludes(names);
}

std::vector<std::string> by_turns(const cli::RunWords& words, const MeantInstances& meant,
                                  const std::function<bool(const Turn&)>& take) {
  if (meant.names.size() == 1 && meant.stage.empty()) {
    take({.instance = meant.names.front()});
    return {};
  }
  const cli::LoadedInventory loaded(words);
  const std::vector<KnownInstance> all = known_instances(loaded);
  require_stages(all);
  std::size_t number = 0;
  bool is_going_on = true;
  std::vector<std::string> left;
  for (const instance::Wave& wave : instance::waves(staged(meant, all))) {
    ++number;
    for (const std::string& name : wave.instances)
      if (is_going_on)
        is_going_on = take({number, wave, name, waits(loaded, all, name)});
      else
        left.push_back(name);
  }
  return left;
}

bool in_waves(const cli::RunWords& words, const MeantInstances& meant, AfterFault after,
              const std::function<bool(const std::string& instance)>& work) {
  bool is_fine = true;
  const std::vector<std::string> left = by_turns(words, meant, [&](const Turn& turn) {
    tell(turn);
    const bool is_done = !turn.waiting && work(turn.instance);
    is_fine = is_done && is_fine;
    return is_done || turn.waiting || after == AfterFault::goes_on;
  });
  if (!left.empty()) std::cout << "not begun: " << base::join(left, ", ") << "\n";
  return is_fine;
}

}  // namespace provisioner::cluster
