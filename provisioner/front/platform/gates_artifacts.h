#pragma once

#include <string>

#include "provisioner/base/os/process.h"
#include "provisioner/cluster/artifacts/artifact.h"
#include "provisioner/front/platform/gates_here.h"

namespace provisioner::platform {

// Where the store has an artefact of the site's lists; of any version where none is said. Throws
// Error(usage) where no list has it, or the store does not.
std::string artifact_path(const HereContext& at, const std::string& name, artifacts::Kind kind,
                          const std::string& version = {});

// Has a program of the artefacts in a folder, so that it can be run.
void put_program(const HereContext& at, const std::string& name, const std::string& folder);

// What a program that did not end well says, in one line.
std::string objections_in(const os::CommandResult& done);

}  // namespace provisioner::platform
