#pragma once

#include <string_view>

namespace provisioner::view {

// How a report looks: by day, by night, on a phone and on paper.
std::string_view style_sheet();

}  // namespace provisioner::view
