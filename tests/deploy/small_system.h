#pragma once

#include <string>

namespace provisioner::deploy {

// Fills a directory with as much of a system as ssh-keygen needs: itself, its libraries, an
// /etc/passwd, and host keys that an image should not have had.
void make_small_system(const std::string& root);

}  // namespace provisioner::deploy
