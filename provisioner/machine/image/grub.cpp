// GRUB's images. Offsets are those of include/grub/i386/pc/boot.h of GRUB 2.06; what is written
// there is what grub-bios-setup writes for a disk with a BIOS boot partition.

#include "provisioner/machine/image/grub.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t sector = 512;
constexpr std::size_t kernel_sector_at = 0x5c;  // of boot.img: where core.img is, 8 bytes
constexpr std::size_t drive_check_at = 0x66;    // of boot.img: a jump that trusts the BIOS's word
constexpr std::size_t block_list_at = sector - 12;  // of core.img: where its second sector is

const std::vector<std::string> modules = {"part_gpt", "ext2",      "search", "search_fs_uuid",
                                          "normal",   "configfile", "linux",  "serial",
                                          "terminal", "echo",      "test",   "boot",
                                          "minicmd",  "ls",        "cat",    "reboot"};

void put_number(std::string& bytes, std::size_t at, std::uint64_t number) {
  for (std::size_t index = 0; index < 8; ++index)
    bytes[at + index] = static_cast<char>(number >> 8 * index & 0xff);
}

std::string make_image(const std::string& tree, const std::string& format,
                       const std::vector<std::string>& more) {
  const std::string output = "/tmp/grub." + format;  // it wants to sync it: no pipe
  std::vector<std::string> argv = {"chroot",
                                   tree,
                                   "grub-mkimage",
                                   "--format=" + format,
                                   "--prefix=/boot/grub",
                                   "--config=" + std::string(grub_start_file),
                                   "--output=" + output};
  argv.insert(argv.end(), modules.begin(), modules.end());
  argv.insert(argv.end(), more.begin(), more.end());
  os::run_checked({.argv = argv, .environment = {{"LC_ALL", "C"}}});
  const std::string image = os::require_file(tree + output);
  os::remove_file(tree + output);
  return image;
}

struct SerialLine {
  int unit = 0, speed = 115200;
};

// "console=ttyS1,57600n8": where the kernel speaks, GRUB does too.
std::optional<SerialLine> serial_line(const std::vector<std::string>& arguments) {
  constexpr std::string_view mark = "console=ttyS";
  for (const std::string& argument : arguments) {
    if (!argument.starts_with(mark)) continue;
    SerialLine line;
    const char* const end = argument.data() + argument.size();
    const auto read = std::from_chars(argument.data() + mark.size(), end, line.unit);
    if (read.ec != std::errc()) continue;
    if (read.ptr != end && *read.ptr == ',') std::from_chars(read.ptr + 1, end, line.speed);
    return line;
  }
  return std::nullopt;
}

std::string search_root(const DiskIdentity& identity) {
  return "search --no-floppy --fs-uuid --set=root " + identity.root_file_system + "\n";
}

}  // namespace

std::string grub_start(const DiskIdentity& identity) {
  return search_root(identity) + "set prefix=($root)/boot/grub\n";
}

std::string grub_configuration(const Definition& definition, const DiskIdentity& identity) {
  std::string text = "set timeout=1\n";
  if (const auto line = serial_line(definition.kernel_arguments))
    text += "serial --unit=" + std::to_string(line->unit) +
            " --speed=" + std::to_string(line->speed) +
            "\nterminal_input console serial\nterminal_output console serial\n";
  // The links at the root are those of the newest kernel that is installed.
  text += "menuentry '" + definition.name + "' {\n  " + search_root(identity) +
          "  linux /vmlinuz root=UUID=" + identity.root_file_system + " ro";
  for (const std::string& argument : definition.kernel_arguments) text += " " + argument;
  return text + "\n  initrd /initrd.img\n}\n";
}

GrubImages make_grub(const std::string& tree, std::uint64_t core_sector) {
  for (const char* folder : {"i386-pc", "x86_64-efi"})
    if (!os::is_directory(tree + "/usr/lib/grub/" + folder))
      throw Error(Kind::failed, "the image has no '/usr/lib/grub/" + std::string(folder) + "'")
          .set_hint("its packages must hold grub-pc-bin and grub-efi-amd64-bin");
  GrubImages images;
  images.boot = os::require_file(tree + "/usr/lib/grub/i386-pc/boot.img");
  if (images.boot.size() != sector)
    throw Error(Kind::failed, "GRUB's 'boot.img' is not of one sector");
  put_number(images.boot, kernel_sector_at, core_sector);
  // Some BIOSes give a wrong number for the disk: no jump over the line that puts it right.
  std::fill_n(images.boot.begin() + drive_check_at, 2, '\x90');
  images.core = make_image(tree, "i386-pc", {"biosdisk"});
  images.core.resize((images.core.size() + sector - 1) / sector * sector);
  put_number(images.core, block_list_at, core_sector + 1);
  images.efi = make_image(tree, "x86_64-efi", {"fat", "efi_gop", "efi_uga"});
  return images;
}

}  // namespace provisioner::image
