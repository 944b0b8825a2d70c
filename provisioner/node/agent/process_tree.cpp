// Families of processes, from /proc/PID/stat (proc(5)).

#include "provisioner/node/agent/process_tree.h"

#include <dirent.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "provisioner/node/agent/process_state.h"

namespace provisioner::agent {
namespace {

struct Close {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::vector<ProcessStat> all_processes() {
  std::vector<ProcessStat> processes;
  const std::unique_ptr<DIR, Close> directory(::opendir("/proc"));
  while (directory) {
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    const pid_t pid = static_cast<pid_t>(std::atoi(entry->d_name));
    if (pid <= 0) continue;
    if (const auto stat = stat_of(pid)) processes.push_back(*stat);
  }
  return processes;
}

}  // namespace

void ProcessTree::look() {
  const std::vector<ProcessStat> processes = all_processes();
  std::set<pid_t> family = {root_};
  for (std::size_t before = 0; before != family.size();) {
    before = family.size();
    for (const ProcessStat& process : processes)
      if (family.contains(process.parent) || process.session == root_) family.insert(process.pid);
  }
  for (const ProcessStat& process : processes) {
    const Member member{process.pid, process.started};
    if (family.contains(process.pid) && std::ranges::find(members_, member) == members_.end())
      members_.push_back(member);
  }
}

void ProcessTree::signal(int number) {
  look();
  for (const Member& member : members_) {
    const auto stat = stat_of(member.pid);
    if (stat && stat->started == member.started) ::kill(member.pid, number);
  }
}

bool ProcessTree::is_gone() const {
  return std::ranges::none_of(members_, [](const Member& member) {
    const auto stat = stat_of(member.pid);
    return stat && stat->started == member.started && stat->state != 'Z';
  });
}

}  // namespace provisioner::agent
