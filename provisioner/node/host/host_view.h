#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::host {

enum class FileType : std::uint8_t {
  file,
  directory,
  link,
  character_device,
  block_device,
  fifo,
  socket
};

// What stat(2) tells. Times are seconds since the epoch.
struct FileStatus {
  FileType type = FileType::file;
  std::uint32_t mode = 0;  // the twelve permission bits
  std::uint32_t uid = 0, gid = 0;
  std::uint64_t size = 0, inode = 0, device = 0, links = 0, device_type = 0, blocks = 0,
                block_size = 0;
  double access_time = 0, modification_time = 0, change_time = 0;
};

// What a file system keeps of a file beside stat: the flags of chattr(1) and the generation.
struct FileFlags {
  std::uint32_t bits = 0, version = 0;
};

enum class Follow : bool { no, yes };

struct Account {
  std::string name, gecos, home, shell;
  std::uint32_t uid = 0, gid = 0;
};
struct Group {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;
};
struct ShadowEntry {
  std::string password_hash;  // "!" in front: locked
  std::optional<std::int64_t> expire_day;
  std::optional<std::int64_t> minimum_days, maximum_days;  // between two changes of the password
};
struct Mount {
  std::string source, target, type;
  std::vector<std::string> options;
};
struct UnitState {
  std::string load_state, active_state, sub_state, unit_file_state;
  std::map<std::string, std::string> properties;  // `systemctl show`, whole
};
// statvfs(3): `available` is what an ordinary user may still take, `free` what root may.
struct FileSystemSpace {
  std::uint64_t total_bytes = 0, free_bytes = 0, available_bytes = 0;
  std::uint64_t total_inodes = 0, free_inodes = 0, available_inodes = 0;
  std::uint64_t block_size = 0, total_blocks = 0,
                available_blocks = 0;  // f_bsize; f_blocks and f_bavail
};
// uname(2).
struct KernelIdentity {
  std::string system, node_name, release, version, machine;
};
// One address of an interface, as getifaddrs(3) tells it. `label` is the interface or an alias
// ("eth0:1").
struct InterfaceAddress {
  std::string label, address, netmask, broadcast;  // broadcast: "" where there is none
  int prefix = 0;
  bool is_ipv6 = false;
};
// The first hop towards an address, as rtnetlink(7) tells it; "" for what the route does not say.
struct Route {
  std::string interface, source, gateway;
};
// What ethtool(8) tells of a link; "" for what its driver does not say. The permanent MAC is the
// one it was made with, also inside a bond.
struct LinkIdentity {
  std::string permanent_mac, driver, firmware;
};
// What the node's time zone makes of a moment; the names are tzname[0] and tzname[1].
struct TimeZone {
  int offset_seconds = 0;
  std::string name, standard_name, daylight_name;
};
struct CommandResult {
  int status = 0;  // exit code; 128 + n for signal n
  std::string out = {}, err = {};
  int signal = 0;  // what ended it, where it was a signal
  int error = 0;   // errno, where it could not even be started (status 127)
  bool is_cut = false;  // it said more than is kept; the text says so where it ends
};

// A node as a module's check may see it: typed queries, a closed list, no verb. A query answers
// `nullopt` for "is not there" and throws Error(failed) for "cannot be told" (permission, I/O
// error, deadline).
class HostView {
 public:
  virtual ~HostView() = default;

  virtual std::optional<FileStatus> status(const std::string& path, Follow follow) const = 0;
  virtual std::optional<std::string> read_file(const std::string& path,
                                               std::size_t limit = 64 << 20) const = 0;
  virtual std::optional<std::string> digest(const std::string& path,
                                            std::string_view algorithm) const = 0;  // hex
  virtual std::optional<std::vector<std::string>> entries(
      const std::string& directory) const = 0;  // sorted names
  // `length` bytes of a file or block device from `offset`; fewer at its end.
  virtual std::optional<std::string> read_part(const std::string& path, std::uint64_t offset,
                                               std::size_t length) const = 0;
  virtual std::optional<std::string> link_target(const std::string& path) const = 0;
  virtual std::optional<FileFlags> flags(
      const std::string& path) const = 0;  // of files and directories, no links
  virtual bool is_accessible(const std::string& path,
                             int mode) const = 0;  // access(2), as the worker
  virtual std::optional<FileSystemSpace> space(const std::string& path) const = 0;

  virtual std::optional<Account> account(
      const std::string& name) const = 0;  // /etc/passwd, then getent
  virtual std::optional<Account> account(std::uint32_t uid) const = 0;
  virtual std::optional<Group> group(const std::string& name) const = 0;
  virtual std::optional<Group> group(std::uint32_t gid) const = 0;
  virtual std::vector<Group> groups_of(const std::string& user) const = 0;
  virtual std::optional<ShadowEntry> shadow(const std::string& user) const = 0;
  virtual std::uint32_t effective_uid() const = 0;
  virtual std::uint32_t umask() const = 0;

  virtual std::vector<Mount> mounts() const = 0;  // /proc/self/mountinfo, unescaped
  virtual std::optional<UnitState> unit(const std::string& name, std::string_view scope) const = 0;
  virtual std::optional<std::string> sysctl(const std::string& name) const = 0;
  virtual bool has_kernel_module(const std::string& name) const = 0;  // loaded or built in
  virtual std::string host_name() const = 0;
  virtual std::optional<std::string> program(
      const std::string& name) const = 0;  // its path, by the worker's PATH
  virtual std::optional<std::string> environment(const std::string& name) const = 0;
  virtual std::vector<std::pair<std::string, std::string>> environment_variables()
      const = 0;                   // all
  virtual double now() const = 0;  // seconds since the epoch
  virtual TimeZone time_zone(double moment) const = 0;
  virtual KernelIdentity kernel() const = 0;
  virtual std::vector<InterfaceAddress> addresses() const = 0;
  virtual std::optional<Route> route(const std::string& target) const = 0;  // to another machine
  virtual std::optional<LinkIdentity> link(const std::string& interface) const = 0;
  // The next LLDP frames, without their Ethernet headers: one text for each of the interfaces, ""
  // where none came. Waits for at most `patience`, and may come back early with nothing.
  virtual std::vector<std::string> hear_neighbours(const std::vector<std::string>& interfaces,
                                                   std::chrono::milliseconds patience) const = 0;
  virtual std::string capabilities() const = 0;  // the worker's, as cap_to_text(3): "=ep"

  // What a program of facts.d prints; it is an extension of the node itself, said to be without
  // side effects.
  virtual CommandResult fact_script(const std::string& path,
                                    std::chrono::milliseconds deadline) const = 0;

  // The answer of a program that only reads, by its name in a table of the room: `apt-get -s`,
  // `getent`, `ip -j`, `udevadm info`. A name outside the table throws Error(bug): a check cannot
  // smuggle a change in here.
  virtual CommandResult query(const std::vector<std::string>& argv,
                              const std::string& input = {}) const = 0;
};

// A node that may be changed: only `apply` gets one.
class Host : public HostView {
 public:
  // Does one step; answers what a RunProgram printed. Throws Error(failed) with the path and the
  // reason; a failed step leaves the old file whole. A WriteFile whose validator says no is an
  // answer, not an error: its status is not 0 and nothing was written.
  virtual CommandResult perform(const wire::Step& step) = 0;

  // Runs a user's own command (modules of kind action only). `chunk` sees output as it comes, where
  // wanted.
  struct Command {
    std::vector<std::string> argv;
    std::string input, directory;
    std::vector<std::pair<std::string, std::string>> environment;
    std::chrono::milliseconds deadline{0};  // 0: the task's own
  };
  virtual CommandResult run(const Command& command) = 0;

  // Where a backup of this path goes, or went: the same name for as long as this object lives (one
  // task).
  virtual std::string backup_name(const std::string& path) const = 0;
};

// Performs a plan's steps in order; the answers, one a step. The first failure throws, a refused
// validation too.
std::vector<CommandResult> perform_all(Host& host, const std::vector<wire::Step>& steps);

// Error(failed) of a system call: "cannot write '/etc/x': no space left on device".
base::Error io_error(std::string_view doing, const std::string& path, int number);

}  // namespace provisioner::host
