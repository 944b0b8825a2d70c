// The key that vetted images are signed with.

#include "provisioner/front/cluster/signing_key.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/front/cli/place.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

constexpr mode_t others = 0077;
constexpr std::chrono::seconds longest_wait{30};

}  // namespace

base::Secret signing_key() {
  const std::string folder = cli::pki_directory();
  const std::string path = os::join_path(folder, "images.key");
  os::make_directories(folder, 0700);
  const auto held = os::hold(os::join_path(folder, "images-lock"), longest_wait);
  if (!held) throw Error(Kind::refused, "another command is at work on '" + folder + "'");
  if (!os::exists(path)) os::write_file(path, crypto::make_ecdsa_key().reveal(), 0600);
  const os::RegularFile file = os::require_regular_file(path);
  base::Secret key(file.bytes);
  if ((file.mode & others) != 0)
    throw Error(Kind::refused, "'" + path + "' signs images and can be read by others")
        .set_hint("make another, or be sure that nobody has it: chmod 600 " + path);
  const std::string shown = base::while_doing("reading the site's key for images, '" + path + "'",
                                              {}, [&] { return crypto::ecdsa_public_key(key); });
  if (os::read_file(os::join_path(folder, "images.pub")) != shown)
    os::write_file(os::join_path(folder, "images.pub"), shown);
  return key;
}

std::string signing_key_public() { return crypto::ecdsa_public_key(signing_key()); }

}  // namespace provisioner::cluster
