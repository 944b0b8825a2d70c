#pragma once

#include <string>

#include "provisioner/node/deploy/order.h"

namespace provisioner::deploy {

// The kernel's name ("sda") of the one disk that the order means, looked for in the facts `disks`.
// It fits each identity that the order gives, has its size and what was said to lie on it, and is
// not in use; an image of the same manifest that was cut off is as good as what lay there before.
// All other disks are those of `others`, each once. Throws Error(refused) that tells what differs:
// then nothing may be written.
std::string find_disk(const value::List& disks, const Order& order);

}  // namespace provisioner::deploy
