// An image, from its definition to the store.

#include "provisioner/machine/image/build_image.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/machine/image/disk_image.h"
#include "provisioner/machine/image/keep_disk.h"
#include "provisioner/machine/image/package_source.h"
#include "provisioner/machine/image/ramdisk.h"
#include "provisioner/machine/image/root_tree.h"
#include "provisioner/machine/image/work_place.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             os::system_clock().wall().time_since_epoch())
      .count();
}

PackageLock read_lock(const Definition& definition, const std::string& path) {
  PackageLock lock =
      read_package_lock(base::register_source(path, os::require_regular_file(path).bytes));
  std::vector<std::string> wanted = definition.packages;
  wanted.push_back(definition.kernel);
  for (const std::string& name : wanted)
    if (!lock.has(name))
      throw Error(Kind::input, "'" + path + "' has no package '" + name + "', which image '" +
                                   definition.name + "' wants")
          .set_hint("build it without --locked: that makes a new lock");
  return lock;
}

// What is installed, as the image's own dpkg has it.
std::vector<chunk::Package> installed(const std::string& tree) {
  const std::string said =
      os::run_checked({.argv = {"dpkg-query", "--admindir=" + tree + "/var/lib/dpkg", "--show",
                                "--showformat=${Package} ${Version} ${Architecture}\n"}});
  std::vector<chunk::Package> packages;
  for (const std::string_view line : base::lines_of(said))
    if (const std::vector<std::string> words = base::split(line, ' '); words.size() == 3)
      packages.push_back({words[0], words[1], words[2]});
  std::ranges::sort(packages, {}, [](const chunk::Package& package) {
    return std::pair(package.name, package.architecture);
  });
  return packages;
}

class Build {
 public:
  Build(const Definition& definition, const Store& store, const BuildOptions& options,
        const Progress& progress)
      : definition_(definition),
        store_(store),
        options_(options),
        progress_(progress),
        work_(store, definition.name) {}

  BuiltImage run() {
    take_packages();
    make_tree();
    make_disk();
    return publish();
  }

 private:
  void take_packages() {
    if (options_.locked_by.empty()) {
      lock_ = lock_packages(definition_, store_, now(), progress_);
    } else {
      lock_ = read_lock(definition_, options_.locked_by);
      fetch_packages(definition_, lock_, store_, progress_);
    }
    write_repository(lock_, store_, repository_);
    identity_ = disk_identity(definition_.text + to_text(lock_));
  }

  void make_tree() {
    progress_("installing " + std::to_string(lock_.packages.size()) + " packages: some minutes");
    base::while_doing("installing image '" + definition_.name + "'", {}, [&] {
      make_root_tree(definition_, lock_, identity_, repository_, work_.path(), tree_);
    });
  }

  void make_disk() {
    progress_("writing a disk of " +
              std::to_string((root_begin + table_end) / mib + definition_.root_mib) + " MiB");
    write_disk({.tree = tree_,
                .root_mib = definition_.root_mib,
                .epoch = lock_.epoch,
                .identity = identity_,
                .grub = make_grub(tree_, boot_begin / 512)},
               disk_, work_.path());
  }

  BuiltImage publish() {
    progress_("making the RAM disk");
    const RamDisk ram_disk = make_ram_disk({.tree = tree_,
                                            .agent = options_.agent,
                                            .public_keys = {store_.public_key()},
                                            .epoch = lock_.epoch},
                                           work_.path());
    progress_("cutting the disk into chunks");
    chunk::Manifest manifest;
    manifest.name = definition_.name;
    manifest.version = options_.version;
    manifest.packages = installed(tree_);
    manifest.chunks = keep_disk(store_, disk_, progress_);
    manifest.size = manifest.chunks.back().offset + manifest.chunks.back().length;
    const BootFiles boot{store_.keep_file(ram_disk.kernel), store_.keep_file(ram_disk.archive)};
    if (manifest.version.empty())
      manifest.version = store_.publish_next(manifest, boot, lock_.epoch);
    else
      store_.publish(manifest, boot);
    os::make_directories(os::parent_of(store_.lock_path(definition_.name)));
    os::write_file(store_.lock_path(definition_.name), to_text(lock_));
    return {store_.image(manifest.name, manifest.version), ram_disk.archive.size()};
  }

  const Definition& definition_;
  const Store& store_;
  const BuildOptions& options_;
  const Progress& progress_;
  WorkPlace work_;
  const std::string repository_ = work_.path() + "/repository", tree_ = work_.path() + "/tree",
                    disk_ = work_.path() + "/disk";
  PackageLock lock_;
  DiskIdentity identity_;
};

}  // namespace

BuiltImage build_image(const Definition& definition, const Store& store,
                       const BuildOptions& options, const Progress& progress) {
  return Build(definition, store, options, progress).run();
}

}  // namespace provisioner::image
