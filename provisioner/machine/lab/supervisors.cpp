// The nodes' own processes: started, found, and known to be ready.

#include "provisioner/machine/lab/supervisors.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/lab/machines/machines.h"

namespace provisioner::lab {
namespace {

std::string ready_file(const std::string& directory, const std::string& node) {
  return os::join_path(node_directory(directory, node), "ready");
}

std::vector<std::string> supervisor_argv(const std::string& directory, const std::string& node) {
  return {os::real_path("/proc/self/exe"), "lab", "supervise", "--directory", directory, node};
}

void start(std::vector<std::string> argv, const Record& record, const std::string& node) {
  os::remove_file(ready_file(record.directory, node));
  for (std::string& word : supervisor_argv(record.directory, node)) argv.push_back(std::move(word));
  os::Child child = os::spawn({.argv = argv, .input = {}, .directory = "/", .environment = {}});
  child.wait(std::chrono::seconds(20));
}

// Of a process that may end while we look.
std::vector<std::string> command_line(const std::string& pid) {
  try {
    const auto text = os::read_file("/proc/" + pid + "/cmdline");
    return text ? base::split(*text, '\0') : std::vector<std::string>();
  } catch (const base::Error&) {
    return {};
  }
}

}  // namespace

std::map<std::string, int> supervisors(const std::string& directory) {
  std::map<std::string, int> found;
  for (const std::string& name : os::entries("/proc")) {
    if (!std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; }))
      continue;
    const std::vector<std::string> argv = command_line(name);
    if (argv.size() >= 6 && argv[1] == "lab" && argv[2] == "supervise" && argv[4] == directory)
      found.emplace(argv[5], std::atoi(name.c_str()));
  }
  return found;
}

void start_supervisor(const Record& record, const std::string& node) {
  start({"setsid", "--fork", "unshare", "--mount", "--net", "--propagation", "private"}, record,
        node);
}

void start_machine_supervisor(const Record& record) {
  start({"setsid", "--fork", "unshare", "--mount", "--propagation", "private"}, record,
        machines_process);
}

void mark_ready(const std::string& directory, const std::string& node, int pid) {
  os::write_file(ready_file(directory, node), std::to_string(pid) + "\n");
}

bool is_ready(const std::string& directory, const std::string& node, int pid) {
  return os::read_file(ready_file(directory, node)) == std::to_string(pid) + "\n";
}

void use_log(const std::string& path, mode_t mode) {
  const os::Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const os::Descriptor log(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode));
  ::dup2(null.number(), 0);
  ::dup2(log.number(), 1);
  ::dup2(log.number(), 2);
}

bool is_alive(int pid) {
  try {
    const auto text = os::read_file("/proc/" + std::to_string(pid) + "/stat");
    if (!text) return false;
    const std::size_t name_end = text->rfind(')');
    return name_end != std::string::npos && name_end + 2 < text->size() &&
           (*text)[name_end + 2] != 'Z';
  } catch (const base::Error&) {
    return false;
  }
}

}  // namespace provisioner::lab
