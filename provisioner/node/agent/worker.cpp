// One request in a process of its own.

#include "provisioner/node/agent/worker.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/agent/process_state.h"
#include "provisioner/node/host/local_host.h"
#include "provisioner/node/host/write_file.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/wire/frame.h"

namespace provisioner::agent {
namespace {

using value::Dict;

wire::Outcome ended(wire::Ending ending, const std::string& message) {
  wire::Outcome outcome;
  outcome.ending = ending;
  outcome.result = Dict{{"msg", message}, {"changed", false}};
  if (ending == wire::Ending::failed) outcome.result.set("failed", true);
  return outcome;
}

std::string packed(const wire::Outcome& outcome) {
  return value::write_cbor(wire::to_value(outcome));
}

wire::Outcome perform(const wire::Request& request, const std::string& blob_directory,
                      const Note& note) {
  const modules::Module* module = modules::find_module(request.module);
  if (module == nullptr)
    return ended(wire::Ending::failed, "this agent has no module '" + request.module + "'");
  host::LocalHostOptions options;
  options.blob_directory = blob_directory;
  options.environment = request.environment;
  options.notice = [&note](std::string_view verb, std::string_view object, host::CallKind kind) {
    note.write(verb, object, kind == host::CallKind::file);
  };
  const auto host = host::make_local_host(std::move(options));
  const auto differences =
      request.diff ? modules::Differences::wanted : modules::Differences::left_out;
  return modules::run_module(*module, *host, request.arguments, request.check, differences);
}

std::string outcome_of(const wire::Request& request, const std::string& blob_directory,
                       const Note& note) try {
  std::string bytes = packed(perform(request, blob_directory, note));
  if (bytes.size() <= wire::max_frame_size) return bytes;
  return packed(ended(wire::Ending::failed, "the result of '" + request.module + "' has " +
                                                std::to_string(bytes.size() >> 20U) +
                                                " MiB, more than the " +
                                                std::to_string(wire::max_frame_size >> 20U) +
                                                " MiB that can be sent; what it did is done"));
} catch (const base::Error& error) {
  return packed(ended(wire::Ending::failed, error.message()));
} catch (const std::exception& error) {
  return packed(ended(wire::Ending::failed, std::string("the agent failed: ") + error.what()));
}

void close_from(unsigned first) {
  if (::close_range(first, ~0U, 0) == 0) return;
  for (int number = static_cast<int>(first); number < 4096; ++number)
    ::close(number);  // a kernel before 5.9
}

// Asked to end, it leaves nothing half-made behind.
void end_cleanly(int signal) {
  host::remove_unfinished_file();
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

// The child's whole life. Whatever goes wrong is an outcome, or the end of the pipe.
[[noreturn]] void live(const wire::Request& request, const std::string& blob_directory,
                       const Note& note, int output) {
  ::setsid();                          // whoever is in this session came from here
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a supervisor that is killed leaves nobody behind
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, end_cleanly);
  std::signal(SIGCHLD, SIG_DFL);
  ::dup2(output, 3);
  close_from(4);  // the pipes of other tasks: their ends must be seen
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
  ::fcntl(3, F_SETFD, FD_CLOEXEC);
  const std::string body = outcome_of(request, blob_directory, note);
  const std::uint64_t size = body.size();
  const std::string bytes = std::string(reinterpret_cast<const char*>(&size), sizeof size) +
                            body;  // NOLINT: same machine
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t count = ::write(3, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  ::_exit(0);
}

struct Pipe {
  os::Descriptor read, write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw base::Error(base::Kind::failed,
                      std::string("the node gives no pipe: ") + std::strerror(errno));
  return {os::Descriptor(ends[0]), os::Descriptor(ends[1])};
}

pid_t fork_worker(const wire::Request& request, const std::string& blob_directory, const Note& note,
                  Pipe& pipe) {
  const pid_t pid = ::fork();
  if (pid < 0)
    throw base::Error(base::Kind::failed,
                      std::string("the node gives no process: ") + std::strerror(errno));
  if (pid == 0) live(request, blob_directory, note, pipe.write.number());
  return pid;
}

}  // namespace

Worker::Worker(const wire::Request& request, const std::string& blob_directory,
               const Patience& patience)
    : module_(request.module), patience_(patience), tree_(0), allowed_(request.deadline) {
  Pipe pipe = make_pipe();
  pid_ = fork_worker(request, blob_directory, note_, pipe);
  tree_ = ProcessTree(pid_);
  output_ = std::move(pipe.read);
  ::fcntl(output_.number(), F_SETFL, O_NONBLOCK);
  started_ = told_ = blocked_since_ = os::system_clock().now();
  deadline_ = allowed_.count() > 0 ? started_ + allowed_ : os::Instant::max();
  kill_at_ = give_up_at_ = os::Instant::max();
}

std::optional<std::string> Worker::read() {
  if (verdict_) return std::nullopt;
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(output_.number(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  if (count > 0) received_.append(buffer.data(), static_cast<std::size_t>(count));
  std::uint64_t size = 0;
  if (received_.size() >= sizeof size) std::memcpy(&size, received_.data(), sizeof size);
  // The end of the pipe is not waited for: a child of the worker that hangs may keep it.
  if (size > 0 && received_.size() == sizeof size + size) return received_.substr(sizeof size);
  if (count > 0) return std::nullopt;
  int status = 0;
  ::waitpid(pid_, &status, 0);  // its pipe is closed: it is on its way out
  end_family(status);
  return std::nullopt;
}

// It died before it had an outcome. What that means is said once nothing of what it started runs
// any more.
void Worker::end_family(int status) {
  if (verdict_) return;
  output_ = os::Descriptor();
  verdict_ = stop_ != Stop::none ? stopped() : lost(status);
  tree_.signal(SIGTERM);
  kill_at_ = std::min(kill_at_, os::system_clock().now() + patience_.term);
}

void Worker::stop(os::Instant now) {
  if (stop_ != Stop::none) return;
  stop_ = Stop::cancel;
  tree_.signal(SIGTERM);
  kill_at_ = now + patience_.term;
}

bool Worker::is_gone() {
  ::waitpid(pid_, nullptr, WNOHANG);
  return tree_.is_gone();
}

std::optional<Worker::Word> Worker::watch(os::Instant now) {
  if (now >= deadline_ && stop_ == Stop::none) {
    stop(now);
    stop_ = Stop::deadline;
  }
  if (now >= kill_at_ && give_up_at_ == os::Instant::max()) {
    tree_.signal(SIGKILL);
    give_up_at_ = now + patience_.term;
  }
  if (int status = 0; !verdict_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    if (auto outcome = read()) return Word{true, *outcome};  // what it said last
    end_family(status);
  }
  if (verdict_ && (tree_.is_gone() || now >= give_up_at_)) return Word{true, *verdict_};
  watch_call(now);
  const bool is_blocked = now - blocked_since_ >= patience_.blocked;
  if (is_blocked || now >= give_up_at_) {  // in state D not even a SIGKILL is heard
    tree_.signal(SIGKILL);
    return Word{true, packed(ended(wire::Ending::unknown,
                                   std::to_string(seconds(now)) + " s in " + doing()))};
  }
  if (now - told_ < patience_.between_progress) return std::nullopt;
  told_ = now;
  return Word{false, value::write_cbor(value::Value(
                         Dict{{"seconds", std::chrono::duration<double>(now - started_).count()},
                              {"doing", doing()}}))};
}

// Blocked is who is in the same call as before and was not given the processor since: neither a
// long checksum nor a busy file server looks like that.
void Worker::watch_call(os::Instant now) {
  const Note::Reading note = note_.read();
  const std::uint64_t switches = note.is_file_call ? switches_of(pid_) : 0;
  if (!note.is_file_call || note.turn != turn_ || switches != switches_) blocked_since_ = now;
  turn_ = note.turn;
  switches_ = switches;
}

std::string Worker::doing() const {
  const Note::Reading note = note_.read();
  if (note.verb.empty()) return module_;
  if (!note.is_file_call) return note.object.empty() ? note.verb : note.verb + " " + note.object;
  const std::string type = file_system_of(note.object);
  return note.verb + " " + note.object + (type.empty() ? "" : " (" + type + ")");
}

long Worker::seconds(os::Instant now) const {
  return std::lround(std::chrono::duration<double>(now - started_).count());
}

// In ansible-core's words where it has some.
std::string Worker::stopped() const {
  if (stop_ == Stop::cancel)
    return packed(ended(
        wire::Ending::failed,
        "the task was stopped after " + std::to_string(seconds(os::system_clock().now())) + " s"));
  const auto period = std::chrono::ceil<std::chrono::seconds>(allowed_).count();
  return packed(ended(wire::Ending::failed,
                      "The " + module_ + " action failed to execute in the expected time frame (" +
                          std::to_string(period) + ") and was terminated"));
}

std::string Worker::lost(int status) const {
  const std::string how = WIFSIGNALED(status)
                              ? std::string("signal ") + std::to_string(WTERMSIG(status)) + ", " +
                                    ::strsignal(WTERMSIG(status))
                              : "status " + std::to_string(WEXITSTATUS(status));
  return packed(ended(wire::Ending::unknown, "the worker of '" + module_ + "' was lost (" + how +
                                                 "): what it did is unknown"));
}

}  // namespace provisioner::agent
