#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/base/secret.h"

namespace provisioner::crypto {

// ECDSA over P-256 with SHA-256 (FIPS 186-5, by OpenSSL): what tools for signed images know. Keys
// as PEM: PKCS#8 and SubjectPublicKeyInfo; signatures as DER. For the controller.
base::Secret make_ecdsa_key();
std::string ecdsa_public_key(
    const base::Secret& key);  // throws Error(input) for what is no such key
std::string ecdsa_sign(std::string_view text, const base::Secret& key);  // likewise
// False for a wrong signature. Throws Error(input) for what is no public key.
bool is_ecdsa_signed(std::string_view text, std::string_view signature,
                     std::string_view public_key);

}  // namespace provisioner::crypto
