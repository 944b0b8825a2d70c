// Writing a file so that a reader, a crash or a power cut sees the old or the new one, never a
// half.
#include "provisioner/node/host/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/host/child.h"
#include "provisioner/node/host/system_queries.h"

namespace provisioner::host {
namespace {

using os::Descriptor;

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// The temporary that there is now, as a signal handler can read it; a process writes one at a time.
std::atomic<int> unfinished_directory = -1;
std::array<char, 64> unfinished_name{};

// A temporary in the file's own directory, gone when this goes unless it became the file.
class Temporary {
 public:
  explicit Temporary(const std::string& target)
      : target_(target),
        directory_(open(os::parent_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!directory_.is_open()) throw io_error("write", target, errno);
    name_ = ".provisioner-" + crypto::random_token();
    unfinished_name.fill(0);
    name_.copy(unfinished_name.data(), unfinished_name.size() - 1);
    unfinished_directory = directory_.number();
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    file_ = Descriptor(openat(directory_.number(), name_.c_str(), flags, 0600));
    error_ = file_.is_open() ? 0 : errno;
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (file_.is_open() && !name_.empty()) unlinkat(directory_.number(), name_.c_str(), 0);
    unfinished_directory = -1;
  }

  int error() const { return error_; }
  int file() const { return file_.number(); }
  std::string path() const { return os::join_path(os::parent_of(target_), name_); }

  // The errno of a rename that was refused; 0 where it is done and durable.
  int become_target() {
    if (fsync(file_.number()) != 0) throw io_error("write", target_, errno);
    if (renameat(directory_.number(), name_.c_str(), directory_.number(),
                 base_name(target_).c_str()) != 0)
      return errno;
    name_.clear();
    if (fsync(directory_.number()) != 0 && errno != EINVAL) throw io_error("write", target_, errno);
    return 0;
  }

 private:
  std::string target_;
  Descriptor directory_, file_;
  std::string name_;
  int error_ = 0;
};

void write_all(int file, std::string_view bytes, const std::string& path) {
  if (const auto problem = os::write_all(file, bytes))
    throw io_error("write", path, problem.value());
}

void stream(const std::string& from, int file, const std::string& path) {
  const Descriptor source(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.is_open()) throw io_error("read", from, errno);
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t count = read(source.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error("read", from, errno);
    if (count == 0) return;
    write_all(file, {buffer.data(), static_cast<std::size_t>(count)}, path);
  }
}

std::string source_of(const wire::Content& content, const std::string& blob_directory) {
  return content.digest.empty() ? content.file : os::join_path(blob_directory, content.digest);
}

// A blob is checked against its name as it lies in the new file.
void put_content(const wire::WriteFile& step, const std::string& blob_directory, int file) {
  const std::string source = source_of(step.content, blob_directory);
  if (source.empty()) return write_all(file, step.content.bytes, step.path);
  stream(source, file, step.path);
  const std::string written = fmt::format("/proc/self/fd/{}", file);
  if (!step.content.digest.empty() && crypto::file_digest("sha256", written) != step.content.digest)
    throw base::Error(
        base::Kind::failed,
        fmt::format("cannot write '{}': the content that arrived is not the one sent", step.path));
}

CommandResult validate(const wire::WriteFile& step, const std::string& temporary,
                       const std::vector<std::pair<std::string, std::string>>& environment) {
  if (step.validate.empty()) return {};
  ChildCommand command;
  for (const std::string& word : step.validate)
    command.argv.push_back(base::replace_all(word, "%s", temporary));
  command.environment = environment;
  command.deadline = std::chrono::minutes(5);
  CommandResult answer = run_child(command);
  if (answer.error != 0) throw io_error("start", command.argv[0], answer.error);
  return answer;
}

// The new file takes over what the old one was, then what is asked for. An owner that only was, and
// that we may not give, is let go, as when any editor saves the file.
void take_over(int file, const struct stat* old, const wire::WriteFile& step) {
  if (old != nullptr) {
    // In this order a change of owner drops the set-user and set-group bits, as they should not
    // outlive their content.
    fchmod(file, old->st_mode & 07777);
    [[maybe_unused]] const int kept = fchown(file, old->st_uid, old->st_gid);
    std::array<char, 256> label;
    constexpr const char* name = "security.selinux";
    const ssize_t size = lgetxattr(step.path.c_str(), name, label.data(), label.size());
    if (size > 0) fsetxattr(file, name, label.data(), static_cast<std::size_t>(size), 0);
  }
  wire::Attributes attributes = step.attributes;
  if (!attributes.mode && old == nullptr) attributes.mode = 0666 & ~process_umask();
  set_descriptor_attributes(file, attributes, step.path);
}

// The old file under its second name: its inode lives on there when the new one takes the first.
// One that has other names is copied, or what is written to those would be written to the backup.
void keep_backup(const std::string& path, const std::string& backup, bool as_copy) {
  unlink(backup.c_str());
  if (!as_copy && link(path.c_str(), backup.c_str()) == 0) return;
  struct stat old {};
  if (stat(path.c_str(), &old) != 0) throw io_error("back up", path, errno);
  const Descriptor copy(
      open(backup.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!copy.is_open()) throw io_error("back up", path, errno);
  stream(path, copy.number(), backup);
  [[maybe_unused]] const int kept = fchown(copy.number(), old.st_uid, old.st_gid);
  fchmod(copy.number(), old.st_mode & 07777);
  const std::array<timespec, 2> times = {old.st_atim, old.st_mtim};
  futimens(copy.number(), times.data());
  if (fsync(copy.number()) != 0) throw io_error("back up", path, errno);
}

// For files that cannot be replaced: bind mounts, /proc, /sys.
void write_in_place(const wire::WriteFile& step, const std::string& blob_directory) {
  const Descriptor file(open(step.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.is_open()) throw io_error("write", step.path, errno);
  const std::string source = source_of(step.content, blob_directory);
  if (source.empty())
    write_all(file.number(), step.content.bytes, step.path);
  else
    stream(source, file.number(), step.path);
  if (fsync(file.number()) != 0 && errno != EINVAL) throw io_error("write", step.path, errno);
  set_descriptor_attributes(file.number(), step.attributes, step.path);
}

bool may_be_written_in_place(int number) {
  return number == EBUSY || number == EPERM || number == EACCES || number == EXDEV ||
         number == ETXTBSY || number == ENOENT;
}

[[noreturn]] void refuse_rename(const std::string& path, int number) {
  base::Error error = io_error("write", path, number);
  if (number == EBUSY)
    error.set_hint("something is mounted over this file; 'unsafe_writes: true' writes it in place");
  throw error;
}

}  // namespace

void remove_unfinished_file() noexcept {
  const int directory = unfinished_directory;
  if (directory >= 0) unlinkat(directory, unfinished_name.data(), 0);
}

void set_descriptor_attributes(int descriptor, const wire::Attributes& attributes,
                               const std::string& path) {
  constexpr auto unchanged = static_cast<std::uint32_t>(-1);
  const bool owner = attributes.uid || attributes.gid;
  if (owner && fchown(descriptor, attributes.uid.value_or(unchanged),
                      attributes.gid.value_or(unchanged)) != 0)
    throw io_error("change the owner of", path, errno);
  if (attributes.mode && fchmod(descriptor, *attributes.mode) != 0)
    throw io_error("change the mode of", path, errno);
}

CommandResult write_file(const wire::WriteFile& step, const std::string& blob_directory,
                         const std::string& backup,
                         const std::vector<std::pair<std::string, std::string>>& environment) {
  struct stat old {};
  // A link in the way is replaced like a file, but the new file takes over nothing of it.
  const bool exists = lstat(step.path.c_str(), &old) == 0 && !S_ISLNK(old.st_mode);
  if (exists && S_ISDIR(old.st_mode)) throw io_error("write", step.path, EISDIR);
  Temporary temporary(step.path);
  if (temporary.error() != 0 && step.in_place && may_be_written_in_place(temporary.error())) {
    if (exists && step.backup) keep_backup(step.path, backup, true);
    write_in_place(step, blob_directory);
    return {};
  }
  if (temporary.error() != 0) throw io_error("write", step.path, temporary.error());
  put_content(step, blob_directory, temporary.file());
  CommandResult answer = validate(step, temporary.path(), environment);
  if (answer.status != 0) return answer;
  take_over(temporary.file(), exists ? &old : nullptr, step);
  if (step.backup && access(step.path.c_str(), F_OK) == 0)
    keep_backup(step.path, backup, step.in_place || !exists || old.st_nlink > 1);
  const int refused = temporary.become_target();
  if (refused != 0 && step.in_place && may_be_written_in_place(refused))
    write_in_place(step, blob_directory);
  else if (refused != 0)
    refuse_rename(step.path, refused);
  return answer;
}

}  // namespace provisioner::host
