#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace provisioner::gates {

// "2026-11-29T17:00:00Z", or with a fraction of a second (RFC 3339, in UTC); a day alone is its
// begin. nullopt for what is none.
std::optional<std::chrono::sys_seconds> time_of(const std::string& text);

}  // namespace provisioner::gates
