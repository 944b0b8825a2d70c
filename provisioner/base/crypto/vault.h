#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/source.h"

namespace provisioner::crypto {

// A password with the label it was given under ("default" where none), and how that was:
// "--vault-id prod@prod.pass".
struct VaultSecret {
  std::string label;
  base::Secret password;
  std::string given_by = {};
};

bool is_vault_text(std::string_view text);  // begins with "$ANSIBLE_VAULT;"

// The text under an ansible-vault 1.1 or 1.2 envelope (AES256). A label is a hint: that secret is
// tried first, then all others. The HMAC is checked before anything is decrypted. Throws
// Error(input), never with a secret in it.
std::string open_vault(std::string_view vault_text, const std::vector<VaultSecret>& secrets,
                       base::Pos pos);

// The source as it is or, where it is a vault, what stands in it: no line of that is ever shown.
base::Source opened(base::Source source, const std::vector<VaultSecret>& secrets);

// A 1.1 or (with a label) 1.2 envelope; for tests and for the vault filter.
std::string seal_vault(std::string_view text, const VaultSecret& secret, bool with_label);

}  // namespace provisioner::crypto
