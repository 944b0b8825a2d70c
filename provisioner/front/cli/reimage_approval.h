#pragma once

#include <string>
#include <vector>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/machine/reimage/disk_plan.h"

namespace provisioner::cli {

// What a plan (reimage_plan.h) says of one node; nullptr where it is not about it.
const value::Value* planned_node(const value::Value& plan, const std::string& node);

// What a run of `reimage` that goes on was approved for, beside its plan.
struct EarlierApproval {
  std::string run;
  store::WallTime given;                     // when the run began
  std::vector<reimage::Override> overrides;  // of its words
};

// For a node that the run has not written yet. Throws Error(refused) where it may not be written
// any more: another run has brought an image onto it since, somebody has moved it on in its life,
// or by what the inventory and its hardware say now other disks would be erased, or none. What the
// run itself has left behind on its disks is no difference; the RAM disk holds them against the
// order once more.
void require_as_approved(const NamedNode& node, const value::Value& planned,
                         const EarlierApproval& approval, const store::NodeRecords& records,
                         const store::BootJobs& jobs);

}  // namespace provisioner::cli
