// Programs behind pipes.

#include "provisioner/engine/transport/child_stream.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace provisioner::transport {
namespace {

constexpr int goodbye = 500;  // milliseconds

struct Pipe {
  os::Descriptor reading, writing;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw base::Error(base::Kind::failed,
                      std::string("no pipe can be had: ") + std::strerror(errno));
  return {os::Descriptor(ends[0]), os::Descriptor(ends[1])};
}

class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void give(const os::Descriptor& end, int number) {
    ::posix_spawn_file_actions_adddup2(&actions_, end.number(), number);
  }

  pid_t start(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = -1;
    const int problem =
        ::posix_spawnp(&pid, argv[0], &actions_, &attributes_, argv.data(), environ);
    if (problem != 0)
      throw base::Error(base::Kind::failed,
                        "'" + words[0] + "' cannot be started: " + std::strerror(problem));
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// False at the end of what comes.
bool drain(os::Descriptor& descriptor, std::string& into) {
  if (!descriptor.is_open()) return false;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = ::read(descriptor.number(), buffer.data(), buffer.size());
    if (count > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return true;
    descriptor = os::Descriptor();
    return false;
  }
}

}  // namespace

ChildStream::ChildStream(const std::vector<std::string>& argv) {
  Pipe in = make_pipe(), out = make_pipe(), errors = make_pipe();
  SpawnPlan plan;
  plan.give(in.reading, 0);
  plan.give(out.writing, 1);
  plan.give(errors.writing, 2);
  pid_ = plan.start(argv);
  end_ = os::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  input_ = std::move(in.writing);
  output_ = std::move(out.reading);
  errors_ = std::move(errors.reading);
  for (const os::Descriptor* end : {&input_, &output_, &errors_})
    ::fcntl(end->number(), F_SETFL, O_NONBLOCK);
}

ChildStream::~ChildStream() {
  input_ = os::Descriptor();  // an agent ends with it
  pollfd wait{end_.number(), POLLIN, 0};
  while (!status() && ::poll(&wait, 1, goodbye) < 0 && errno == EINTR) continue;
  if (status()) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::size_t ChildStream::write(std::string_view bytes) {
  is_blocked_ = false;
  if (!input_.is_open()) return bytes.size();
  const ssize_t count = ::write(input_.number(), bytes.data(), bytes.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    is_blocked_ = true;
    return 0;
  }
  if (count < 0) {
    input_ = os::Descriptor();  // it reads no more: its end is told by its output
    return bytes.size();
  }
  is_blocked_ = static_cast<std::size_t>(count) < bytes.size();
  return static_cast<std::size_t>(count);
}

bool ChildStream::read(std::string& out, std::string& errors) {
  const bool has_output = drain(output_, out);
  drain(errors_, errors);
  // A daemon that was left behind may hold the pipe of errors for ever.
  if (has_output || !status()) return true;
  drain(errors_, errors);
  return false;
}

std::optional<int> ChildStream::status() {
  if (status_) return status_;
  int status = 0;
  if (pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return status_;
}

void ChildStream::add_waits(std::vector<pollfd>& waits) const {
  if (output_.is_open()) waits.push_back({output_.number(), POLLIN, 0});
  if (errors_.is_open()) waits.push_back({errors_.number(), POLLIN, 0});
  if (!output_.is_open() && !status_) waits.push_back({end_.number(), POLLIN, 0});
  if (is_blocked_ && input_.is_open()) waits.push_back({input_.number(), POLLOUT, 0});
}

}  // namespace provisioner::transport
