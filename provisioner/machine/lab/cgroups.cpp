// Control groups: files below /sys/fs/cgroup.

#include "provisioner/machine/lab/cgroups.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::lab {
namespace {

constexpr const char* mount_point = "/sys/fs/cgroup";

bool is_unified(const std::string& path) {
  struct statfs status {};
  return ::statfs(path.c_str(), &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

// The kernel takes a whole number in one write, and a control file cannot be replaced by a rename.
void move_here(const std::string& group) {
  const std::string path = group + "/cgroup.procs";
  const os::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const std::string pid = std::to_string(::getpid());
  if (!file.is_open() || ::write(file.number(), pid.data(), pid.size()) < 0)
    throw base::Error(base::Kind::failed, "cannot enter the control group '" + group +
                                              "': " + std::generic_category().message(errno));
}

void collect(const std::string& group, std::vector<int>& pids) {
  const auto text = os::read_file(group + "/cgroup.procs");
  if (!text) return;
  for (const std::string_view line : base::lines_of(*text))
    pids.push_back(std::atoi(std::string(line).c_str()));
  for (const std::string& name : os::entries(group))
    if (os::is_directory(os::join_path(group, name))) collect(os::join_path(group, name), pids);
}

void remove_group(const std::string& group) {
  if (!os::is_directory(group)) return;
  for (const std::string& name : os::entries(group))
    if (os::is_directory(os::join_path(group, name))) remove_group(os::join_path(group, name));
  ::rmdir(group.c_str());
}

}  // namespace

std::string Cgroups::layout() {
  const std::string root = mount_point;
  if (is_unified(root)) return "unified";
  if (is_unified(root + "/unified") && os::is_directory(root + "/systemd")) return "hybrid";
  throw base::Error(base::Kind::failed,
                    "the lab needs cgroups at '" + root + "', unified or hybrid, and found neither")
      .set_hint("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
}

std::vector<std::string> Cgroups::roots() const {
  const std::string root = mount_point;
  if (layout() == "unified") return {root + "/" + lab_};
  return {root + "/systemd/" + lab_, root + "/unified/" + lab_};
}

void Cgroups::make(const std::string& node) const {
  for (const std::string& root : roots()) {
    os::make_directories(root + "/" + node + "/chassis");
    os::make_directories(root + "/" + node + "/machine");
  }
}

void Cgroups::enter_chassis(const std::string& node) const {
  for (const std::string& root : roots()) move_here(root + "/" + node + "/chassis");
}

void Cgroups::enter_machine(const std::string& node) const {
  remove(node + "/machine");
  make(node);
  for (const std::string& root : roots()) move_here(root + "/" + node + "/machine");
}

std::vector<int> Cgroups::processes() const { return processes(""); }

std::vector<int> Cgroups::processes(const std::string& node_part) const {
  std::vector<int> pids;
  for (const std::string& root : roots()) collect(os::join_path(root, node_part), pids);
  return pids;
}

void Cgroups::remove(const std::string& node_part) const {
  for (const std::string& root : roots()) {
    std::string group = os::join_path(root, node_part);
    if (group.ends_with('/')) group.pop_back();
    remove_group(group);
  }
}

bool Cgroups::is_there() const {
  for (const std::string& root : roots())
    if (os::is_directory(root)) return true;
  return false;
}

}  // namespace provisioner::lab
