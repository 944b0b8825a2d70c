#pragma once

#include <iosfwd>
#include <vector>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/value/value.h"

namespace provisioner::cli {

// What a run of `reimage` was approved for, and how the boot job of each node ended. `plan` is as
// reimage_plan.h makes it, `ends` are those of the run. What its nodes said is escaped.
void show_reimage(const value::Value& plan, const std::vector<store::JobRecord>& ends,
                  std::ostream& out);

// The same, one for each node of the plan: docs/manual-output.md.
std::vector<value::Value> reimage_values(const value::Value& plan,
                                         const std::vector<store::JobRecord>& ends);

}  // namespace provisioner::cli
