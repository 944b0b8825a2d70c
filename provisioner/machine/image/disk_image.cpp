// A whole disk in a file: by mke2fs, debugfs, mtools and sfdisk, without mounts and loop devices.

#include "provisioner/machine/image/disk_image.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/image/root_file_system.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::uint64_t sector = 512;
constexpr std::size_t boot_code = 440;  // bytes of the first sector that are not the table's
constexpr std::chrono::minutes patience{10};

void make_sparse_file(const std::string& path, std::uint64_t size) {
  const os::Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) os::fail("create", path, errno);
  if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0)
    os::fail("make room in", path, errno);
}

void write_at(const std::string& path, std::uint64_t offset, std::string_view bytes) {
  const os::Descriptor file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open()) os::fail("open", path, errno);
  if (const auto problem = os::write_all_at(file.number(), offset, bytes))
    os::fail("write", path, problem.value());
}

// UEFI 2.10, 13.3: a FAT with the loader under the name that every firmware looks for.
std::string esp_bytes(const DiskPlan& plan, const std::string& work) {
  const std::string image = work + "/esp", loader = work + "/bootx64.efi";
  make_sparse_file(image, root_begin - esp_begin);
  os::write_file(loader, plan.grub.efi);
  const auto run = [&](const std::vector<std::string>& argv) {
    os::run_checked({.argv = argv,
                     .environment = {{"LC_ALL", "C"},
                                     {"TZ", "UTC0"},
                                     {"MTOOLS_SKIP_CHECK", "1"},
                                     {"SOURCE_DATE_EPOCH", std::to_string(plan.epoch)}},
                     .deadline = patience});
  };
  run({"mkfs.vfat", "-F", "32", "-s", "1", "-n", "ESP", "-i", plan.identity.esp_volume,
       "--invariant", image});
  run({"mmd", "-i", image, "::/EFI", "::/EFI/BOOT"});
  run({"mcopy", "-i", image, loader, "::/EFI/BOOT/BOOTX64.EFI"});
  return os::require_file(image, root_begin);
}

std::string line_of_table(std::uint64_t begin, std::uint64_t end, const std::string& type,
                          const std::string& uuid, const std::string& name) {
  return "start=" + std::to_string(begin / sector) +
         ", size=" + std::to_string((end - begin) / sector) + ", type=" + type + ", uuid=" + uuid +
         ", name=\"" + name + "\"\n";
}

// Types: UEFI 2.10, 5.3.3, and the Discoverable Partitions Specification.
void write_table(const DiskPlan& plan, const std::string& path) {
  const std::string table =
      "label: gpt\nlabel-id: " + plan.identity.disk + "\nunit: sectors\nfirst-lba: 34\n" +
      line_of_table(boot_begin, esp_begin, "21686148-6449-6E6F-744E-656564454649",
                    plan.identity.boot, "BIOS boot") +
      line_of_table(esp_begin, root_begin, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
                    plan.identity.esp, "ESP") +
      line_of_table(root_begin, root_begin + plan.root_mib * mib,
                    "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", plan.identity.root, "root");
  os::run_checked({.argv = {"sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", "--lock=no",
                            "--wipe=never", "--wipe-partitions=never", path},
                   .input = table,
                   .environment = {{"LC_ALL", "C"}},
                   .deadline = patience});
}

}  // namespace

void write_disk(const DiskPlan& plan, const std::string& path, const std::string& work) {
  if (boot_begin + plan.grub.core.size() > esp_begin)
    throw Error(Kind::failed, "GRUB does not fit into a BIOS boot partition of 1 MiB");
  make_sparse_file(path, root_begin + plan.root_mib * mib + table_end);
  write_root_file_system({.tree = plan.tree,
                          .uuid = plan.identity.root_file_system,
                          .hash_seed = plan.identity.hashing,
                          .mib = plan.root_mib,
                          .epoch = plan.epoch},
                         path, root_begin, work);
  write_at(path, esp_begin, esp_bytes(plan, work));
  write_table(plan, path);
  write_at(path, 0, std::string_view(plan.grub.boot).substr(0, boot_code));
  write_at(path, boot_begin, plan.grub.core);
}

}  // namespace provisioner::image
