// Child processes of a worker: started by fork and exec, waited for by pidfd, with bounded output
// and a deadline.
#include "provisioner/node/host/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::host {
namespace {

using Clock = std::chrono::steady_clock;
using os::Descriptor;

constexpr std::chrono::milliseconds silence{1000};  // how long a left-behind daemon may keep us
constexpr int status_of_a_missing_program = 127;

struct Pipe {
  Descriptor read, write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw io_error("make", "a pipe", errno);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// What the child does between fork and exec: only calls that are safe there.
struct Launch {
  std::vector<char*> argv;
  std::vector<char*> environment;
  const char* directory;
  std::vector<std::string> candidates;  // paths to try, in the order of PATH
  int input, output, errors, failure;

  [[noreturn]] void exec() const {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever kills us means what we started, too
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int number : {SIGPIPE, SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGCHLD})
      std::signal(number, SIG_DFL);
    dup2(input, 0);
    dup2(output, 1);
    dup2(errors, 2);
    int error = *directory != '\0' && chdir(directory) != 0 ? errno : 0;
    close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC);
    for (std::size_t i = 0;
         i < candidates.size() && (i == 0 || error == ENOENT || error == ENOTDIR); ++i) {
      execve(candidates[i].c_str(), argv.data(), environment.data());
      error = errno;
    }
    [[maybe_unused]] auto written = write(failure, &error, sizeof error);
    _exit(status_of_a_missing_program);
  }
};

std::vector<std::string> environment_of(const ChildCommand& command) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view name(*entry, std::string_view(*entry).find('='));
    const bool replaced = std::ranges::any_of(
        command.environment, [&](const auto& added) { return added.first == name; });
    if (!replaced) entries.emplace_back(*entry);
  }
  for (const auto& [name, text] : command.environment) entries.push_back(name + "=" + text);
  return entries;
}

std::string path_of(const std::vector<std::string>& environment) {
  for (const std::string& entry : environment)
    if (entry.starts_with("PATH=")) return entry.substr(5);
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

std::vector<std::string> candidates_for(const std::string& program, const std::string& path) {
  if (program.find('/') != std::string::npos) return {program};
  std::vector<std::string> candidates;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    candidates.push_back(
        os::join_path(end == begin ? "." : path.substr(begin, end - begin), program));
    begin = end + 1;
  }
  return candidates;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// One stream of output, kept up to the bound.
struct Stream {
  Descriptor end;
  std::string& text;
  bool is_cut = false;

  // False at the end of the stream.
  bool take() {
    std::array<char, 65536> buffer;
    const ssize_t count = read(end.number(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count <= 0) return false;
    const std::size_t room = max_output - std::min(max_output, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
    is_cut = is_cut || static_cast<std::size_t>(count) > room;
    return true;
  }
};

class Running {
 public:
  Running(const ChildCommand& command, CommandResult& result)
      : input_(command.input), out_{{}, result.out}, err_{{}, result.err} {
    Pipe in = make_pipe(), out = make_pipe(), err = make_pipe(), failure = make_pipe();
    std::vector<std::string> arguments = command.argv;
    std::vector<std::string> environment = environment_of(command);
    Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Launch launch{pointers_to(arguments),
                        pointers_to(environment),
                        command.directory.c_str(),
                        candidates_for(arguments.at(0), path_of(environment)),
                        input_.empty() ? nothing.number() : in.read.number(),
                        out.write.number(),
                        err.write.number(),
                        failure.write.number()};
    pid_ = fork();
    if (pid_ < 0) throw io_error("start", command.argv[0], errno);
    if (pid_ == 0) launch.exec();
    setpgid(pid_, pid_);
    failure.write = Descriptor();
    in.read = Descriptor();
    out.write = Descriptor();
    err.write = Descriptor();
    int error = 0;
    if (read(failure.read.number(), &error, sizeof error) == sizeof error) result.error = error;
    if (!input_.empty()) in_ = std::move(in.write);
    out_.end = std::move(out.read);
    err_.end = std::move(err.read);
    for (int number : {in_.number(), out_.end.number(), err_.end.number()})
      if (number >= 0) fcntl(number, F_SETFL, O_NONBLOCK);
    pidfd_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  }

  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (pid_ > 0) {
      kill(-pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }

  // True when it has ended; false at the deadline.
  bool pump_until(Clock::time_point deadline) {
    Clock::time_point last_word = Clock::now();
    while (true) {
      const auto now = Clock::now();
      if (pid_ < 0 && (!has_streams() || now - last_word >= silence)) return true;
      if (now >= deadline) return pid_ < 0;
      const auto until = pid_ < 0 ? std::min(deadline, last_word + silence) : deadline;
      const bool was_running = pid_ > 0;
      if (pump_once(std::chrono::ceil<std::chrono::milliseconds>(until - now)))
        last_word = Clock::now();
      if (was_running && pid_ < 0) last_word = Clock::now();
    }
  }

  void signal_group(int number) const {
    if (pid_ > 0) kill(-pid_, number);
  }

  void fill(CommandResult& result) const {
    result.status = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
    result.signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
    result.is_cut = out_.is_cut || err_.is_cut;
    for (const Stream* stream : {&out_, &err_})
      if (stream->is_cut)
        stream->text += fmt::format("\n[output cut at {} MiB]\n", max_output >> 20);
  }

 private:
  bool has_streams() const { return out_.end.is_open() || err_.end.is_open(); }

  // Waits once and does what is ready; true where output came.
  bool pump_once(std::chrono::milliseconds wait) {
    std::array<pollfd, 4> waits{{{pid_ > 0 ? pidfd_.number() : -1, POLLIN, 0},
                                 {out_.end.number(), POLLIN, 0},
                                 {err_.end.number(), POLLIN, 0},
                                 {in_.number(), POLLOUT, 0}}};
    // A kernel before 5.3 has no pidfd: look again every 20 ms there.
    const bool must_look = pid_ > 0 && !pidfd_.is_open();
    const int limit =
        static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, must_look ? 20 : 60'000));
    const int ready = poll(waits.data(), waits.size(), limit);
    if (must_look) waits[0].revents = POLLIN;
    if (ready <= 0 && !must_look) return false;
    bool came = false;
    if (waits[1].revents != 0) came = drained(out_) || came;
    if (waits[2].revents != 0) came = drained(err_) || came;
    if (waits[3].revents != 0) feed();
    if (waits[0].revents != 0 && waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
    return came;
  }

  static bool drained(Stream& stream) {
    if (stream.take()) return true;
    stream.end = Descriptor();
    return false;
  }

  void feed() {
    const ssize_t count = write(in_.number(), input_.data() + fed_, input_.size() - fed_);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count > 0) fed_ += static_cast<std::size_t>(count);
    if (count < 0 || fed_ == input_.size()) in_ = Descriptor();
  }

  const std::string& input_;
  std::size_t fed_ = 0;
  pid_t pid_ = -1;
  int status_ = 0;
  Descriptor pidfd_, in_;
  Stream out_, err_;
};

// A write to a program that no longer reads must be an error, not our end.
void ignore_broken_pipes() {
  static const auto before = std::signal(SIGPIPE, SIG_IGN);
  static_cast<void>(before);
}

}  // namespace

CommandResult run_child(const ChildCommand& command) {
  ignore_broken_pipes();
  CommandResult result;
  Running running(command, result);
  if (!running.pump_until(Clock::now() + command.deadline)) {
    running.signal_group(SIGTERM);
    if (!running.pump_until(Clock::now() + std::chrono::seconds(2))) running.signal_group(SIGKILL);
    throw base::Error(
        base::Kind::failed,
        fmt::format("'{}' did not end within {} s", command.argv[0],
                    std::chrono::duration_cast<std::chrono::seconds>(command.deadline).count()));
  }
  running.fill(result);
  return result;
}

std::optional<std::string> ask_in_child(const std::function<std::string()>& question,
                                        std::chrono::milliseconds deadline) {
  Pipe answer = make_pipe();
  const pid_t pid = fork();
  if (pid < 0) throw io_error("start", "a child", errno);
  if (pid == 0) {
    const std::string text = question();
    [[maybe_unused]] auto written = write(answer.write.number(), text.data(), text.size());
    _exit(0);
  }
  answer.write = Descriptor();
  std::string text;
  pollfd wait{answer.read.number(), POLLIN, 0};
  const auto end = Clock::now() + deadline;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0 || poll(&wait, 1, static_cast<int>(left)) <= 0) break;
    std::array<char, 4096> buffer;
    const ssize_t count = read(wait.fd, buffer.data(), buffer.size());
    if (count > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
      continue;
    }
    waitpid(pid, nullptr, 0);
    return text;
  }
  // Stuck in the kernel it may outlive the signal; then it is init's to reap once we have ended.
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, WNOHANG);
  return std::nullopt;
}

}  // namespace provisioner::host
