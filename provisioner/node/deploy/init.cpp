// Process 1 of the RAM disk.
#include "provisioner/node/deploy/init.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <future>
#include <string>
#include <system_error>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/deploy/free_memory.h"
#include "provisioner/node/deploy/kernel_modules.h"
#include "provisioner/node/deploy/link.h"
#include "provisioner/node/deploy/machine_facts.h"
#include "provisioner/node/deploy/stages.h"
#include "provisioner/node/fetch/rack_share.h"
#include "provisioner/node/host/local_host.h"

namespace provisioner::deploy {
namespace {

using fetch::HttpClient;
using fetch::RackShare;

constexpr std::chrono::minutes link_deadline{3};  // spanning tree alone may take one
constexpr std::chrono::seconds carrier_deadline{5};  // of ports that nobody boots from
constexpr std::chrono::seconds pause_after_death{30};
constexpr int most_threshold = 32 << 20;  // bytes: glibc takes no more
constexpr int kept_memory = 256 << 20;
constexpr int wants_power_off = 3;  // the child's status; 0: a reboot

// A line on the console, which the flight recorder reads. Never more than a line.
void say(const std::string& text) {
  const os::Descriptor console(::open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC));
  const std::string line =
      "provisioner-deploy: " +
      base::replace_all(base::escape_for_terminal(base::redact(text)), "\n", " ") + "\n";
  const int file = console.is_open() ? console.number() : STDERR_FILENO;
  [[maybe_unused]] const auto written = ::write(file, line.data(), line.size());
}

void mount_one(const char* type, const char* target) {
  ::mkdir(target, 0755);
  if (::mount(type, target, type, MS_NOSUID, nullptr) != 0 && errno != EBUSY)
    say(std::string("cannot mount '") + target + "': " + std::generic_category().message(errno));
}

template <class Duration>
void wait_out(Duration time) {
  std::this_thread::sleep_for(time);
}

End deploy_once() {
  const KernelWords words = kernel_words(os::require_file("/proc/cmdline"));
  load_kernel_modules("/lib/modules.list", say);
  const auto view = host::make_local_host();
  auto disks_there = std::async(std::launch::async, [&view] {
    wait_for_disks(*view, wait_out<std::chrono::milliseconds>);
  });
  say("using the link '" + bring_up_link(words, link_deadline) + "' with " + words.address);
  const Listening listening = words.listens ? Listening::yes : Listening::no;
  if (words.wants_links || words.listens) bring_up_other_links(carrier_deadline, say);
  if (words.listens) say("listening what the cables lead to, for half a minute");
  HttpClient client(words.server), files(words.server);
  RackShare rack({.address = words.address.substr(0, words.address.find('/')),
                  .most_bytes = free_memory(os::require_file("/proc/meminfo")) / 2,
                  .say = say});
  Reporter reporter(client, words.token, &rack);
  Workplace workplace;
  workplace.rack = &rack;
  Machine machine;
  machine.facts = [&] { return machine_facts(*view, listening, say); };
  machine.install = [&](const Order& order, const value::List& disks, Progress& progress) {
    return install(order, disks, files, progress, workplace);
  };
  machine.say = say;
  machine.pause = wait_out<std::chrono::seconds>;
  machine.serve = [&rack](std::chrono::seconds most) { rack.serve(most); };
  disks_there.get();
  return walk_stages(reporter, machine, os::system_clock());
}

// The child's whole life.
int deploy_status() {
  // Chunks come and go: memory that is given back each time costs a page fault every 4 KiB.
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, most_threshold);
  ::mallopt(M_TRIM_THRESHOLD, kept_memory);
  try {
    return deploy_once() == End::power_off ? wants_power_off : 0;
  } catch (const std::exception& error) {
    say(std::string("failed: ") + error.what());
    return 1;
  }
}

// The status of `child` as waitpid(2) gives it; whatever else ends meanwhile is reaped.
int reap_until(pid_t child) {
  int status = 0;
  while (true) {
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) return -1;
  }
}

[[noreturn]] void leave(int how) {
  ::sync();
  ::reboot(how);
  while (true) ::pause();  // the kernel refused: process 1 must not end
}

}  // namespace

void run_as_init() {
  std::signal(SIGPIPE, SIG_IGN);
  mount_one("proc", "/proc");
  mount_one("sysfs", "/sys");
  mount_one("devtmpfs", "/dev");
  mount_one("tmpfs", "/run");
  mount_one("tmpfs", "/tmp");
  ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  ::setenv("LC_ALL", "C", 1);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(deploy_status());
  const int status = child < 0 ? -1 : reap_until(child);
  const bool ended_well = status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) != 1;
  if (ended_well && WEXITSTATUS(status) == wants_power_off) {
    say("powering off");
    leave(RB_POWER_OFF);
  }
  if (!ended_well) {
    if (status >= 0 && WIFSIGNALED(status))
      say("the deployment was ended by signal " + std::to_string(WTERMSIG(status)));
    wait_out(pause_after_death);
  }
  say("rebooting");
  leave(RB_AUTOBOOT);
}

}  // namespace provisioner::deploy
