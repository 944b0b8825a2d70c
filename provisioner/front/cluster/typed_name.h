#pragma once

#include <string>

namespace provisioner::cluster {

// Asks for the name of what a command is about to end or to take back. Throws Error(refused) where
// another one is typed, or nobody is there to type.
void require_typed_name(const std::string& name, const std::string& what);

}  // namespace provisioner::cluster
