#pragma once

#include <iosfwd>

#include "provisioner/front/view/report/report.h"

namespace provisioner::view {

// The sections of a report, each whole, nothing where there is nothing to tell.
void write_head(std::ostream& out, const RunRecord& run, const ReportHead& head);
void write_failures(std::ostream& out, const RunRecord& run);
void write_recap(std::ostream& out, const RunRecord& run);
void write_slowest(std::ostream& out, const RunRecord& run);
void write_changes(std::ostream& out, const RunRecord& run);
void write_notes(std::ostream& out, const RunRecord& run);  // warnings, what a lab lacks

}  // namespace provisioner::view
