// Nodes that cannot stand in for others at this moment.

#include "provisioner/machine/reimage/away_nodes.h"

#include "provisioner/machine/metal/life_cycle.h"

namespace provisioner::reimage {
namespace {

bool is_away(metal::Stage stage) {
  using enum metal::Stage;
  return stage == armed || stage == booting || stage == writing || stage == installed ||
         stage == configuring || stage == maintenance;
}

}  // namespace

std::map<std::string, std::string> away_nodes(const store::NodeRecords& records,
                                              const store::BootJobs& jobs) {
  std::map<std::string, std::string> away;
  for (const store::BootJob& job : jobs.open_jobs())
    away[job.node] =
        "has a boot job" + (job.run.empty() ? std::string() : " of run " + job.run);
  for (const store::NodeState& state : records.states()) {
    const auto stage = metal::stage_of(state.state);
    if (stage && is_away(*stage)) away[state.node] = "is '" + state.state + "'";
  }
  return away;
}

}  // namespace provisioner::reimage
