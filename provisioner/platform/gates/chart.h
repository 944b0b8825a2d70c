#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/gates/trial.h"

namespace provisioner::gates {

// A chart that was rendered twice, with the same values.
struct ChartRenderings {
  std::string chart;    // "gen3 0.3.90"
  std::string failure;  // why it cannot be rendered; "": it was
  std::string first, second;
  // What its deployer overlooks: Argo CD's ignoreDifferences, a list of {kind, name, jsonPointers}.
  value::Value ignored = {};
};

// G-12, beside what the API says of it: the renderings are equal. What Helm makes up anew each time
// (passwords, certificates) the deployer would see as a difference for ever.
std::vector<Line> lines_of(const ChartRenderings& renderings);

}  // namespace provisioner::gates
