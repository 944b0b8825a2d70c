#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/base/secret.h"

namespace provisioner::crypto {

// ed25519 (RFC 8032, libsodium). Keys and signatures as bytes: public 32, secret 64, signature 64.
struct SigningKey {
  std::string public_key;
  base::Secret secret_key;

  static SigningKey make();
};

std::string sign(std::string_view text, const SigningKey& key);
// False for a wrong signature, and for one or a key of the wrong length.
bool is_signed(std::string_view text, std::string_view signature, std::string_view public_key);

}  // namespace provisioner::crypto
