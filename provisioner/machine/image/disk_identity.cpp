// UUIDs that are digests (RFC 9562, version 8: what an application makes of its own).

#include "provisioner/machine/image/disk_identity.h"

#include "provisioner/base/crypto/digest.h"

namespace provisioner::image {
namespace {

std::string digits_for(std::string_view made_of, const char* purpose) {
  return crypto::sha256(crypto::sha256(made_of) + purpose);
}

std::string uuid(std::string_view made_of, const char* purpose) {
  std::string digits = digits_for(made_of, purpose).substr(0, 32);
  digits[12] = '8';  // the version
  digits[16] = 'a';  // the variant
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) digits.insert(dash, "-");
  return digits;
}

}  // namespace

DiskIdentity disk_identity(std::string_view made_of) {
  return {uuid(made_of, "disk"),
          uuid(made_of, "boot"),
          uuid(made_of, "esp"),
          uuid(made_of, "root"),
          uuid(made_of, "root file system"),
          uuid(made_of, "hashing"),
          digits_for(made_of, "esp volume").substr(0, 8)};
}

}  // namespace provisioner::image
