#pragma once

#include <functional>
#include <string>

#include "provisioner/cluster/registry/package.h"

namespace provisioner::registry {

// The next bytes of a file: as many as are asked for, fewer only where it ends.
using NextBytes = std::function<std::string(std::size_t count)>;

// An ELF file, by its first bytes.
bool is_program(const std::string& begin);

// The modules that a program of Go says it was made of, itself and the standard library included
// ("stdlib"); nothing where it was not made by Go. Of Go before 1.18, which kept them behind
// pointers, only that they are there is told (`is_unread`), as where they are damaged. `begin` is
// what was read of the file before, a multiple of 16 bytes.
FoundPackages read_go_program(std::string begin, const NextBytes& next);

}  // namespace provisioner::registry
