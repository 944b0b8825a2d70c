// Signatures: ed25519 by libsodium.

#include "provisioner/base/crypto/signature.h"

#include <sodium.h>

#include "provisioner/base/base/error.h"

namespace provisioner::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void start() {
  static const bool is_ready = sodium_init() >= 0;
  if (!is_ready) throw base::Error(base::Kind::failed, "the crypto library does not start");
}

}  // namespace

SigningKey SigningKey::make() {
  start();
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string secret_key(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_keypair(bytes_of(public_key), bytes_of(secret_key));
  return {std::move(public_key), base::Secret(std::move(secret_key))};
}

std::string sign(std::string_view text, const SigningKey& key) {
  start();
  if (key.secret_key.reveal().size() != crypto_sign_SECRETKEYBYTES)
    throw base::Error(base::Kind::input, "a signing key has 64 bytes");
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(text), text.size(),
                       bytes_of(key.secret_key.reveal()));
  return signature;
}

bool is_signed(std::string_view text, std::string_view signature, std::string_view public_key) {
  start();
  return signature.size() == crypto_sign_BYTES &&
         public_key.size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_sign_verify_detached(bytes_of(signature), bytes_of(text), text.size(),
                                     bytes_of(public_key)) == 0;
}

}  // namespace provisioner::crypto
