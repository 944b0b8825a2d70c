// The supervisor: frames in, workers beside it, frames out.

#include "provisioner/node/agent/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <map>
#include <memory>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/agent/blobs.h"
#include "provisioner/node/agent/other_user.h"
#include "provisioner/node/agent/process_state.h"
#include "provisioner/node/agent/worker.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::agent {
namespace {

using value::Dict;
using value::Value;
using wire::Frame;
using wire::FrameKind;
using wire::TaskNumber;

constexpr auto progress_interval = std::chrono::seconds(5);
constexpr auto stuck_limit = std::chrono::seconds(40);    // in state D: nobody waits longer
constexpr auto kill_patience = std::chrono::seconds(2);   // between SIGTERM and SIGKILL, and for the kill to work
constexpr int tick = 500;                                 // milliseconds

double seconds_since(os::Instant begin, os::Instant now) { return std::chrono::duration<double>(now - begin).count(); }

wire::Outcome ended(wire::Ending ending, const std::string& message) {
  wire::Outcome outcome;
  outcome.ending = ending;
  outcome.result = Dict{{"msg", message}, {"changed", false}};
  return outcome;
}

class Supervisor {
 public:
  explicit Supervisor(std::string own_path) : own_path_(std::move(own_path)) {}

  int run() {
    send({FrameKind::hello, 0, value::write_cbor(greeting())});
    while (!is_over_) {
      wait();
      watch_workers();
      watch_others();
    }
    end_workers();
    return 0;
  }

 private:
  Value greeting() const {
    const std::string boot_id(base::trim(os::read_file("/proc/sys/kernel/random/boot_id").value_or("")));
    return Value(Dict{{"version", std::int64_t{wire::protocol_version}},
                      {"pid", std::int64_t{::getpid()}},
                      {"uid", static_cast<std::int64_t>(::geteuid())},
                      {"boot_id", boot_id}});
  }

  // A controller that does not read any more has gone; its input tells so.
  void send(const Frame& frame) {
    const std::string bytes = wire::encode(frame);
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t count = ::write(1, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        is_over_ = true;
        return;
      }
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  void answer(TaskNumber task, const wire::Outcome& outcome) {
    send({FrameKind::outcome, task, value::write_cbor(wire::to_value(outcome))});
  }

  void wait() {
    std::vector<pollfd> waits = {{0, POLLIN, 0}};
    std::vector<TaskNumber> tasks;
    std::vector<OtherUser*> users;
    for (auto& [task, worker] : workers_) {
      waits.push_back({worker.output.number(), POLLIN, 0});
      tasks.push_back(task);
    }
    for (auto& [key, user] : others_) {
      waits.push_back({user->output(), POLLIN, 0});
      waits.push_back({user->errors(), POLLIN, 0});
      users.push_back(user.get());
    }
    if (::poll(waits.data(), waits.size(), tick) < 0) return;
    for (std::size_t at = 0; at < tasks.size(); ++at)
      if (waits[1 + at].revents != 0) read_worker(tasks[at]);
    for (std::size_t at = 0; at < users.size(); ++at) {
      const std::size_t place = 1 + tasks.size() + 2 * at;
      if (waits[place + 1].revents != 0) users[at]->read_errors();
      if (waits[place].revents != 0) users[at]->read_output();
    }
    if (waits[0].revents != 0) read_controller();
  }

  void read_controller() {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(0, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count <= 0) {
      is_over_ = true;
      return;
    }
    reader_.add({buffer.data(), static_cast<std::size_t>(count)});
    while (auto frame = reader_.next()) take(*frame);
  }

  void take(const Frame& frame) {
    try {
      switch (frame.kind) {
        case FrameKind::request:
          take_request(frame);
          break;
        case FrameKind::blob:
          blobs_.take(frame.body);
          break;
        case FrameKind::cancel:
          cancel(frame.task);
          break;
        case FrameKind::ping:
          send({FrameKind::pong, frame.task, {}});
          break;
        case FrameKind::bye:
          is_over_ = true;
          break;
        default:
          break;
      }
    } catch (const base::Error& error) {
      if (frame.kind == FrameKind::blob)
        blob_problem_ = error.message();
      else
        answer(frame.task, ended(wire::Ending::failed, error.message()));
    }
  }

  void take_request(const Frame& frame) {
    wire::Request request = wire::request_from(value::read_cbor(frame.body));
    for (const std::string& digest : request.blobs)
      if (!blobs_.has(digest))
        throw base::Error(base::Kind::failed, blob_problem_.empty() ? "a content that the task needs did not arrive" : blob_problem_);
    if (request.become.is_wanted() && !is_me(request.become.user)) return relay(frame.task, std::move(request));
    request.become = {};
    workers_.emplace(frame.task, start_worker(request, request.blobs.empty() ? "" : blobs_.directory()));
  }

  static bool is_me(const std::string& user) {
    const std::string accounts = os::read_file("/etc/passwd").value_or("");
    for (const std::string_view line : base::lines_of(accounts)) {
      const auto fields = base::split(line, ':');
      if (fields.size() > 2 && fields[0] == user) return fields[2] == std::to_string(::geteuid());
    }
    return user == "root" && ::geteuid() == 0;
  }

  void relay(TaskNumber task, wire::Request request) {
    const std::string key = request.become.method + "\n" + request.become.user + "\n" + base::join(request.become.flags, " ") + "\n" + request.become.executable;
    auto& user = others_[key];
    if (!user) user = std::make_unique<OtherUser>(request.become, own_path_);
    for (const std::string& digest : request.blobs) send_blob(*user, digest);
    request.become = {};
    user->send({FrameKind::request, task, value::write_cbor(wire::to_value(request))});
    relayed_[task] = key;
  }

  // The other user cannot read our files: it gets its own copy.
  void send_blob(OtherUser& user, const std::string& digest) {
    constexpr std::size_t piece = 256 * 1024;
    const std::string bytes = os::require_file(blobs_.directory() + "/" + digest, std::size_t{1} << 32U);
    const std::string head = base::unhex(digest) + std::string(8, '\0');
    for (std::size_t at = 0; at < bytes.size(); at += piece) user.send({FrameKind::blob, 0, head + bytes.substr(at, piece)});
    user.send({FrameKind::blob, 0, head});
  }

  void read_worker(TaskNumber task) {
    Worker& worker = workers_.at(task);
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(worker.output.number(), buffer.data(), buffer.size());
    if (count > 0) {
      worker.received.append(buffer.data(), static_cast<std::size_t>(count));
      return;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    int status = 0;
    ::waitpid(worker.pid, &status, 0);
    if (!worker.received.empty() && WIFEXITED(status))
      send({FrameKind::outcome, task, worker.received});
    else
      answer(task, lost_worker(worker, status));
    workers_.erase(task);
  }

  static wire::Outcome lost_worker(const Worker& worker, int status) {
    if (worker.is_killed) return ended(wire::Ending::failed, "the task was stopped after " + std::to_string(std::lround(seconds_since(worker.started, os::system_clock().now()))) + " s");
    const std::string how = WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "status " + std::to_string(WEXITSTATUS(status));
    return ended(wire::Ending::unknown, "the worker of '" + worker.module + "' was lost (" + how + "): what it did is unknown");
  }

  void watch_workers() {
    const os::Instant now = os::system_clock().now();
    for (auto at = workers_.begin(); at != workers_.end();) {
      const auto task = at->first;
      Worker& worker = (at++)->second;
      if (now >= worker.deadline && !worker.is_killed) kill_worker(worker, SIGKILL, now);
      if (seconds_since(worker.told, now) < std::chrono::duration<double>(progress_interval).count()) continue;
      worker.told = now;
      watch_one(task, worker, now);
    }
  }

  // A worker in state D cannot even be killed: it is given up, its end is waited for by nobody.
  void watch_one(TaskNumber task, Worker& worker, os::Instant now) {
    const std::string doing = doing_of(worker.pid);
    const bool is_stuck = state_of(worker.pid) == 'D';
    if (!is_stuck) worker.stuck_since = {};
    if (is_stuck && worker.stuck_since == os::Instant()) worker.stuck_since = now;
    const bool is_lost = is_stuck && (now - worker.stuck_since >= stuck_limit - progress_interval || worker.is_killed);
    const auto seconds = seconds_since(worker.started, now);
    if (is_lost) {
      ::kill(-worker.pid, SIGKILL);
      answer(task, ended(wire::Ending::unknown, std::to_string(std::lround(seconds)) + " s in " + (doing.empty() ? worker.module : doing)));
      workers_.erase(task);
      return;
    }
    send({FrameKind::progress, task, value::write_cbor(Value(Dict{{"seconds", seconds}, {"doing", doing.empty() ? worker.module : doing}}))});
  }

  static void kill_worker(Worker& worker, int signal, os::Instant now) {
    worker.is_killed = true;
    ::kill(-worker.pid, signal);
    if (signal == SIGTERM) {
      worker.is_killed = false;
      worker.deadline = now + kill_patience;
    }
  }

  void cancel(TaskNumber task) {
    const auto worker = workers_.find(task);
    if (worker != workers_.end()) return kill_worker(worker->second, SIGTERM, os::system_clock().now());
    const auto relayed = relayed_.find(task);
    if (relayed != relayed_.end()) others_.at(relayed->second)->send({FrameKind::cancel, task, {}});
  }

  void watch_others() {
    for (auto at = others_.begin(); at != others_.end();) {
      OtherUser& user = *at->second;
      std::optional<std::string> problem;
      try {
        while (auto frame = user.next()) {
          if (frame->kind == FrameKind::outcome) relayed_.erase(frame->task);
          if (frame->kind == FrameKind::outcome || frame->kind == FrameKind::progress) send(*frame);
        }
        problem = user.failure();
      } catch (const base::Error& error) {
        problem = error.message();
      }
      if (!problem) {
        ++at;
        continue;
      }
      const auto ending = user.is_ready() ? wire::Ending::unknown : wire::Ending::failed;
      std::erase_if(relayed_, [&](const auto& relayed) {
        if (relayed.second != at->first) return false;
        answer(relayed.first, ended(ending, *problem));
        return true;
      });
      at = others_.erase(at);
    }
  }

  // Nobody listens any more: what still runs is asked to end, then made to.
  void end_workers() {
    others_.clear();
    for (auto& [task, worker] : workers_) ::kill(-worker.pid, SIGTERM);
    const os::Instant end = os::system_clock().now() + kill_patience;
    for (auto& [task, worker] : workers_) {
      while (::waitpid(worker.pid, nullptr, WNOHANG) == 0 && os::system_clock().now() < end) ::usleep(20'000);
      ::kill(-worker.pid, SIGKILL);
    }
  }

  std::string own_path_;
  wire::FrameReader reader_;
  Blobs blobs_;
  std::string blob_problem_;
  std::map<TaskNumber, Worker> workers_;
  std::map<std::string, std::unique_ptr<OtherUser>> others_;
  std::map<TaskNumber, std::string> relayed_;
  bool is_over_ = false;
};

// No core file and no debugger may see what passes through here.
void harden() {
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGHUP, SIG_IGN);
}

}  // namespace

int supervise(const std::string& own_path) {
  harden();
  try {
    return Supervisor(own_path).run();
  } catch (const base::Error& error) {
    const std::string body = value::write_cbor(Value(Dict{{"msg", error.message()}}));
    const std::string bytes = wire::encode({FrameKind::refusal, 0, body});
    return ::write(1, bytes.data(), bytes.size()) > 0 ? 1 : 70;
  }
}

}  // namespace provisioner::agent
