// The one setting of the host that many nodes need otherwise.

#include "provisioner/machine/lab/host_limits.h"

#include <cstdlib>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::lab {
namespace {

constexpr const char* instances_file = "/proc/sys/fs/inotify/max_user_instances";
constexpr int wanted_instances = 4096;

int current_instances() { return std::atoi(os::require_file(instances_file).c_str()); }

void set_instances(int number) {
  os::run_checked({.argv = {"sysctl", "--quiet", "--write",
                            "fs.inotify.max_user_instances=" + std::to_string(number)},
                   .input = {},
                   .directory = {},
                   .environment = {}});
}

}  // namespace

void plan_limits(Record& record) {
  if (const int found = current_instances(); found < wanted_instances)
    record.inotify_instances = found;
}

void raise_limits(const Record& record) {
  if (record.inotify_instances > 0 && current_instances() < wanted_instances)
    set_instances(wanted_instances);
}

void restore_limits(const Record& record) {
  if (record.inotify_instances > 0 && current_instances() == wanted_instances)
    set_instances(record.inotify_instances);
}

}  // namespace provisioner::lab
