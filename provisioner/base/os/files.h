#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::os {

// The controller's own files. All functions throw Error(failed) with the path and the reason; "is
// not there" is an answer, not an error.
std::optional<std::string> read_file(const std::string& path, std::size_t limit = 64 << 20);
std::string require_file(const std::string& path,
                         std::size_t limit = 64 << 20);  // missing is Error(input)
bool exists(const std::string& path);
bool is_directory(const std::string& path);
bool is_file(const std::string& path);
bool is_executable(const std::string& path);
bool is_writable(const std::string& path);  // by us; false for what is not there
std::optional<std::string> link_target(const std::string& path);  // of a symbolic link, as it says
std::vector<std::string> entries(const std::string& directory);   // sorted names, without . and ..
std::vector<std::string> glob(const std::string& pattern);  // sorted paths, as Python's glob.glob

// Atomic and durable: a temporary beside it, fsync, rename, fsync of the directory. A reader sees
// old or new, also after a power cut. A failed fsync is not tried again.
void write_file(const std::string& path, std::string_view text, mode_t mode = 0644);
void make_directories(const std::string& path, mode_t mode = 0755);
void remove_file(const std::string& path);
void remove_tree(const std::string& path);  // never follows links, never crosses a mount

std::string absolute(
    const std::string& path);  // against the working directory, normalized, links kept
std::string real_path(const std::string& path);
std::string parent_of(const std::string& path);
std::string join_path(std::string_view directory, std::string_view name);  // an absolute name wins
std::string home_directory();
// Where runs are kept: PROVISIONER_STATE, else /var/lib/provisioner for root, else the user's own
// (XDG_STATE_HOME). Whoever asks has `fail` (failure.h) know of it.
std::string state_directory();
bool is_on_network_file_system(
    const std::string& path);  // statfs: NFS, GPFS, CIFS, Lustre, FUSE ...

// A file descriptor that is closed once. Always close-on-exec where this room opens it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int release();

 private:
  int number_ = -1;
};

// A directory of our own, removed with all it holds when this goes.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(std::string_view prefix = "provisioner");
  TemporaryDirectory(TemporaryDirectory&&) noexcept;
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace provisioner::os
