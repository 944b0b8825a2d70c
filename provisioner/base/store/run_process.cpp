// Which process a run is.

#include "provisioner/base/store/run_process.h"

#include <unistd.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::store {
namespace {

std::string boot_id() {
  return std::string(base::trim(os::read_file("/proc/sys/kernel/random/boot_id").value_or("")));
}

// -1 where there is no such process, or only what is left of one.
std::int64_t started_ticks(std::int64_t pid) {
  const std::string stat = os::read_file("/proc/" + std::to_string(pid) + "/stat").value_or("");
  const std::size_t end = stat.rfind(')');  // a program's name may hold anything
  if (end == std::string::npos || end + 2 >= stat.size()) return -1;
  const auto fields = base::split(stat.substr(end + 2), ' ');
  if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X") return -1;
  return std::stoll(fields[19]);
}

}  // namespace

RunProcess own_process() { return {::getpid(), started_ticks(::getpid()), boot_id()}; }

bool is_alive(const RunProcess& process) {
  return process.boot_id == boot_id() && started_ticks(process.pid) == process.started_ticks;
}

}  // namespace provisioner::store
