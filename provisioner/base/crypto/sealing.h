#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/base/secret.h"

namespace provisioner::crypto {

// A symmetric key of a run: results are sealed with it, and dropping it makes them unreadable.
// XChaCha20-Poly1305 (libsodium secretbox construction), a random nonce each.
class SealingKey {
 public:
  static SealingKey make();
  static SealingKey from_bytes(std::string_view bytes);  // 32 bytes; throws Error(input)

  std::string bytes() const { return std::string(key_.reveal()); }
  std::string seal(std::string_view text,
                   std::string_view bound_to) const;  // `bound_to` is authenticated, not hidden
  std::string open(std::string_view sealed,
                   std::string_view bound_to) const;  // throws Error(failed)

 private:
  explicit SealingKey(base::Secret key) : key_(std::move(key)) {}
  base::Secret key_;
};

}  // namespace provisioner::crypto
