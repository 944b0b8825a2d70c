#include "tests/support/fake_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::support {
namespace {

using host::FileType;
using host::Follow;

bool lies_below(const std::string& path, const std::string& directory) {
  return directory == "/" || path == directory || path.starts_with(directory + "/");
}

char letter(FileType type) {
  switch (type) {
    case FileType::directory:
      return 'd';
    case FileType::link:
      return 'l';
    case FileType::file:
      return '-';
    default:
      return '?';
  }
}

}  // namespace

FakeFiles::FakeFiles() { inodes_["/"] = make(FileType::directory, "", 0755); }

std::shared_ptr<FakeFiles::Inode> FakeFiles::make(FileType type, std::string content,
                                                  std::uint32_t mode) {
  auto inode = std::make_shared<Inode>();
  host::FileStatus& status = inode->status;
  status.type = type;
  status.mode = mode;
  status.uid = uid;
  status.gid = gid;
  status.size = type == FileType::directory ? 4096 : content.size();
  status.inode = next_inode_++;
  status.device = 1;
  status.links = 1;
  status.block_size = 4096;
  status.blocks = (status.size + 511) / 512;
  status.access_time = status.modification_time = status.change_time = clock += 1;
  inode->content = std::move(content);
  return inode;
}

FakeFiles::Inode& FakeFiles::put(const std::string& path, FileType type, std::string content,
                                 std::uint32_t mode, std::uint32_t owner, std::uint32_t group) {
  const std::string parent = os::parent_of(path);
  if (path != "/" && find(parent, Follow::yes) == nullptr)
    put(parent, FileType::directory, "", 0755);
  auto inode = make(type, std::move(content), mode);
  inode->status.uid = owner;
  inode->status.gid = group;
  return *(inodes_[resolved(path, Follow::no, "make")] = std::move(inode));
}

// Walks a path component by component. A missing last component is fine; a missing one before it is
// ENOENT.
std::string FakeFiles::resolved(const std::string& path, Follow follow,
                                std::string_view doing) const {
  std::vector<std::string> rest = base::split(path, '/');
  std::ranges::reverse(rest);
  std::string at;
  int hops = 0;
  while (!rest.empty()) {
    const std::string name = rest.back();
    rest.pop_back();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      at = at.substr(0, at.rfind('/') == std::string::npos ? 0 : at.rfind('/'));
      continue;
    }
    auto above = inodes_.find(at.empty() ? "/" : at);
    if (above == inodes_.end()) throw host::io_error(doing, path, ENOENT);
    if (above->second->status.type != FileType::directory)
      throw host::io_error(doing, path, ENOTDIR);
    if (!may(*above->second, 1)) throw host::io_error(doing, path, EACCES);
    const std::string next = at + "/" + name;
    if (std::ranges::find(dead, next) != dead.end()) throw host::io_error(doing, path, ETIMEDOUT);
    auto found = inodes_.find(next);
    const bool is_link = found != inodes_.end() && found->second->status.type == FileType::link;
    if (!is_link || (rest.empty() && follow == Follow::no)) {
      at = next;
      continue;
    }
    if (++hops > 40) throw host::io_error(doing, path, ELOOP);
    std::vector<std::string> target = base::split(found->second->content, '/');
    if (found->second->content.starts_with('/')) at.clear();
    rest.insert(rest.end(), target.rbegin(), target.rend());
  }
  return at.empty() ? "/" : at;
}

const FakeFiles::Inode* FakeFiles::find(const std::string& path, Follow follow) const {
  try {
    auto found = inodes_.find(resolved(path, follow, "look at"));
    if (found == inodes_.end()) return nullptr;
    const bool wants_directory = path.size() > 1 && path.ends_with('/');
    if (wants_directory && found->second->status.type == FileType::file) return nullptr;
    return found->second.get();
  } catch (const base::Error& error) {
    if (error.message().ends_with("permission denied") || error.message().ends_with("timed out"))
      throw;
    return nullptr;
  }
}

std::optional<std::vector<std::string>> FakeFiles::entries(const std::string& path) const {
  const Inode* directory = find(path, Follow::yes);
  if (directory == nullptr || directory->status.type != FileType::directory) return std::nullopt;
  std::string prefix = resolved(path, Follow::yes, "list");
  if (prefix != "/") prefix += '/';
  std::vector<std::string> names;
  for (const auto& [name, inode] : inodes_)
    if (name.starts_with(prefix) && name.size() > prefix.size() &&
        name.find('/', prefix.size()) == name.npos)
      names.push_back(name.substr(prefix.size()));
  return names;
}

bool FakeFiles::may(const Inode& inode, std::uint32_t bits) const {
  const host::FileStatus& status = inode.status;
  if (uid == 0)
    return (bits & 1) == 0 || status.type != FileType::file || (status.mode & 0111) != 0;
  const std::uint32_t shift = status.uid == uid ? 6 : status.gid == gid ? 3 : 0;
  return (((status.mode >> shift) & 7) & bits) == bits;
}

void FakeFiles::require_writable(const std::string& path, std::string_view doing) const {
  for (const std::string& part : read_only)
    if (lies_below(path, part)) throw host::io_error(doing, path, EROFS);
}

void FakeFiles::require_space(const std::string& path, std::string_view doing) const {
  for (const std::string& part : full)
    if (lies_below(path, part)) throw host::io_error(doing, path, ENOSPC);
}

// The real path of something about to appear or go in a directory that we may change.
std::string FakeFiles::require_parent(const std::string& path, std::string_view doing) const {
  const std::string real = resolved(path, Follow::no, doing);
  auto parent = inodes_.find(os::parent_of(real));
  if (parent == inodes_.end()) throw host::io_error(doing, path, ENOENT);
  require_writable(real, doing);
  if (!may(*parent->second, 3)) throw host::io_error(doing, path, EACCES);
  return real;
}

void FakeFiles::set(Inode& inode, const wire::Attributes& attributes, const std::string& path) {
  if (uid != 0 && inode.status.uid != uid) throw host::io_error("change", path, EPERM);
  if (attributes.uid) inode.status.uid = *attributes.uid;
  if (attributes.gid) inode.status.gid = *attributes.gid;
  if (attributes.mode && inode.status.type != FileType::link) inode.status.mode = *attributes.mode;
}

void FakeFiles::write(const wire::WriteFile& step, const std::string& backup) {
  const std::string real = require_parent(step.path, "write");
  require_space(real, "write");
  auto found = inodes_.find(real);
  if (found != inodes_.end() && found->second->status.type == FileType::directory)
    throw host::io_error("write", step.path, EISDIR);
  if (found != inodes_.end() && step.backup) {
    inodes_[backup] = std::make_shared<Inode>(*found->second);
    inodes_[backup]->status.links = 1;
  }
  if (found != inodes_.end() && step.in_place) {
    found->second->content = step.content.bytes;
    found->second->status.size = step.content.bytes.size();
    set(*found->second, step.attributes, step.path);
    return;
  }
  auto inode = make(FileType::file, step.content.bytes, 0644);
  if (found != inodes_.end() && found->second->status.type == FileType::file) {
    inode->status.mode = found->second->status.mode;
    inode->status.uid = found->second->status.uid;
    inode->status.gid = found->second->status.gid;
  }
  if (step.attributes.uid) inode->status.uid = *step.attributes.uid;
  if (step.attributes.gid) inode->status.gid = *step.attributes.gid;
  if (step.attributes.mode) inode->status.mode = *step.attributes.mode;
  inodes_[real] = std::move(inode);
}

void FakeFiles::make_directory(const wire::MakeDirectory& step) {
  const std::string real = require_parent(step.path, "make directory");
  if (inodes_.contains(real)) throw host::io_error("make directory", step.path, EEXIST);
  require_space(real, "make directory");
  auto inode = make(FileType::directory, "", step.attributes.mode.value_or(0755));
  if (step.attributes.uid) inode->status.uid = *step.attributes.uid;
  if (step.attributes.gid) inode->status.gid = *step.attributes.gid;
  inodes_[real] = std::move(inode);
}

void FakeFiles::link(const wire::MakeLink& step) {
  const std::string real = require_parent(step.path, "make link");
  if (inodes_.contains(real) && inodes_[real]->status.type == FileType::directory)
    throw host::io_error("make link", step.path, EISDIR);
  if (!step.hard) {
    inodes_[real] = make(FileType::link, step.target, 0777);
    return;
  }
  auto target = inodes_.find(resolved(step.target, Follow::no, "make link"));
  if (target == inodes_.end()) throw host::io_error("make link", step.path, ENOENT);
  ++target->second->status.links;
  inodes_[real] = target->second;
}

void FakeFiles::touch(const wire::TouchFile& step) {
  std::string real = resolved(step.path, Follow::yes, "touch");
  if (!inodes_.contains(real)) {
    real = require_parent(real, "touch");
    require_space(real, "touch");
    inodes_[real] = make(FileType::file, "", 0644);
  }
  require_writable(real, "touch");
  host::FileStatus& status = inodes_[real]->status;
  clock += 1;
  status.access_time = step.access_time.value_or(clock);
  status.modification_time = step.modification_time.value_or(clock);
}

void FakeFiles::remove(const wire::Remove& step) {
  const std::string real = require_parent(step.path, "remove");
  auto found = inodes_.find(real);
  if (found == inodes_.end()) return;
  const bool has_children = !entries(real).value_or(std::vector<std::string>{}).empty() &&
                            found->second->status.type == FileType::directory;
  if (has_children && !step.recursive) throw host::io_error("remove", step.path, ENOTEMPTY);
  if (has_children)
    std::erase_if(inodes_, [&](const auto& entry) { return entry.first.starts_with(real + "/"); });
  if (found->second->status.links > 1) --found->second->status.links;
  inodes_.erase(real);
}

void FakeFiles::set_attributes(const wire::SetAttributes& step) {
  const std::string real = resolved(step.path, step.follow ? Follow::yes : Follow::no, "change");
  auto found = inodes_.find(real);
  if (found == inodes_.end()) throw host::io_error("change", step.path, ENOENT);
  require_writable(real, "change");
  set(*found->second, step.attributes, step.path);
}

std::vector<std::string> FakeFiles::listing() const {
  std::vector<std::string> lines;
  for (const auto& [path, inode] : inodes_) {
    const host::FileStatus& status = inode->status;
    lines.push_back(fmt::format("{}{:04o} {}:{} {} {}", letter(status.type), status.mode,
                                status.uid, status.gid, path,
                                base::replace_all(inode->content, "\n", "\\n")));
  }
  return lines;
}

}  // namespace provisioner::support
