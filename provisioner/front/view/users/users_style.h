#pragma once

#include <string_view>

namespace provisioner::view {

// What the page of users has beside the style sheet of reports.
std::string_view users_style();

}  // namespace provisioner::view
