#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/crypto/vault.h"

namespace provisioner::cli {

// Asks on the controlling terminal without echo. Throws Error(usage) where there is no terminal.
base::Secret ask_password(const std::string& prompt);

// The first line's text of a file, or what an executable file prints. Throws Error(usage).
base::Secret read_password(const std::string& path);

// "label@source": source is a file, an executable, or "prompt".
crypto::VaultSecret vault_secret(const std::string& id);

}  // namespace provisioner::cli
