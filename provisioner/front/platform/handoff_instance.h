#pragma once

#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/handoff/instance.h"

namespace provisioner::platform {

// What a bundle is made of, read from the inventory, from what lies beside it, and from the
// controller's state. A control-plane node is asked for the API's authority where a role's people
// log in at an issuer, and for the address that our ingress was given where the inventory names
// none; nobody else is asked anything. Throws Error.
handoff::Instance handed_over(const cli::RunWords& words, const std::string& instance,
                              bool is_draft);

}  // namespace provisioner::platform
