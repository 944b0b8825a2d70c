#pragma once

#include <string>

#include "provisioner/base/store/run_store.h"
#include "provisioner/front/view/report/report.h"

namespace provisioner::cli {

// Throws Error(usage) where no page can be written, as could be told beforehand.
void require_place_for_report(const std::string& path);

// A page as a file, whole or not at all; a device or a pipe stays what it is, and "-" is the
// standard output. Throws Error.
void write_page(const std::string& page, const std::string& path);

// The page about a run, as `write_page` writes.
void write_report(const view::Report& report, const store::RunSummary& run,
                  const std::string& path);

}  // namespace provisioner::cli
