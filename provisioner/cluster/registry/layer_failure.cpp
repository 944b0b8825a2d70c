// Layers of images that could not be looked into.

#include "provisioner/cluster/registry/layer_failure.h"

#include <system_error>

#include "provisioner/base/base/counted.h"

namespace provisioner::registry {
namespace {

// Its file is named by its digest.
base::Error failure_of(const std::string& archive, const std::string& why,
                       const std::string& hint) {
  const std::string name = archive.substr(archive.rfind('/') + 1);
  return base::Error(base::Kind::failed, "the layer '" + name + "' " + why).set_hint(hint);
}

}  // namespace

base::Error too_slow_layer(const std::string& archive, std::chrono::milliseconds patience) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(patience).count();
  return failure_of(
      archive,
      "could not be read within " + base::counted(static_cast<std::size_t>(minutes), "minute"),
      "give this machine less to do, then the same command again");
}

base::Error unkept_layer(const std::string& archive, const std::string& path, int code) {
  return failure_of(
      archive,
      "has a file that cannot be kept in '" + path + "': " + std::generic_category().message(code),
      "it needs up to 1 GiB there: name another place as TMPDIR, then the same "
      "command again");
}

}  // namespace provisioner::registry
