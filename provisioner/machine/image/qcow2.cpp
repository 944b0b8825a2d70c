// qcow2 files of others, which are not trusted.

#include "provisioner/machine/image/qcow2.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/machine/image/qcow2_end.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::string_view qcow2_magic = "QFI\xfb";  // docs/interop/qcow2.txt of QEMU
constexpr std::int64_t largest_disk = std::int64_t{1} << 40;
constexpr std::chrono::minutes patience{30};
constexpr uid_t nobody = 65534;
constexpr std::size_t copied_at_once = 1 << 20;

std::string first_bytes(const std::string& path, std::size_t count) {
  const os::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string bytes(count, '\0');
  const ssize_t read = file.is_open() ? ::pread(file.number(), bytes.data(), count, 0) : -1;
  if (read < 0)
    throw Error(Kind::input,
                "cannot read '" + path + "': " + std::generic_category().message(errno));
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
    const os::Descriptor from(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    const os::Descriptor to(
        ::open(path(name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444));
    const auto fail = [&](int code) {
      throw Error(Kind::failed, "cannot copy '" + file + "' to '" + directory_ +
                                    "': " + std::generic_category().message(code));
    };
    if (!from.is_open() || !to.is_open() || ::fchmod(to.number(), 0444) != 0) fail(errno);
    std::string bytes(copied_at_once, '\0');
    for (ssize_t count = 0; (count = ::read(from.number(), bytes.data(), bytes.size())) != 0;) {
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail(errno);
      const std::string_view read(bytes.data(), static_cast<std::size_t>(count));
      if (const auto problem = os::write_all(to.number(), read)) fail(problem.value());
    }
  }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }

  os::CommandResult run(const std::vector<std::string>& words) const {
    return os::run(enclosed(words));
  }

 private:
  os::Command enclosed(const std::vector<std::string>& words) const {
    std::vector<std::string> argv = {"prlimit",   "--as=2147483648",
                                     "--cpu=900", "--nofile=256",
                                     "--core=0",  "--fsize=" + std::to_string(largest_disk)};
    const std::vector<std::string> enclosure =
        ::geteuid() == 0
            ? std::vector<std::string>{"unshare",
                                       "--net",
                                       "--ipc",
                                       "setpriv",
                                       "--pdeathsig=KILL",
                                       "--reuid=65534",
                                       "--regid=65534",
                                       "--clear-groups",
                                       "--no-new-privs",
                                       "--bounding-set=-all",
                                       "--inh-caps=-all"}
            : std::vector<std::string>{"unshare", "--user",           "--net",         "--ipc",
                                       "setpriv", "--pdeathsig=KILL", "--no-new-privs"};
    argv.insert(argv.end(), enclosure.begin(), enclosure.end());
    argv.insert(argv.end(), words.begin(), words.end());
    return {.argv = argv, .directory = directory_, .deadline = patience};
  }

  std::string directory_;
};

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Error(Kind::input, "'" + file + "' is refused: " + why);
}

// What qemu-img says of its end, in its own words; where it is not qemu-img that speaks, who did.
std::string reason_of(const os::CommandResult& result) {
  if (result.is_timed_out) return "qemu-img does not come to an end";
  const std::vector<std::string_view> lines = base::lines_of(result.err);
  std::string reason = lines.empty() ? "" : base::escape_for_terminal(lines.back());
  for (const std::string_view start : {"qemu-img: ", "Could not open 'image': "})
    if (reason.starts_with(start)) reason.erase(0, start.size());
  return reason.empty() ? "qemu-img ended with status " + std::to_string(result.status) : reason;
}

Value looked_at(const Sandbox& sandbox, const std::string& file) {
  const os::CommandResult result =
      sandbox.run({"qemu-img", "info", "--output=json", "-f", "qcow2", "image"});
  if (result.status != 0 || result.is_timed_out) refuse(file, reason_of(result));
  return value::read_json(result.out, "<qemu-img info>");
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
  if (boolean_or(*qcow2, "corrupt", false))
    refuse(file, "it is marked as corrupt by who wrote it last");
  const std::int64_t size = integer_or(said, "virtual-size", 0);
  if (size <= 0 || size > largest_disk)
    refuse(file, "a disk of " + std::to_string(size) + " bytes is none that is written to nodes");
}

// qemu-img(1), check: 2 is what is damaged, 3 are clusters that nobody uses, which do no harm.
// Where the end of the file is cut off it is content with a part of the last cluster, which is read
// as zeros then.
void check_whole(const Sandbox& sandbox, const std::string& file) {
  const os::CommandResult result =
      sandbox.run({"qemu-img", "check", "--output=json", "-f", "qcow2", "image"});
  if (result.is_timed_out) refuse(file, "qemu-img check does not come to an end");
  if (result.status == 2) refuse(file, "it is damaged, or not all of it is there");
  if (result.status != 0 && result.status != 3)
    refuse(file, "qemu-img check ends with status " + std::to_string(result.status));
  const std::string copy = sandbox.path("image");
  if (std::filesystem::file_size(copy) < needed_size(copy)) refuse(file, "its end is missing");
}

}  // namespace

bool is_qcow2(const std::string& file) {
  return first_bytes(file, qcow2_magic.size()) == qcow2_magic;
}

std::string unpack_qcow2(const std::string& file, const std::string& directory) {
  const Sandbox sandbox(directory);
  sandbox.take(file, "image");
  check_qcow2(looked_at(sandbox, file), file);
  check_whole(sandbox, file);
  const os::CommandResult result =
      sandbox.run({"qemu-img", "convert", "-f", "qcow2", "-O", "raw", "image", "disk"});
  if (result.status != 0 || result.is_timed_out)
    throw Error(Kind::failed,
                "cannot unpack '" + file + "' in '" + directory + "': " + reason_of(result));
  return sandbox.path("disk");
}

}  // namespace provisioner::image
