#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"

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

// Works on one instance after the other. Several go in waves by their stages; then one waits, and
// is left alone, until those that it follows are proved by their gates (platform/instance/waves),
// as they are at its turn. One that is named alone waits for nobody. `work` answers whether an
// instance is as it should be. True where all are and none waits. Throws Error(usage) for an
// instance that there is not, and where none is meant.
bool in_waves(const cli::RunWords& words, const MeantInstances& meant, AfterFault after,
              const std::function<bool(const std::string& instance)>& work);

}  // namespace provisioner::cluster
