#pragma once

#include <string>

#include "provisioner/platform/gates/trial.h"

namespace provisioner::gates {

// What C-14 is told beside what its script tells: the platform's chart ("gen3 0.3.90") as it was
// rendered, or why it was not. Then the gate goes by figures that the inventory declares, and says
// so.
Line chart_rendered(const std::string& chart, const std::string& manifests);
Line chart_not_rendered(const std::string& why);

}  // namespace provisioner::gates
