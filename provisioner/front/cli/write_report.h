#pragma once

#include <string>

#include "provisioner/base/store/run_store.h"
#include "provisioner/front/view/report/report.h"

namespace provisioner::cli {

// The page about a run, written whole or not at all. Throws Error.
void write_report(const view::Report& report, const store::RunSummary& run,
                  const std::string& path);

}  // namespace provisioner::cli
