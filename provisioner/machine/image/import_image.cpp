// Images of others. Their files are not trusted.

#include "provisioner/machine/image/import_image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/machine/image/keep_disk.h"
#include "provisioner/machine/image/work_place.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::string_view qcow2_magic = "QFI\xfb";  // docs/interop/qcow2.txt of QEMU
constexpr std::int64_t largest_disk = std::int64_t{1} << 40;
constexpr std::chrono::minutes patience{30};
constexpr uid_t nobody = 65534;

std::string first_bytes(const std::string& path, std::size_t count) {
  const os::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string bytes(count, '\0');
  const ssize_t read = file.is_open() ? ::pread(file.number(), bytes.data(), count, 0) : -1;
  if (read < 0)
    throw Error(Kind::input, "cannot read '" + path +
                                 "': " + std::generic_category().message(errno));
  bytes.resize(static_cast<std::size_t>(read));
  return bytes;
}

// qemu-img where it can do little: no network, no rights, bounded. Root becomes nobody; anybody
// else stays who he is, in a user namespace, since only there the network can be left.
class Sandbox {
 public:
  explicit Sandbox(const std::string& directory) : directory_(directory) {
    if (::geteuid() == 0 && ::chown(directory.c_str(), nobody, nobody) != 0)
      throw Error(Kind::failed, "cannot give '" + directory + "' to nobody");
  }

  // A copy of our own: what was looked at is what is read afterwards.
  void take(const std::string& file, const std::string& name) const {
    std::error_code code;
    std::filesystem::copy_file(file, directory_ + "/" + name, code);
    if (!code)
      std::filesystem::permissions(directory_ + "/" + name, std::filesystem::perms(0444), code);
    if (code) throw Error(Kind::failed, "cannot copy '" + file + "': " + code.message());
  }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  std::string run_checked(const std::vector<std::string>& words) const {
    return os::run_checked(enclosed(words));
  }
  os::CommandResult run(const std::vector<std::string>& words) const {
    return os::run(enclosed(words));
  }

 private:
  os::Command enclosed(const std::vector<std::string>& words) const {
    std::vector<std::string> argv = {"prlimit",      "--as=2147483648", "--cpu=900",
                                     "--nofile=256", "--core=0",        "--fsize=" +
                                         std::to_string(largest_disk)};
    const std::vector<std::string> enclosure =
        ::geteuid() == 0
            ? std::vector<std::string>{"unshare", "--net", "--ipc", "setpriv",
                                       "--pdeathsig=KILL", "--reuid=65534", "--regid=65534",
                                       "--clear-groups", "--no-new-privs", "--bounding-set=-all",
                                       "--inh-caps=-all"}
            : std::vector<std::string>{"unshare", "--user", "--net", "--ipc", "setpriv",
                                       "--pdeathsig=KILL", "--no-new-privs"};
    argv.insert(argv.end(), enclosure.begin(), enclosure.end());
    argv.insert(argv.end(), words.begin(), words.end());
    return {.argv = argv, .directory = directory_, .deadline = patience};
  }

  std::string directory_;
};

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Error(Kind::input, "'" + file + "' is refused: " + why);
}

void check_qcow2(const Value& said, const std::string& file) {
  if (text_or(said, "format", "") != "qcow2") refuse(file, "it is no qcow2");
  for (const char* key : {"backing-filename", "full-backing-filename"})
    if (said.find(key) != nullptr)
      refuse(file, "it has a backing file, '" + text_or(said, key, "") + "'");
  const Value* specific = said.find("format-specific");
  const Value* qcow2 = specific == nullptr ? nullptr : specific->find("data");
  if (qcow2 == nullptr) refuse(file, "qemu-img says nothing of what is in it");
  if (qcow2->find("data-file") != nullptr)
    refuse(file, "its bytes are in another file, '" + text_or(*qcow2, "data-file", "") + "'");
  if (boolean_or(said, "encrypted", false)) refuse(file, "it is encrypted");
  const std::int64_t size = integer_or(said, "virtual-size", 0);
  if (size <= 0 || size > largest_disk)
    refuse(file, "a disk of " + std::to_string(size) + " bytes is none that is written to nodes");
}

// qemu-img(1), check: 2 is what is damaged, 3 are clusters that nobody uses, which do no harm.
// Where the end of the file is cut off it is content with a part of the last cluster, which is read
// as zeros then; only a compressed cluster may be that short.
void check_whole(const Sandbox& sandbox, const std::string& file) {
  const os::CommandResult result =
      sandbox.run({"qemu-img", "check", "--output=json", "-f", "qcow2", "image"});
  if (result.is_timed_out) refuse(file, "qemu-img check does not come to an end");
  if (result.status == 2) refuse(file, "it is damaged, or not all of it is there");
  if (result.status != 0 && result.status != 3)
    refuse(file, "qemu-img check ends with status " + std::to_string(result.status));
  const Value said = value::read_json(result.out, "<qemu-img check>");
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(sandbox.path("image")));
  if (size < integer_or(said, "image-end-offset", 0) &&
      integer_or(said, "compressed-clusters", 0) == 0)
    refuse(file, "its end is missing");
}

// The raw disk that a qcow2 file holds.
std::string unpacked(const std::string& file, const std::string& directory) {
  const Sandbox sandbox(directory);
  sandbox.take(file, "image");
  const std::vector<std::string> look = {"qemu-img", "info", "--output=json", "-f", "qcow2",
                                         "image"};
  check_qcow2(value::read_json(sandbox.run_checked(look), "<qemu-img info>"), file);
  check_whole(sandbox, file);
  sandbox.run_checked({"qemu-img", "convert", "-f", "qcow2", "-O", "raw", "image", "disk"});
  return sandbox.path("disk");
}

// One copy of the table is enough for sfdisk, but not for firmware: either missing tells of a file
// that is not what its maker made.
void check_copies(const os::CommandResult& said_by_sfdisk, const std::string& file) {
  for (const std::string_view line : base::lines_of(said_by_sfdisk.err))
    if (line.find("corrupt") != std::string_view::npos)
      refuse(file, "sfdisk says of its partition table: " + std::string(line));
}

// sfdisk reads both copies of the table with their checksums.
void check_table(const std::string& disk, const std::string& file) {
  const os::CommandResult result = os::run({.argv = {"sfdisk", "--json", disk},
                                            .environment = {{"LC_ALL", "C"}}});
  check_copies(result, file);
  const Value said =
      result.status == 0 ? value::read_json(result.out, "<sfdisk>") : Value(value::Dict{});
  const Value* table = said.find("partitiontable");
  if (table != nullptr && text_or(*table, "label", "") == "gpt")
    if (const Value* partitions = table->find("partitions");
        partitions != nullptr && partitions->is_list() && !partitions->list().empty())
      return;
  Error error(Kind::input, "'" + file + "' holds no disk with a GUID partition table");
  error.set_hint("an image is a whole disk, raw or qcow2, and not packed by another program");
  throw error;
}

}  // namespace

StoredImage import_image(const Store& store, const std::string& file, const std::string& name,
                         const std::string& version, const Progress& progress) {
  if (!os::is_file(file)) throw Error(Kind::usage, "there is no file '" + file + "'");
  const WorkPlace work(store, "import");
  std::string disk = os::absolute(file);
  if (first_bytes(file, qcow2_magic.size()) == qcow2_magic) {
    progress("unpacking '" + file + "'");
    disk = unpacked(file, work.path());
  }
  check_table(disk, file);
  progress("cutting the disk into chunks");
  chunk::Manifest manifest;
  manifest.name = name;
  manifest.version = version;
  if (version.empty())
    manifest.version = next_version(
        store, name, std::chrono::system_clock::to_time_t(os::system_clock().wall()));
  manifest.chunks = keep_disk(store, disk, progress);
  manifest.size = manifest.chunks.back().offset + manifest.chunks.back().length;
  store.publish(manifest, {});
  return store.image(manifest.name, manifest.version);
}

}  // namespace provisioner::image
