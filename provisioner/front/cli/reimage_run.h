#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/front/cli/execute_run.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/reimage_approval.h"
#include "provisioner/front/cli/reimage_guards.h"

namespace provisioner::cli {

// An approved plan on its way: every node through its boot, then the playbook on those that came.
struct ReimageRun {
  std::vector<NamedNode> nodes;
  value::Value plan;  // as reimage_plan.h makes it
  RunWords playbook;  // the words for `run`; without a playbook nothing follows
  ReimageGuards& guards;  // asked once more before each node is taken away
  Typed typed;
  bool steals_locks = false;  // of runs that were cut off
  std::optional<EarlierApproval> earlier = {};  // of a run that goes on
  int at_once = 20;
};

// Returns 0 where every node is in service, 2 where one is not.
int run_reimage(const ReimageRun& run);

}  // namespace provisioner::cli
