#pragma once

#include <vector>

#include "provisioner/front/platform/gates_here.h"

namespace provisioner::platform {

// G-12: renders the chart of the site's artefacts twice, by their helm and with the values of the
// bundle, and gives a rendering to the script, which has the API look at it. What is missing of
// that is told, and the script as well, so that it does not wait.
std::vector<gates::Line> try_chart(const HereContext& context);

// C-14: the same chart once, for what its pods ask for; or why it was not rendered, which keeps the
// gate from nothing.
std::vector<gates::Line> render_for_capacity(const HereContext& context);

}  // namespace provisioner::platform
