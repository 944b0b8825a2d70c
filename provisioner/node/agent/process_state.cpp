// What a process hangs in, read from /proc (proc(5): stat, syscall, task/children, mountinfo).

#include "provisioner/node/agent/process_state.h"

#include <sys/syscall.h>
#include <sys/uio.h>

#include <array>
#include <cstdlib>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::agent {
namespace {

std::string read_quietly(const std::string& path) {
  try {
    return os::read_file(path).value_or("");
  } catch (const base::Error&) {
    return {};  // gone, or not ours to see
  }
}

struct PathCall {
  long number;
  const char* name;
  std::size_t argument;  // which one is the path
};

constexpr PathCall path_calls[] = {
    {SYS_newfstatat, "stat", 1}, {SYS_statx, "stat", 1},     {SYS_openat, "open", 1},   {SYS_unlinkat, "remove", 1},
    {SYS_readlinkat, "readlink", 1}, {SYS_mkdirat, "mkdir", 1}, {SYS_statfs, "statfs", 0}, {SYS_umount2, "umount", 0},
    {SYS_mount, "mount", 1},     {SYS_faccessat2, "access", 1}, {SYS_renameat2, "rename", 1},
#ifdef SYS_stat
    {SYS_stat, "stat", 0},       {SYS_lstat, "stat", 0},     {SYS_open, "open", 0},     {SYS_access, "access", 0},
#endif
};

std::string text_at(pid_t pid, unsigned long address) {
  std::array<char, 256> buffer{};
  iovec local{buffer.data(), buffer.size() - 1}, remote{reinterpret_cast<void*>(address), buffer.size() - 1};  // NOLINT: another process's address
  const ssize_t count = ::process_vm_readv(pid, &local, 1, &remote, 1, 0);
  return count > 0 ? std::string(buffer.data()) : std::string();
}

// The type of the file system a path is on, by the longest mount point.
std::string file_system_of(const std::string& path) {
  std::string best, type;
  const std::string mounts = read_quietly("/proc/self/mountinfo");
  for (const std::string_view line : base::lines_of(mounts)) {
    const auto fields = base::split(line, ' ');
    std::size_t dash = 6;
    while (dash < fields.size() && fields[dash] != "-") ++dash;
    if (dash + 1 >= fields.size()) continue;
    const std::string& point = fields[4];
    const bool is_above = path == point || point == "/" || path.starts_with(point + "/");
    if (!is_above || point.size() < best.size()) continue;
    best = point;
    type = fields[dash + 1];
  }
  return type;
}

std::string call_of(pid_t pid) {
  const std::string text = read_quietly("/proc/" + std::to_string(pid) + "/syscall");
  const auto fields = base::split(std::string(base::trim(text)), ' ');
  if (fields.size() < 7) return {};
  const long number = std::atol(fields[0].c_str());
  for (const PathCall& call : path_calls) {
    if (call.number != number) continue;
    const std::string path = text_at(pid, std::strtoul(fields[1 + call.argument].c_str(), nullptr, 16));
    if (path.empty()) return call.name;
    const std::string type = file_system_of(path);
    return std::string(call.name) + " " + path + (type.empty() ? "" : " (" + type + ")");
  }
  return "system call " + fields[0];
}

}  // namespace

char state_of(pid_t pid) {
  const std::string text = read_quietly("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t end = text.rfind(')');  // the name may hold anything
  return end != std::string::npos && end + 2 < text.size() ? text[end + 2] : '\0';
}

std::string doing_of(pid_t pid) {
  if (state_of(pid) == 'D') return call_of(pid);
  const std::string self = std::to_string(pid);
  const std::string children = read_quietly("/proc/" + self + "/task/" + self + "/children");
  const std::string first(base::trim(std::string_view(children).substr(0, children.find(' '))));
  if (first.empty()) return {};
  if (state_of(static_cast<pid_t>(std::atoi(first.c_str()))) == 'D') return call_of(static_cast<pid_t>(std::atoi(first.c_str())));
  return std::string(base::trim(read_quietly("/proc/" + first + "/comm")));
}

}  // namespace provisioner::agent
