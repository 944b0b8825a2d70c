// One signature for what is signed.

#include "provisioner/front/platform/handoff_signature.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cluster/signing_key.h"

namespace provisioner::platform {
namespace {

bool is_good(const std::string& checksums, const std::string& signature, const std::string& key) {
  try {
    return crypto::is_ecdsa_signed(checksums, base::base64_decode(base::trim(signature)), key);
  } catch (const base::Error&) {
    return false;  // it is made anew
  }
}

}  // namespace

std::string signature_of(const std::string& checksums, const std::string& instance) {
  const base::Secret key = cluster::signing_key();
  const std::string shown = crypto::ecdsa_public_key(key);
  const std::string folder = os::join_path(cli::cluster_directory(instance), "handoff");
  const std::string path = os::join_path(folder, crypto::sha256(checksums + shown) + ".sig");
  if (const auto kept = os::read_file(path); kept && is_good(checksums, *kept, shown)) return *kept;
  std::string made = base::base64_encode(crypto::ecdsa_sign(checksums, key)) + "\n";
  os::make_directories(folder, 0700);
  os::write_file(path, made);
  return made;
}

}  // namespace provisioner::platform
