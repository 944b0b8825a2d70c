#pragma once

#include <chrono>
#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::lab {

// Makes the directory if need be and keeps other programs from changing what lies in it while the
// answer lives. The lock is on the directory itself: nothing of it is left, whatever ends us. Not
// open when somebody else held it for all of `patience`.
os::Descriptor lock_directory(const std::string& directory, std::chrono::milliseconds patience);

}  // namespace provisioner::lab
