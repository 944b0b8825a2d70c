#pragma once

#include <iosfwd>

#include "provisioner/front/view/report/run_record.h"

namespace provisioner::view {

// The picture of a run: a row a host, a bar a task, as wide as it took, coloured by its ending.
// Two inline SVGs, names and bars, so that names stay while bars are scrolled. Bars tell what they
// are in their <title>; in runs too large for that, only those one can point at.
void write_timeline(std::ostream& out, const RunRecord& run);

}  // namespace provisioner::view
