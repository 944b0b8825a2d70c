// Images of others. Their files are not trusted.

#include "provisioner/machine/image/import_image.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/machine/image/keep_disk.h"
#include "provisioner/machine/image/partition_table.h"
#include "provisioner/machine/image/qcow2.h"
#include "provisioner/machine/image/work_place.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

std::string published(const Store& store, chunk::Manifest manifest, const std::string& version) {
  if (version.empty())
    return store.publish_next(std::move(manifest), {},
                              std::chrono::system_clock::to_time_t(os::system_clock().wall()));
  manifest.version = version;
  store.publish(manifest, {});
  return version;
}

}  // namespace

StoredImage import_image(const Store& store, const std::string& file, const std::string& name,
                         const std::string& version, const Progress& progress) {
  if (!os::open_regular_file(file).is_open())
    throw Error(Kind::usage, "there is no file '" + file + "'");
  const WorkPlace work(store, "import");
  std::string disk = os::absolute(file);
  if (is_qcow2(file)) {
    progress("unpacking '" + file + "'");
    disk = unpack_qcow2(file, work.path());
  }
  check_partition_table(disk, file);
  progress("cutting the disk into chunks");
  chunk::Manifest manifest;
  manifest.name = name;
  manifest.chunks = keep_disk(store, disk, progress);
  manifest.size = manifest.chunks.back().offset + manifest.chunks.back().length;
  return store.image(name, published(store, std::move(manifest), version));
}

}  // namespace provisioner::image
