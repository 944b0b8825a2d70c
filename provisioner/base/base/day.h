#pragma once

#include <string_view>

namespace provisioner::base {

// Whether a text is a day of the calendar, "2026-12-31"; such texts compare as their days do.
bool is_day(std::string_view text);

}  // namespace provisioner::base
