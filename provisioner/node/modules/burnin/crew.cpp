// Processes instead of threads: what hangs in a disk or dies of its memory takes nobody along.
#include "provisioner/node/modules/burnin/crew.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "provisioner/base/os/files.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::modules::burnin {
namespace {

constexpr Seconds grace{10};
constexpr timespec moment{0, 20'000'000};

void die_first() {
  const os::Descriptor file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  [[maybe_unused]] const ssize_t count = ::write(file.number(), "1000", 4);
}

class Crew {
 public:
  explicit Crew(std::size_t count) : size_(count * sizeof(Tally)), pids_(count, 0) {
    void* memory =
        ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw host::io_error("share", "memory", errno);
    tallies_ = static_cast<Tally*>(memory);
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() {
    for (const pid_t pid : pids_)
      if (pid > 0) ::kill(pid, SIGKILL);
    ::munmap(tallies_, size_);
  }

  void start(std::size_t number,
             const std::function<void(std::size_t number, Tally& tally)>& body) {
    const pid_t parent = ::getpid();
    pids_[number] = ::fork();
    if (pids_[number] < 0) throw host::io_error("start", "a process", errno);
    if (pids_[number] > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    die_first();
    body(number, tallies_[number]);
    tallies_[number].is_finished = true;
    ::_exit(0);
  }

  bool is_done() {
    for (pid_t& pid : pids_)
      if (pid > 0 && ::waitpid(pid, nullptr, WNOHANG) != 0) pid = 0;
    return std::ranges::all_of(pids_, [](pid_t pid) { return pid == 0; });
  }

  std::vector<Tally> tallies() const {
    std::vector<Tally> told(tallies_, tallies_ + pids_.size());
    for (std::size_t number = 0; number < pids_.size(); ++number)
      if (pids_[number] != 0) told[number].problem = ETIME;
    return told;
  }

 private:
  std::size_t size_;
  Tally* tallies_ = nullptr;
  std::vector<pid_t> pids_;
};

}  // namespace

std::uint64_t now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return nanoseconds_of(Seconds(time.tv_sec)) +
         static_cast<std::uint64_t>(time.tv_nsec);
}

value::Dict numbers(Numbers told) {
  value::Dict dict;
  for (const auto& [name, number] : told) dict.set(name, number);
  return dict;
}

std::vector<Tally> run_crew(std::size_t count, Seconds bound,
                            const std::function<void(std::size_t number, Tally& tally)>& body) {
  if (count == 0) return {};
  Crew crew(count);
  const std::uint64_t until = now() + nanoseconds_of(bound + grace);
  for (std::size_t number = 0; number < count; ++number) crew.start(number, body);
  while (!crew.is_done() && now() < until) ::nanosleep(&moment, nullptr);
  return crew.tallies();
}

}  // namespace provisioner::modules::burnin
