// ext4 that is the same bytes each time. mke2fs 1.47 takes names in the order of the C locale and
// its own times from E2FSPROGS_FAKE_TIME, but copies what it finds as times of access and change.

#include "provisioner/machine/image/root_file_system.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <charconv>
#include <filesystem>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

namespace fs = std::filesystem;

constexpr std::chrono::minutes patience{30};
constexpr std::uint64_t root_inode = 2, first_inode = 11;  // between them are mke2fs's own
constexpr std::uint64_t most_growth = 1 << 30;             // blocks of 4 KiB: grows online to 4 TiB
// What GRUB 2.06 reads and a kernel of 2015 mounts.
constexpr const char* features =
    "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,"
    "large_file,huge_file,dir_nlink,extra_isize,metadata_csum";

// No time is later than the epoch: those are of the build.
void clamp_time(const fs::path& path, std::int64_t epoch) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0)
    throw Error(Kind::failed, "cannot look at '" + path.string() + "'");
  const timespec limit{epoch, 0};
  const timespec changed = status.st_mtim.tv_sec < epoch ? status.st_mtim : limit;
  const timespec times[2] = {limit, changed};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    throw Error(Kind::failed, "cannot set the times of '" + path.string() + "'");
}

void clamp_times(const std::string& tree, std::int64_t epoch) {
  try {
    for (const auto& entry : fs::recursive_directory_iterator(tree))
      clamp_time(entry.path(), epoch);
  } catch (const fs::filesystem_error& error) {
    throw Error(Kind::failed, "cannot read '" + tree + "': " + error.code().message());
  }
  clamp_time(tree, epoch);
}

class Ext4 {
 public:
  Ext4(const RootFileSystem& wanted, const std::string& path, std::uint64_t offset,
       const std::string& work)
      : wanted_(wanted),
        path_(path),
        offset_(offset),
        work_(work),
        device_(path + "?offset=" + std::to_string(offset)) {}

  void make() const {
    // No machine's own mke2fs.conf.
    os::write_file(work_ + "/mke2fs.conf", "[defaults]\n[fs_types]\next4 = {\n}\n");
    const std::string extended =
        "offset=" + std::to_string(offset_) + ",hash_seed=" + wanted_.hash_seed +
        ",resize=" + std::to_string(most_growth) +
        ",lazy_itable_init=0,lazy_journal_init=0,nodiscard,root_owner=0:0";
    try {
      run({"mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-I", "256", "-i", "16384", "-m", "1",
           "-L", "root", "-U", wanted_.uuid, "-O", features, "-E", extended, "-d", wanted_.tree,
           path_, std::to_string(wanted_.mib) + "m"});
    } catch (Error& error) {
      throw error.set_hint("does it fit? the root has " + std::to_string(wanted_.mib) +
                           " MiB: see root_mib in image.yml");
    }
  }

  void set_times() const {
    const std::string time = "@" + std::to_string(wanted_.epoch);
    const std::uint64_t end = used_inodes();
    std::string commands;
    const auto add = [&](std::uint64_t inode) {
      for (const char* field : {"atime", "ctime"})
        commands += std::string("set_inode_field <") + std::to_string(inode) + "> " + field + " " +
                    time + "\n";
    };
    add(root_inode);
    for (std::uint64_t inode = first_inode; inode <= end; ++inode) add(inode);
    const std::string script = work_ + "/times";
    os::write_file(script, commands);
    // debugfs ends well whatever happened; what it has to complain of stands behind its greeting.
    const os::CommandResult result = run({"debugfs", "-w", "-f", script, device_});
    const auto lines = base::lines_of(result.err);
    if (lines.size() != 1 || !lines.front().starts_with("debugfs 1."))
      throw Error(Kind::failed, "cannot set times in '" + path_ +
                                    "': " + std::string(lines.empty() ? "" : lines.back()));
  }

  void check() const { run({"e2fsck", "-f", "-n", device_}); }

 private:
  // In a new file system inodes are given out one after the other.
  std::uint64_t used_inodes() const {
    std::uint64_t count = 0, free = 0;
    const std::string out = run({"dumpe2fs", "-h", device_}).out;
    for (const std::string_view line : base::lines_of(out)) {
      take_number(line, "Inode count:", count);
      take_number(line, "Free inodes:", free);
    }
    if (count == 0 || free >= count)
      throw Error(Kind::failed, "dumpe2fs does not say how many inodes '" + path_ + "' has");
    return count - free;
  }

  static void take_number(std::string_view line, std::string_view key, std::uint64_t& into) {
    if (!line.starts_with(key)) return;
    line = base::trim(line.substr(key.size()));
    std::from_chars(line.data(), line.data() + line.size(), into);
  }

  os::CommandResult run(const std::vector<std::string>& argv) const {
    os::CommandResult result =
        os::run({.argv = argv,
                 .environment = {{"LC_ALL", "C"},
                                 {"TZ", "UTC0"},
                                 {"MKE2FS_CONFIG", work_ + "/mke2fs.conf"},
                                 {"E2FSPROGS_FAKE_TIME", std::to_string(wanted_.epoch)}},
                 .deadline = patience});
    if (result.status == 0 && !result.is_timed_out) return result;
    const auto lines = base::lines_of(result.err);
    throw Error(Kind::failed,
                argv.front() + " failed with status " + std::to_string(result.status) +
                    (lines.empty() ? "" : ": " + base::escape_for_terminal(lines.back())));
  }

  const RootFileSystem& wanted_;
  const std::string& path_;
  std::uint64_t offset_;
  const std::string& work_;
  std::string device_;
};

}  // namespace

void write_root_file_system(const RootFileSystem& wanted, const std::string& path,
                            std::uint64_t offset, const std::string& work) {
  clamp_times(wanted.tree, wanted.epoch);
  const Ext4 file_system(wanted, path, offset, work);
  file_system.make();
  file_system.set_times();
  file_system.check();
}

}  // namespace provisioner::image
