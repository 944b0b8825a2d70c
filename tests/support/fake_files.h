#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"

namespace provisioner::support {

// A file system in memory with links, hard links, owners, permissions, read-only, full and dead
// parts. Failures are the Errors of the real thing. Time is a counter that moves with each change.
class FakeFiles {
 public:
  struct Inode {
    host::FileStatus status;
    std::string content;  // of a file; the target of a link
  };

  FakeFiles();

  std::uint32_t uid = 0, gid = 0;  // who acts
  double clock = 1'700'000'000;
  std::vector<std::string> read_only;  // nothing below these may change
  std::vector<std::string> full;       // nothing below these may grow
  std::vector<std::string> dead;  // mounts whose server never answers: a deadline ends each call

  // Setting up: makes missing directories above, replaces what is there.
  Inode& put(const std::string& path, host::FileType type, std::string content, std::uint32_t mode,
             std::uint32_t owner = 0, std::uint32_t group = 0);

  const Inode* find(const std::string& path, host::Follow follow) const;
  std::optional<std::vector<std::string>> entries(const std::string& path) const;
  bool may(const Inode& inode, std::uint32_t bits) const;  // as access(2), bits of rwx

  void write(const wire::WriteFile& step, const std::string& backup);
  void make_directory(const wire::MakeDirectory& step);
  void link(const wire::MakeLink& step);
  void touch(const wire::TouchFile& step);
  void remove(const wire::Remove& step);
  void set_attributes(const wire::SetAttributes& step);

  // Every path with type, mode, owner and content, for comparing two moments.
  std::vector<std::string> listing() const;

 private:
  std::string resolved(const std::string& path, host::Follow follow, std::string_view doing) const;
  std::string require_parent(const std::string& path, std::string_view doing) const;
  void require_writable(const std::string& path, std::string_view doing) const;
  void require_space(const std::string& path, std::string_view doing) const;
  std::shared_ptr<Inode> make(host::FileType type, std::string content, std::uint32_t mode);
  void set(Inode& inode, const wire::Attributes& attributes, const std::string& path);

  std::map<std::string, std::shared_ptr<Inode>> inodes_;  // by real path
  std::uint64_t next_inode_ = 100;
};

}  // namespace provisioner::support
