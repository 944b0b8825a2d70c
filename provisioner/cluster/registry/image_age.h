#pragma once

#include <chrono>
#include <string>

namespace provisioner::registry {

// Why an image that was made then (`created` of its configuration, RFC 3339) is not known to be at
// most so many days old: a sentence for people, "" where it is. A day ahead is what clocks may be.
std::string age_objection(const std::string& created, int most_days,
                          std::chrono::system_clock::time_point now);

}  // namespace provisioner::registry
