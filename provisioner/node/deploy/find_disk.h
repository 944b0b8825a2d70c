#pragma once

#include <string>
#include <vector>

#include "provisioner/node/deploy/order.h"

namespace provisioner::deploy {

// The kernel's names ("sda") of the disks that get the system: the order's `disk`, and behind it
// the `second_disk` of a mirror. They are looked for in the facts `disks`. Each fits all identities
// that the order gives, has its size and what was said to lie on it, and is not in use; an image of
// the same manifest that was cut off is as good as what lay there before. While the first disk of a
// mirror says that it is unfinished, since this job, the second may hold anything: it is marked
// before the first and gets its head before it, so that a job that is cut off between the two heads
// leaves a whole system there. All other disks are those of `others`, each once. Throws
// Error(refused) that tells what differs: then nothing may be written.
std::vector<std::string> find_disks(const value::List& disks, const Order& order);

}  // namespace provisioner::deploy
