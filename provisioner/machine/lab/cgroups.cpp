// Control groups: files below /sys/fs/cgroup.

#include "provisioner/machine/lab/cgroups.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
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

// True for one hierarchy of cgroups v1, whatever controllers it has.
bool is_of_version_1(const std::string& path) {
  struct statfs status {};
  return ::statfs(path.c_str(), &status) == 0 && status.f_type == CGROUP_SUPER_MAGIC;
}

// The kernel takes a whole value in one write, and a control file cannot be replaced by a rename.
// False with errno where it is refused.
bool write_control(const std::string& path, std::string_view text) {
  const os::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.is_open() && ::write(file.number(), text.data(), text.size()) >= 0;
}

void move_here(const std::string& group) {
  if (!write_control(group + "/cgroup.procs", std::to_string(::getpid())))
    throw base::Error(base::Kind::failed, "cannot enter the control group '" + group +
                                              "': " + std::generic_category().message(errno));
}

// A new group of "cpuset" has neither processors nor memory, and takes no process before it has.
void inherit_processors(const std::string& group) {
  for (const char* file : {"/cpuset.cpus", "/cpuset.mems"})
    if (const auto text = os::read_file(os::parent_of(group) + file))
      if (!write_control(group + file, base::trim(*text)))
        throw base::Error(base::Kind::failed, "cannot set '" + group + file +
                                                  "': " + std::generic_category().message(errno));
}

// Gives the groups below one of the unified hierarchy the controllers that it has itself.
void delegate(const std::string& group) {
  const std::string controllers = os::require_file(group + "/cgroup.controllers");
  for (const std::string& name : base::split(std::string(base::trim(controllers)), ' '))
    if (!name.empty() && !write_control(group + "/cgroup.subtree_control", "+" + name))
      throw base::Error(base::Kind::failed, "cannot hand on the controller '" + name + "' of '" +
                                                group +
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

void Cgroups::require_controllers() {
  const std::string root = mount_point;
  const bool is_single = layout() == "unified";
  const auto text = is_single ? os::require_file(root + "/cgroup.controllers") : std::string();
  const std::vector<std::string> unified = base::split(std::string(base::trim(text)), ' ');
  for (const char* name : {"cpu", "cpuset", "memory", "pids"})
    if (is_single ? std::ranges::find(unified, name) == unified.end()
                  : !is_of_version_1(root + "/" + name))
      throw base::Error(base::Kind::failed,
                        std::string("nodes of a cluster need the control groups' controller '") +
                            name + "', which is not at '" + root + "'");
}

std::vector<std::string> Cgroups::roots() const {
  const std::string root = mount_point;
  if (layout() == "unified") return {root + "/" + lab_};
  if (hierarchies_ == Hierarchies::naming)
    return {root + "/systemd/" + lab_, root + "/unified/" + lab_};
  std::vector<std::string> roots;
  for (const std::string& name : os::entries(root))
    if (const std::string path = os::join_path(root, name);
        is_of_version_1(path) || is_unified(path))
      roots.push_back(os::join_path(path, lab_));
  return roots;
}

void Cgroups::make(const std::string& node) const {
  const bool has_controllers = hierarchies_ == Hierarchies::all;
  const bool is_single = layout() == "unified";
  for (const std::string& root : roots()) {
    const std::string home = root + "/" + node;
    for (const std::string& group : {root, home, home + "/chassis", home + "/machine"}) {
      os::make_directories(group);
      if (has_controllers && !is_single) inherit_processors(group);
    }
    if (has_controllers && is_single)
      for (const std::string& group : {std::string(mount_point), root, home}) delegate(group);
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
