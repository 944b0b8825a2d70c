// Programs of the controller: spawned with posix_spawn, waited for by pidfd.

#include "provisioner/base/os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <tuple>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/failure.h"

extern char** environ;

namespace provisioner::os {
namespace {

struct Pipe {
  Descriptor read, write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("make", "a pipe", errno);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> whole_environment(const Command& command) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    bool is_replaced = false;
    for (const auto& [key, value] : command.environment) is_replaced |= key == name;
    if (!is_replaced) entries.emplace_back(text);
  }
  for (const auto& [key, value] : command.environment) entries.push_back(key + "=" + value);
  return entries;
}

// The program that is to be started, and its words.
struct Started {
  std::string program;
  std::vector<std::string> argv;
};

// posix_spawn(3) knows nothing of prctl(2).
Started with_its_end(const Command& command, const std::string& program) {
  if (!command.ends_with_us) return {program, command.argv};
  const auto wrapper = find_program("setpriv");
  if (!wrapper)
    throw base::Error(base::Kind::failed, "there is no program 'setpriv' on this machine");
  Started started{*wrapper, {"setpriv", "--pdeathsig", "KILL", program}};
  started.argv.insert(started.argv.end(), command.argv.begin() + 1, command.argv.end());
  return started;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// What the child's three standard descriptors become; -1 leaves ours.
struct Streams {
  int in = -1, out = -1, err = -1;
};

struct Spawned {
  pid_t pid = -1;
  Descriptor pidfd;
};

Spawned spawn_with(const Command& command, const Streams& streams) {
  if (command.argv.empty())
    throw base::Error(base::Kind::bug, "a program without a name was to be run");
  const auto program = find_program(command.argv.front());
  if (!program)
    throw base::Error(base::Kind::failed,
                      "there is no program '" + command.argv.front() + "' on this machine");
  Started started = with_its_end(command, *program);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const auto& [from, to] :
       {std::pair(streams.in, 0), std::pair(streams.out, 1), std::pair(streams.err, 2)})
    if (from >= 0) posix_spawn_file_actions_adddup2(&actions, from, to);
  // Whoever started us may hold a lock by a descriptor that we know nothing of; a lab's nodes,
  // which live on, would hold it for ever.
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (!command.directory.empty())
    posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, standard;
  sigemptyset(&none);
  sigemptyset(&standard);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&standard, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  // A program on our own terminal stays in our group, or it could not read from it.
  if (!command.inherit_output) {
    posix_spawnattr_setpgroup(&attributes, 0);
    flags |= POSIX_SPAWN_SETPGROUP;
  }
  posix_spawnattr_setflags(&attributes, flags);

  std::vector<std::string> environment = whole_environment(command);
  Spawned spawned;
  const int code = ::posix_spawn(&spawned.pid, started.program.c_str(), &actions, &attributes,
                                 pointers(started.argv).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) fail("start", *program, code);
  // Our own child that nobody else reaps: its pid cannot be another's yet.
  spawned.pidfd = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0)));
  if (!spawned.pidfd.is_open()) fail("watch", *program, errno);
  return spawned;
}

int exit_status(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// The stoppable program that `run` waits for: a process, or a group as kill(2) takes it; 0: none.
std::atomic<pid_t> stoppable = 0;
std::atomic<bool> is_stopped = false;
constexpr std::size_t most_output = 64 << 20;

// While it lives, a signal handler finds the program.
class Stoppable {
 public:
  explicit Stoppable(pid_t target) {
    is_stopped = false;
    stoppable = target;
  }
  Stoppable(const Stoppable&) = delete;
  Stoppable& operator=(const Stoppable&) = delete;
  ~Stoppable() { stoppable = 0; }
};

bool says_too_much(const CommandResult& result) {
  return result.out.size() + result.err.size() > most_output;
}

// How long a program is waited for.
struct Wait {
  Instant end;
  const std::function<bool()>& is_stopped;

  bool is_broken_off() const { return is_stopped && is_stopped(); }
  bool is_over() const { return system_clock().now() >= end || is_broken_off(); }
  int next() const {  // milliseconds
    constexpr int glance = 100;
    const int left = milliseconds_until(end);
    return is_stopped ? std::min(left, glance) : left;
  }
};

// Moves bytes both ways until both outputs are closed, the wait is over or it is too much; true for
// the first.
bool exchange(const std::string& input, Descriptor& to, Pipe& out, Pipe& err, CommandResult& result,
              const Wait& wait) {
  std::size_t sent = 0;
  if (input.empty()) to = Descriptor();
  std::array<char, 65536> buffer{};
  const auto drain = [&](Descriptor& from, std::string& text) {
    const ssize_t count = ::read(from.number(), buffer.data(), buffer.size());
    if (count > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    else if (count == 0 || errno != EINTR)
      from = Descriptor();
  };
  while (out.read.is_open() || err.read.is_open()) {
    std::array<pollfd, 3> waits = {pollfd{out.read.number(), POLLIN, 0},
                                   pollfd{err.read.number(), POLLIN, 0},
                                   pollfd{to.number(), POLLOUT, 0}};
    const int ready = ::poll(waits.data(), waits.size(), wait.next());
    if (says_too_much(result) || wait.is_broken_off()) return false;
    if (ready == 0 && wait.is_over()) return false;
    if (ready <= 0) continue;
    if (waits[0].revents != 0) drain(out.read, result.out);
    if (waits[1].revents != 0) drain(err.read, result.err);
    if (waits[2].revents != 0) {
      const ssize_t count = ::write(to.number(), input.data() + sent,
                                    std::min<std::size_t>(input.size() - sent, 65536));
      if (count > 0) sent += static_cast<std::size_t>(count);
      if ((count < 0 && errno != EINTR) || sent == input.size()) to = Descriptor();
    }
  }
  return true;
}

bool has_ended(const Spawned& child, const Wait& wait) {
  pollfd ended{child.pidfd.number(), POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&ended, 1, wait.next())) <= 0 && !wait.is_over()) {
  }
  return ready > 0;
}

std::string in_seconds(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s"
                                  : std::to_string(time.count()) + " ms";
}

std::string last_lines(const std::string& text) {
  constexpr std::size_t most = 5;
  std::vector<std::string_view> lines = base::lines_of(text);
  std::string kept;
  for (std::size_t at = lines.size() > most ? lines.size() - most : 0; at < lines.size(); ++at)
    kept += "\n    " + base::escape_for_terminal(lines[at]);
  return kept;
}

}  // namespace

CommandResult run(const Command& command) {
  const Wait wait{system_clock().now() + command.deadline, command.is_stopped};
  const std::string name =
      command.argv.empty() ? "" : base::escape_for_terminal(command.argv.front());
  if (wait.is_broken_off())
    throw base::Error(base::Kind::stopped, "'" + name + "' was not begun any more");
  CommandResult result;
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  ::signal(SIGPIPE, SIG_IGN);
  Streams streams{in.read.number(), out.write.number(), err.write.number()};
  if (command.inherit_output) streams = {command.input.empty() ? -1 : in.read.number(), -1, -1};
  const Spawned child = spawn_with(command, streams);
  in.read = Descriptor();
  out.write = Descriptor();
  err.write = Descriptor();
  const pid_t target = command.inherit_output ? child.pid : -child.pid;
  std::optional<Stoppable> shown;
  if (command.is_stoppable) shown.emplace(target);
  const bool is_done =
      exchange(command.input, in.write, out, err, result, wait) && has_ended(child, wait);
  in.write = Descriptor();
  if (!is_done) ::kill(target, SIGKILL);
  result.status = exit_status(child.pid);
  const bool is_broken_off = !is_done && wait.is_broken_off();
  if (is_broken_off || (shown && is_stopped))
    throw base::Error(base::Kind::stopped, "'" + name + "' was stopped");
  if (says_too_much(result))
    throw base::Error(base::Kind::failed, "'" + name + "' said more than 64 MiB and was stopped");
  result.is_timed_out = !is_done;
  return result;
}

void stop_running_program() noexcept {
  const pid_t target = stoppable;
  if (target == 0) return;
  is_stopped = true;
  ::kill(target, SIGKILL);
}

std::string run_checked(const Command& command) {
  CommandResult result = run(command);
  const std::string name = base::escape_for_terminal(base::join(command.argv, " "));
  if (result.is_timed_out)
    throw base::Error(base::Kind::failed,
                      "'" + name + "' did not end within " + in_seconds(command.deadline));
  if (result.status != 0)
    throw base::Error(base::Kind::failed, "'" + name + "' ended with status " +
                                              std::to_string(result.status) +
                                              last_lines(result.err));
  return std::move(result.out);
}

Child spawn(const Command& command) {
  Pipe in = make_pipe(), out = make_pipe();
  Spawned spawned = spawn_with(command, command.inherit_output
                                            ? Streams{in.read.number(), -1, -1}
                                            : Streams{in.read.number(), out.write.number(), -1});
  Child child;
  child.pid_ = spawned.pid;
  child.pidfd_ = std::move(spawned.pidfd);
  child.input_ = std::move(in.write);
  if (!command.inherit_output) child.output_ = std::move(out.read);
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      status_(other.status_),
      pidfd_(std::move(other.pidfd_)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(status_, other.status_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  return *this;
}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  exit_status(pid_);
}

// waitpid takes a pid that is none for all children.
std::optional<int> Child::wait(std::chrono::milliseconds deadline) {
  if (pid_ < 0) return status_;
  const Instant end = system_clock().now() + deadline;
  pollfd wait{pidfd_.number(), POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&wait, 1, milliseconds_until(end))) < 0 && errno == EINTR) {
  }
  if (ready == 0) return std::nullopt;
  status_ = exit_status(std::exchange(pid_, -1));
  return status_;
}

void Child::kill(int signal) {
  if (pid_ >= 0) ::kill(pid_, signal);
}

pid_t Child::release() { return std::exchange(pid_, -1); }

std::optional<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return is_executable(name) ? std::optional(name) : std::nullopt;
  const char* path = std::getenv("PATH");
  for (const std::string& folder : base::split(
           std::string(path == nullptr ? "" : path) + ":/usr/sbin:/sbin:/usr/bin:/bin", ':')) {
    if (folder.empty()) continue;
    std::string candidate = join_path(folder, name);
    if (is_executable(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace provisioner::os
