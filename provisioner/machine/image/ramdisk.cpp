// The RAM disk that writes images.

#include "provisioner/machine/image/ramdisk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/image/kernel_modules.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

namespace fs = std::filesystem;

constexpr std::chrono::minutes patience{10};
constexpr int most_hops = 40;  // from link to link, as in the kernel
constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";
// Those that the agent drives; ssh-keygen it takes from the image that it has written.
const std::vector<std::string> programs = {"sfdisk",    "wipefs", "blkid", "mke2fs", "e2fsck",
                                           "resize2fs", "mdadm",  "chroot"};

std::string kernel_release(const std::string& tree) {
  const std::vector<std::string> kernels = os::glob(tree + "/boot/vmlinuz-*");
  if (kernels.size() != 1)
    throw Error(Kind::failed, "the image has " + std::to_string(kernels.size()) +
                                  " kernels in '/boot', and one was expected");
  return kernels.front().substr((tree + "/boot/vmlinuz-").size());
}

// The tree as a RAM disk is made of it: files come with what they need, under the same paths.
class Stage {
 public:
  Stage(std::string tree, std::string root) : tree_(std::move(tree)), root_(std::move(root)) {
    os::make_directories(root_);
    for (const char* folder : {"dev", "etc", "mnt", "proc", "run", "sys", "tmp", "usr", "usr/bin",
                               "usr/sbin", "usr/lib", "usr/lib64"})
      os::make_directories(root_ + "/" + folder);
    for (const std::string name : {"bin", "sbin", "lib", "lib64"}) link("/" + name, "usr/" + name);
    // The kernel opens it before anything can be mounted.
    if (::mknod((root_ + "/dev/console").c_str(), S_IFCHR | 0600, makedev(5, 1)) != 0)
      fail("/dev/console");
  }

  void write(const std::string& path, std::string_view text, mode_t mode = 0644) const {
    os::make_directories(os::parent_of(root_ + path));
    os::write_file(root_ + path, text, mode);
  }

  void take(const std::string& path, mode_t mode = 0644) const {
    write(path, os::require_file(real_path(path)), mode);
  }

  void link(const std::string& path, const std::string& target) const {
    if (::symlink(target.c_str(), (root_ + path).c_str()) != 0) fail(path);
  }

  bool has(const std::string& path) const { return os::is_file(real_path(path)); }

  void take_program(const std::string& name) const {
    for (const std::string folder : {"/usr/sbin/", "/usr/bin/"})
      if (has(folder + name)) {
        take(folder + name, 0755);
        for (const std::string& library : libraries(folder + name)) take(library, 0755);
        return;
      }
    throw Error(Kind::failed, "the image has no program '" + name + "', which its RAM disk needs")
        .set_hint("add its package to image.yml");
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    try {
      for (const auto& entry : fs::recursive_directory_iterator(root_))
        names.push_back(entry.path().string().substr(root_.size() + 1));
    } catch (const fs::filesystem_error& error) {
      throw Error(Kind::failed, "cannot read '" + root_ + "': " + error.code().message());
    }
    std::ranges::sort(names);
    return names;
  }

  // Neither umask nor clock: directories and links have no mode of their own yet.
  void settle(std::int64_t epoch) const {
    const timespec times[2] = {{epoch, 0}, {epoch, 0}};
    for (const std::string& name : names()) {
      const std::string path = root_ + "/" + name;
      if (fs::symlink_status(path).type() == fs::file_type::directory &&
          ::chmod(path.c_str(), 0755) != 0)
        fail(name);
      if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) fail(name);
    }
  }

  const std::string& root() const { return root_; }

 private:
  [[noreturn]] void fail(const std::string& name) const {
    throw Error(Kind::failed, "cannot make '" + name + "' of the RAM disk: " +
                                  std::generic_category().message(errno));
  }

  // Where a path leads when the tree is the root: its absolute links mean itself.
  std::string real_path(std::string path) const {
    for (int hops = 0; hops < most_hops; ++hops) {
      std::size_t end = 0;
      std::optional<std::string> target;
      while (!target && end != std::string::npos) {
        end = path.find('/', end + 1);
        target = os::link_target(tree_ + path.substr(0, end));
      }
      if (!target) return tree_ + path;
      const std::string rest = end == std::string::npos ? "" : path.substr(end);
      path = os::absolute(os::join_path(os::parent_of(path.substr(0, end)), *target) + rest);
    }
    throw Error(Kind::failed, "'" + path + "' of the image is a link that leads nowhere");
  }

  // "\tlibuuid.so.1 => /lib/x86_64-linux-gnu/libuuid.so.1 (0x00007f...)", and the loader itself.
  std::vector<std::string> libraries(const std::string& program) const {
    const std::string said =
        os::run_checked({.argv = {"chroot", tree_, loader, "--list", program}});
    std::vector<std::string> paths;
    for (const std::string_view line : base::lines_of(said)) {
      if (line.find("not found") != std::string_view::npos)
        throw Error(Kind::failed, "'" + program + "' of the image lacks a library: " +
                                      base::escape_for_terminal(base::trim(line)));
      const std::size_t begin = line.find('/'), end = line.find(" (", begin);
      if (begin != std::string_view::npos) paths.emplace_back(line.substr(begin, end - begin));
    }
    return paths;
  }

  std::string tree_, root_;
};

// What the modules ask for by name and the image's packages have.
void take_firmware(const Stage& stage, const std::string& tree,
                   const std::vector<std::string>& modules) {
  std::vector<std::string> argv = {"chroot", tree, "modinfo", "--field=firmware"};
  argv.insert(argv.end(), modules.begin(), modules.end());
  const std::string said = os::run_checked({.argv = argv});
  for (const std::string_view name : base::lines_of(said)) {
    const std::string path = "/usr/lib/firmware/" + std::string(name);
    if (stage.has(path)) stage.take(path);
  }
}

std::vector<std::string> take_modules(const Stage& stage, const std::string& tree,
                                      const std::string& release) {
  const std::string folder = "/lib/modules/" + release + "/";
  std::vector<std::string> paths;
  for (const std::string& path :
       modules_in_order(os::require_file(tree + folder + "modules.dep"), modules_for_metal()))
    paths.push_back(folder + path);
  for (const std::string& path : paths) stage.take(path);
  if (!paths.empty()) take_firmware(stage, tree, paths);
  stage.write("/lib/modules.list", paths.empty() ? "" : base::join(paths, "\n") + "\n");
  return paths;
}

// The kernel's initramfs takes cpio's newc (Documentation/driver-api/early-userspace/buffer-format)
// and, where CONFIG_RD_ZSTD is set, zstd.
std::string packed(const Stage& stage, const std::string& work) {
  std::string names;
  for (const std::string& name : stage.names()) (names += name) += '\0';
  const std::string archive = work + "/ramdisk.cpio", file = archive + ".zst";
  os::run_checked({.argv = {"cpio", "--null", "--create", "--format=newc", "--reproducible",
                            "--owner=+0:+0", "--quiet", "--file=" + archive},
                   .input = names,
                   .directory = stage.root(),
                   .deadline = patience});
  os::run_checked({.argv = {"zstd", "-19", "--single-thread", "--quiet", "--force", archive, "-o",
                            file},
                   .deadline = patience});
  return os::require_file(file, std::size_t{1} << 30);
}

}  // namespace

RamDisk make_ram_disk(const RamDiskPlan& plan, const std::string& work) {
  RamDisk disk;
  disk.release = kernel_release(plan.tree);
  disk.kernel = os::require_file(plan.tree + "/boot/vmlinuz-" + disk.release);
  const Stage stage(plan.tree, work + "/ramdisk");
  stage.write("/init", os::require_file(plan.agent), 0755);
  disk.modules = take_modules(stage, plan.tree, disk.release);
  for (const std::string& program : programs) stage.take_program(program);
  stage.link("/usr/sbin/mkfs.ext4", "mke2fs");
  stage.take("/etc/mke2fs.conf");
  std::string keys;
  for (const std::string& key : plan.public_keys) keys += base::hex(key) + "\n";
  stage.write("/etc/provisioner/image-keys", keys);
  stage.settle(plan.epoch);
  disk.archive = packed(stage, work);
  return disk;
}

std::string deploy_agent() {
  const std::string directory = os::parent_of(os::real_path("/proc/self/exe"));
  std::string path = os::join_path(directory, "provisioner-deploy");
  if (!os::is_executable(path))
    throw Error(Kind::failed, "there is no 'provisioner-deploy' in '" + directory + "'")
        .set_hint("it is built with this program, and belongs beside it");
  return path;
}

}  // namespace provisioner::image
