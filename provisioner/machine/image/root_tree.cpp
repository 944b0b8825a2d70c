// From a repository to a tree, by mmdebstrap.

#include "provisioner/machine/image/root_tree.h"

#include <unistd.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/image/grub.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::minutes patience{60};
constexpr std::size_t most_lines = 10;  // of what a failed installation has said

// Its own mounts and processes, which end with us; no network. The umask is not the caller's.
const std::vector<std::string> enclosure = {
    "setpriv", "--pdeathsig", "KILL",      "unshare", "--pid", "--fork", "--kill-child",
    "--mount", "--mount-proc", "--propagation", "private", "--net", "sh",   "-c",
    "umask 022; exec \"$0\" \"$@\""};

// apt reads the repository under one path, outside and inside of the tree.
constexpr const char* open_repository = R"(set -eu
mount -o ro,bind "$2" /mnt
mkdir -p "$1/mnt"
mount -o ro,bind "$2" "$1/mnt"
)";

// What an installation leaves of the machine it ran on, of its clock, and of keys.
constexpr const char* forget = R"(
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/etc/resolv.conf"
rm -f "$root"/etc/apt/sources.list.d/0000* "$root"/etc/apt/apt.conf.d/99mmdebstrap
rm -f "$root"/etc/dpkg/dpkg.cfg.d/99mmdebstrap "$root"/etc/passwd- "$root"/etc/shadow-
rm -f "$root"/etc/group- "$root"/etc/gshadow- "$root"/etc/.pwd.lock "$root/var/lib/dbus/machine-id"
rm -rf "$root"/var/cache/ldconfig "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old
rm -rf "$root"/var/lib/systemd/random-seed
find "$root/var/log" -type f -exec truncate -s 0 {} +
find "$root" -xdev -depth -type d -name __pycache__ -exec rm -rf {} +
: >"$root/etc/machine-id"
: >"$root/etc/apt/sources.list"
)";

std::string octal(mode_t mode) {
  std::string digits;
  for (int shift = 9; shift >= 0; shift -= 3)
    digits += static_cast<char>('0' + (mode >> shift & 7));
  return digits;
}

std::string in_root(const std::string& path) { return "\"$root\"" + base::shell_quote(path); }

// Each file beside its content, which is no part of the script.
std::string placing(const std::vector<DefinedFile>& files, const std::string& work) {
  std::string script;
  std::size_t index = 0;
  for (const DefinedFile& file : files) {
    if (!file.link.empty()) {
      script += "install -d " + in_root(os::parent_of(file.path)) + "\nln -sfn -- " +
                base::shell_quote(file.link) + " " + in_root(file.path) + "\n";
      continue;
    }
    const std::string content = work + "/file." + std::to_string(index++);
    os::write_file(content, file.content);
    script += "install -D -m " + octal(file.mode) + " " + base::shell_quote(content) + " " +
              in_root(file.path) + "\n";
  }
  return script;
}

std::vector<DefinedFile> all_files(const Definition& definition, const DiskIdentity& identity) {
  std::vector<DefinedFile> files = definition.files;
  const auto add = [&](const std::string& path, const std::string& content) {
    files.push_back({.path = path, .content = content, .link = {}});
  };
  add("/etc/fstab", "UUID=" + identity.root_file_system +
                        " / ext4 errors=remount-ro,x-systemd.growfs 0 1\n");
  add("/boot/grub/grub.cfg", grub_configuration(definition, identity));
  add(grub_start_file, grub_start(identity));
  if (!definition.mirror.empty())
    add("/etc/apt/sources.list.d/image.list",
        "deb " + definition.mirror + " " + definition.suite + " main\n");
  for (const std::string& unit : definition.masked)
    files.push_back({.path = "/etc/systemd/system/" + unit, .content = {}, .link = "/dev/null"});
  return files;
}

struct Scripts {
  std::string open, place, finish;
};

// Files come before the packages, which then take them as they are (an initramfs too), and after,
// since a package may have written one anew.
Scripts write_scripts(const Definition& definition, const DiskIdentity& identity,
                      const std::string& work) {
  const std::string begin = "set -eu\nroot=$1\n";
  const std::string place = placing(all_files(definition, identity), work);
  std::string finish = begin + "umount \"$root/mnt\"\n";
  finish += forget + place;
  for (const std::string& unit : definition.enabled)
    finish += "chroot \"$root\" systemctl --quiet enable " + base::shell_quote(unit) + "\n";
  const Scripts scripts{work + "/open", work + "/place", work + "/finish"};
  os::write_file(scripts.open, open_repository);
  os::write_file(scripts.place, begin + place);
  os::write_file(scripts.finish, finish);
  return scripts;
}

Error failure(const os::CommandResult& result) {
  std::string text = result.is_timed_out
                         ? "mmdebstrap did not end in time"
                         : "mmdebstrap ended with status " + std::to_string(result.status);
  const auto lines = base::lines_of(result.err);
  for (std::size_t at = lines.size() - std::min(lines.size(), most_lines); at < lines.size(); ++at)
    text += "\n    " + base::escape_for_terminal(lines[at]);
  return Error(Kind::failed, text);
}

std::string hook(const std::string& script, const std::string& more = {}) {
  return "sh " + base::shell_quote(script) + " \"$1\"" +
         (more.empty() ? "" : " " + base::shell_quote(more));
}

}  // namespace

void make_root_tree(const Definition& definition, const PackageLock& lock,
                    const DiskIdentity& identity, const std::string& repository,
                    const std::string& work, const std::string& tree) {
  if (::geteuid() != 0)
    throw Error(Kind::refused, "an image is built by root: its files have owners");
  const Scripts scripts = write_scripts(definition, identity, work);
  std::vector<std::string> packages = definition.packages;
  packages.push_back(definition.kernel);
  std::vector<std::string> argv = enclosure;
  for (const std::string& word :
       {std::string("mmdebstrap"), std::string("--mode=root"), std::string("--variant=minbase"),
        std::string("--skip=check/signed-by"), "--include=" + base::join(packages, ","),
        std::string("--aptopt=APT::Install-Recommends \"false\""),
        std::string("--dpkgopt=path-exclude=/usr/share/man/*"),
        std::string("--dpkgopt=path-exclude=/usr/share/doc/*"),
        std::string("--dpkgopt=path-exclude=/usr/share/locale/*"),
        // The tree lives for minutes: what a power cut leaves of it is thrown away.
        std::string("--dpkgopt=force-unsafe-io"), std::string("--dpkgopt=force-confold"),
        "--setup-hook=" + hook(scripts.open, repository),
        "--essential-hook=" + hook(scripts.place), "--customize-hook=" + hook(scripts.finish),
        std::string(), tree, std::string("deb [trusted=yes] file:///mnt ./")})
    argv.push_back(word);
  const os::CommandResult result =
      os::run({.argv = argv,
               .environment = {{"LC_ALL", "C.UTF-8"},
                               {"TZ", "UTC0"},
                               {"TMPDIR", work},
                               {"SOURCE_DATE_EPOCH", std::to_string(lock.epoch)}},
               .deadline = patience});
  if (result.is_timed_out || result.status != 0) throw failure(result);
  // The kernel fills it anew at every boot.
  for (const std::string& name : os::entries(tree + "/dev")) os::remove_tree(tree + "/dev/" + name);
}

}  // namespace provisioner::image
