// A file that is held, and names who holds it.

#include "provisioner/machine/metal/bmc_lock.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/file_lock.h"

namespace provisioner::metal {

using base::Error;
using base::Kind;

std::string bmc_file(const std::string& state_directory, const std::string& key,
                     const std::string& ending) {
  const std::string directory = os::join_path(state_directory, "bmc");
  os::make_directories(directory, 0700);
  return os::join_path(directory, crypto::sha256(key).substr(0, 32) + "." + ending);
}

os::Descriptor hold_bmc(const std::string& state_directory, const std::string& key,
                        const std::string& who) {
  const std::string path = bmc_file(state_directory, key, "writer");
  auto file = os::try_to_hold(path);
  if (!file) {
    const std::string holder = os::read_file(path).value_or("");
    throw Error(Kind::refused, "its BMC is held by " +
                                   (holder.empty() ? "another process"
                                                   : base::escape_for_terminal(holder)))
        .set_hint("wait for that to end; nothing is left behind when it does");
  }
  if (::ftruncate(file->number(), 0) != 0 ||
      ::pwrite(file->number(), who.data(), who.size(), 0) != static_cast<ssize_t>(who.size()))
    throw Error(Kind::failed,
                "cannot write '" + path + "': " + std::generic_category().message(errno));
  return std::move(*file);
}

}  // namespace provisioner::metal
