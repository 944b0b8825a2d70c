#pragma once

#include <string>

namespace provisioner::handoff {

// What a bundle takes where the inventory is silent, for it and for the gates that look at what was
// made of it.

// Of an instance's environments of Phalanx and of Gen3: "lsp-prod" of "lsp_prod", since an instance
// is named as a group of the inventory, and they as a host.
std::string standard_environment(const std::string& instance);
std::string standard_vault_path(const std::string& environment);  // of Phalanx

}  // namespace provisioner::handoff
