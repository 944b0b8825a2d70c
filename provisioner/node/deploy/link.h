#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "provisioner/node/deploy/kernel_words.h"

namespace provisioner::deploy {

// Waits for the link with the MAC of `words` and for its carrier, gives it the address, and makes
// the gateway, where there is one, the way out. Answers the link's name. Throws Error(failed) that
// names the links there are, where none of them is it until the deadline.
std::string bring_up_link(const KernelWords& words, std::chrono::milliseconds deadline);

// Sets all links up that have hardware behind them, and waits until each has a carrier, no longer
// than the deadline. What cannot be set up is said.
void bring_up_other_links(std::chrono::milliseconds deadline,
                          const std::function<void(const std::string&)>& say);

}  // namespace provisioner::deploy
