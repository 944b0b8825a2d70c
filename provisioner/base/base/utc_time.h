#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace provisioner::base {

// "2026-11-29T17:00:00Z", or with a fraction of a second (RFC 3339, in UTC); a day alone is its
// begin. nullopt for what is none.
std::optional<std::chrono::sys_seconds> utc_time(const std::string& text);

// Whether a text is a day of the calendar, "2026-12-31"; such texts compare as their days do.
bool is_day(std::string_view text);

}  // namespace provisioner::base
