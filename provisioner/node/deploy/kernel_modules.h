#pragma once

#include <functional>
#include <string>

namespace provisioner::deploy {

// Loads the modules that a file names, a path a line, in its order. One whose hardware is missing
// or that is loaded already is fine; what else goes wrong is said and is no end: the disk or link
// that it was for will be missed later, by name.
void load_kernel_modules(const std::string& list,
                         const std::function<void(const std::string&)>& say);

}  // namespace provisioner::deploy
