#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::os {

// Who else may hold it meanwhile.
enum class Sharing : std::uint8_t { with_others, alone };

// Holds a file that one process at a time may hold (flock(2)), for as long as the descriptor is
// open; a process that dies holds nothing. It is made where it is missing, ours alone; a link is
// refused. Nullopt where another holds it. Throws Error(failed).
std::optional<Descriptor> try_to_hold(const std::string& path);
// The same, where another may hold it for a while: nullopt where he does for all of `patience`.
std::optional<Descriptor> hold(const std::string& path, std::chrono::milliseconds patience);
std::optional<Descriptor> hold(const std::string& path, Sharing sharing,
                               std::chrono::milliseconds patience);

// Locks what was opened, a file or a directory, for as long as it is open; false where others held
// it for all of `patience`.
bool lock_within(const Descriptor& opened, Sharing sharing, std::chrono::milliseconds patience);

}  // namespace provisioner::os
