#pragma once

#include <string_view>

namespace provisioner::view {

// What the page of racks has beside the style sheet of reports.
std::string_view rack_style();

}  // namespace provisioner::view
