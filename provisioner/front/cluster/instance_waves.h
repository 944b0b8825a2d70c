#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/instance/waves.h"

namespace CLI {
class App;
}

namespace provisioner::cluster {

// Which instances a command is about: those that are named, or all of a stage.
struct MeantInstances {
  std::vector<std::string> names = {};
  std::string stage = {};
};
void add_meant_instances(CLI::App& command, MeantInstances& meant);

// What becomes of the others once one of them is not as it should be.
enum class AfterFault : std::uint8_t { goes_on, stops };

// One instance of several. They go in waves by their stages, and one waits until those that it
// follows are proved by their gates (platform/instance/waves), as they are at its turn. One that is
// named alone is of no wave and waits for nobody.
struct Turn {
  std::size_t number = 0;  // of its wave, from 1; 0: of none
  instance::Wave wave = {};
  std::string instance;
  std::optional<instance::Waiting> waiting = {};
};

// Until `take` answers false; returns those whose turn has not come then. Throws Error(usage) for
// an instance that there is not, and where none is meant.
std::vector<std::string> by_turns(const cli::RunWords& words, const MeantInstances& meant,
                                  const std::function<bool(const Turn&)>& take);

// Works on one instance after the other, and tells whose turn it is; one that waits is left alone.
// `work` answers whether an instance is as it should be. True where all are and none waits. Throws
// as by_turns.
bool in_waves(const cli::RunWords& words, const MeantInstances& meant, AfterFault after,
              const std::function<bool(const std::string& instance)>& work);

}  // namespace provisioner::cluster
