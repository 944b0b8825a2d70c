// Processes of this machine, as tests look for them.

#include "tests/support/processes.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"

namespace provisioner::tests {
namespace {

constexpr auto patience = std::chrono::seconds(30);

std::string told(pid_t pid, const std::string& file) {
  try {
    return os::read_file("/proc/" + std::to_string(pid) + "/" + file).value_or("");
  } catch (const base::Error&) {
    return {};  // it has gone meanwhile
  }
}

std::vector<pid_t> all_but_us() {
  std::vector<pid_t> processes;
  for (const std::string& entry : os::entries("/proc"))
    if (const pid_t pid = std::atoi(entry.c_str()); pid > 0 && pid != ::getpid())
      processes.push_back(pid);
  return processes;
}

}  // namespace

void wait_until(const std::string& what, const std::function<bool()>& is_so) {
  const auto end = os::system_clock().now() + patience;
  while (!is_so()) {
    if (os::system_clock().now() > end) throw std::runtime_error("it never came true that " + what);
    ::poll(nullptr, 0, 5);
  }
}

std::vector<pid_t> processes_with(const std::string& word) {
  std::vector<pid_t> found;
  for (const pid_t pid : all_but_us())
    if (told(pid, "cmdline").find(word) != std::string::npos) found.push_back(pid);
  return found;
}

std::vector<pid_t> family_of(pid_t parent) {
  std::vector<pid_t> family;
  const std::string children = told(parent, "task/" + std::to_string(parent) + "/children");
  for (const std::string& word : base::split(children, ' ')) {
    const pid_t pid = std::atoi(word.c_str());
    if (pid <= 0) continue;
    family.push_back(pid);
    for (const pid_t one : family_of(pid)) family.push_back(one);
  }
  return family;
}

}  // namespace provisioner::tests
