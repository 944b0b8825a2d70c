// Sealed results: XChaCha20-Poly1305 by libsodium.

#include "provisioner/base/crypto/sealing.h"

#include <sodium.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::crypto {
namespace {

constexpr std::size_t key_size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void start_library() {
  static const bool is_ready = sodium_init() >= 0;
  if (!is_ready) throw base::Error(base::Kind::failed, "the crypto library does not start");
}

}  // namespace

SealingKey SealingKey::make() { return from_bytes(random_bytes(key_size)); }

SealingKey SealingKey::from_bytes(std::string_view key) {
  start_library();
  if (key.size() != key_size) throw base::Error(base::Kind::input, "a sealing key has 32 bytes");
  return SealingKey(base::Secret(std::string(key)));
}

std::string SealingKey::seal(std::string_view text, std::string_view bound_to) const {
  std::string sealed = random_bytes(nonce_size);
  sealed.resize(nonce_size + text.size() + tag_size);
  unsigned long long length = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed) + nonce_size, &length, raw(text),
                                             text.size(), raw(bound_to), bound_to.size(), nullptr,
                                             raw(sealed), raw(key_.reveal()));
  return sealed;
}

std::string SealingKey::open(std::string_view sealed, std::string_view bound_to) const {
  const base::Error damaged(
      base::Kind::failed,
      "a sealed result cannot be opened: it was damaged, or the key is another's");
  if (sealed.size() < nonce_size + tag_size) throw damaged;
  std::string text(sealed.size() - nonce_size - tag_size, '\0');
  unsigned long long length = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          raw(text), &length, nullptr, raw(sealed) + nonce_size, sealed.size() - nonce_size,
          raw(bound_to), bound_to.size(), raw(sealed), raw(key_.reveal())) != 0)
    throw damaged;
  return text;
}

}  // namespace provisioner::crypto
