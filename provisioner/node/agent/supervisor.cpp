// The supervisor: frames in, workers beside it, frames out.

#include "provisioner/node/agent/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <memory>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/agent/blobs.h"
#include "provisioner/node/agent/fences.h"
#include "provisioner/node/agent/other_user.h"
#include "provisioner/node/agent/outbox.h"
#include "provisioner/node/agent/worker.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::agent {
namespace {

using value::Dict;
using value::Value;
using wire::Frame;
using wire::FrameKind;
using wire::TaskNumber;

constexpr int tick = 250;                              // milliseconds
constexpr std::size_t most_unsent = 64 * 1024 * 1024;  // beyond it, workers wait for the link

wire::Outcome ended(wire::Ending ending, const std::string& message) {
  wire::Outcome outcome;
  outcome.ending = ending;
  outcome.result = Dict{{"msg", message}, {"changed", false}};
  if (ending == wire::Ending::failed) outcome.result.set("failed", true);
  return outcome;
}

bool is_me(const std::string& user) {
  const std::string accounts = os::read_file("/etc/passwd").value_or("");
  for (const std::string_view line : base::lines_of(accounts)) {
    const auto fields = base::split(line, ':');
    if (fields.size() > 2 && fields[0] == user) return fields[2] == std::to_string(::geteuid());
  }
  return user == "root" && ::geteuid() == 0;
}

Value greeting() {
  const std::string boot_id(
      base::trim(os::read_file("/proc/sys/kernel/random/boot_id").value_or("")));
  return Value(Dict{{"version", std::int64_t{wire::protocol_version}},
                    {"pid", std::int64_t{::getpid()}},
                    {"uid", static_cast<std::int64_t>(::geteuid())},
                    {"boot_id", boot_id}});
}

volatile std::sig_atomic_t was_told_to_end = 0;

class Supervisor {
 public:
  Supervisor(std::string own_path, const Patience& patience)
      : own_path_(std::move(own_path)), patience_(patience), fences_(fence_directory()) {
    ::fcntl(0, F_SETFL, ::fcntl(0, F_GETFL) | O_NONBLOCK);
    outbox_.attach(1);
  }

  // Throws Error(failed) for a controller that does not speak as was agreed.
  void run() {
    send({FrameKind::hello, 0, value::write_cbor(greeting())});
    while (!is_over_ && !outbox_.is_broken() && was_told_to_end == 0) {
      wait();
      watch_workers();
      watch_others();
      std::erase_if(leaving_, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
    }
  }

  // Nobody listens any more: what still runs is asked to end, then made to.
  void end() {
    for (auto& [key, user] : others_) user->finish();
    for (auto& [task, worker] : workers_) worker->terminate();
    const os::Instant patience_ends = os::system_clock().now() + patience_.goodbye;
    for (auto& [task, worker] : workers_)
      while (!worker->is_gone() && os::system_clock().now() < patience_ends) ::usleep(5'000);
    for (auto& [task, worker] : workers_) worker->kill();
    others_.clear();
    outbox_.flush();
  }

 private:
  void send(const Frame& frame) {
    outbox_.add(wire::encode(frame));
    outbox_.flush();
  }

  void answer(TaskNumber task, const wire::Outcome& outcome) {
    send({FrameKind::outcome, task, value::write_cbor(wire::to_value(outcome))});
  }

  // Everything is looked at again after each wait, so it need not be known what woke us.
  void wait() {
    const bool has_room = outbox_.size() < most_unsent;
    std::vector<pollfd> waits = {{0, POLLIN, 0}, {outbox_.is_empty() ? -1 : 1, POLLOUT, 0}};
    for (auto& [task, worker] : workers_)
      waits.push_back({has_room ? worker->output() : -1, POLLIN, 0});
    for (auto& [key, user] : others_) {
      waits.push_back({has_room ? user->output() : -1, POLLIN, 0});
      waits.push_back({user->errors(), POLLIN, 0});
      waits.push_back({user->has_waiting() ? user->input() : -1, POLLOUT, 0});
    }
    if (::poll(waits.data(), waits.size(), tick) < 0) return;
    outbox_.flush();
    if (has_room) read_workers();
    for (auto& [key, user] : others_) {
      user->read_errors();
      if (has_room) user->read_output();
      user->flush();
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
    try {
      while (auto frame = reader_.next()) take(*frame);
    } catch (const base::Error& error) {
      throw base::Error(
          base::Kind::failed,
          error.message() + ": '" + base::escape_for_terminal(reader_.noise().substr(0, 60)) + "'");
    }
  }

  void take(const Frame& frame) {
    switch (frame.kind) {
      case FrameKind::request:
        return take_request(frame);
      case FrameKind::blob:
        return blobs_.take(frame.body);
      case FrameKind::cancel:
        return cancel(frame.task);
      case FrameKind::ping:
        return send({FrameKind::pong, frame.task, {}});
      case FrameKind::bye:
        is_over_ = true;
        return;
      default:
        return;  // of a later version, which must do without an answer
    }
  }

  // Whatever is wrong with one request is its outcome.
  void take_request(const Frame& frame) try {
    if (workers_.contains(frame.task) || relayed_.contains(frame.task))
      throw base::Error(base::Kind::failed, "a task with this number is under way already");
    wire::Request request = wire::request_from(value::read_cbor(frame.body));
    fences_.admit(request);
    for (const std::string& digest : request.blobs) blobs_.require(digest);
    if (request.become.is_wanted() && !is_me(request.become.user))
      return relay(frame.task, std::move(request));
    request.become = {};
    workers_.emplace(frame.task,
                     std::make_unique<Worker>(
                         request, request.blobs.empty() ? "" : blobs_.directory(), patience_));
  } catch (const base::Error& error) {
    answer(frame.task, ended(wire::Ending::failed, error.message()));
  } catch (const std::exception& error) {
    answer(frame.task,
           ended(wire::Ending::failed, std::string("the agent failed: ") + error.what()));
  }

  void relay(TaskNumber task, wire::Request request) {
    const wire::Become& become = request.become;
    const std::string key = become.method + "\n" + become.user + "\n" +
                            base::join(become.flags, " ") + "\n" + become.executable;
    auto& user = others_[key];
    if (!user) user = std::make_unique<OtherUser>(become, own_path_, patience_);
    for (const std::string& digest : request.blobs)
      user->send_content(blobs_.path_of(digest), digest);
    request.become = {};
    user->send({FrameKind::request, task, value::write_cbor(wire::to_value(request))});
    relayed_[task] = key;
  }

  void read_workers() {
    for (auto at = workers_.begin(); at != workers_.end();) {
      const auto outcome = at->second->read();
      if (outcome) send({FrameKind::outcome, at->first, *outcome});
      at = outcome ? forget(at) : std::next(at);
    }
  }

  void watch_workers() {
    const os::Instant now = os::system_clock().now();
    for (auto at = workers_.begin(); at != workers_.end();) {
      const auto word = at->second->watch(now);
      if (word)
        send({word->is_last ? FrameKind::outcome : FrameKind::progress, at->first, word->body});
      at = word && word->is_last ? forget(at) : std::next(at);
    }
  }

  using Workers = std::map<TaskNumber, std::unique_ptr<Worker>>;

  // One that hangs where no signal reaches it is reaped when it comes back, or by init after us.
  Workers::iterator forget(Workers::iterator at) {
    if (::waitpid(at->second->pid(), nullptr, WNOHANG) == 0) leaving_.push_back(at->second->pid());
    return workers_.erase(at);
  }

  void cancel(TaskNumber task) {
    if (const auto worker = workers_.find(task); worker != workers_.end())
      return worker->second->stop(os::system_clock().now());
    if (const auto relayed = relayed_.find(task); relayed != relayed_.end())
      others_.at(relayed->second)->send({FrameKind::cancel, task, {}});
  }

  void watch_others() {
    for (auto at = others_.begin(); at != others_.end();) {
      const std::optional<std::string> problem = pass_on(*at->second);
      if (problem)
        fail_relayed(at->first,
                     at->second->is_ready() ? wire::Ending::unknown : wire::Ending::failed,
                     *problem);
      at = problem ? others_.erase(at) : std::next(at);
    }
  }

  // What another user's supervisor says goes on to the controller; an answer is why that cannot go
  // on.
  std::optional<std::string> pass_on(OtherUser& user) try {
    while (auto frame = user.next()) {
      if (!relayed_.contains(frame->task)) continue;
      if (frame->kind != FrameKind::outcome && frame->kind != FrameKind::progress) continue;
      if (frame->kind == FrameKind::outcome) relayed_.erase(frame->task);
      send(*frame);
    }
    return user.failure();
  } catch (const base::Error& error) {
    return error.message();
  }

  void fail_relayed(const std::string& key, wire::Ending ending, const std::string& problem) {
    std::erase_if(relayed_, [&](const auto& relayed) {
      if (relayed.second != key) return false;
      answer(relayed.first, ended(ending, problem));
      return true;
    });
  }

  std::string own_path_;
  Patience patience_;
  wire::FrameReader reader_;
  Outbox outbox_;
  Blobs blobs_;
  Fences fences_;
  Workers workers_;
  std::vector<pid_t> leaving_;  // their tasks have an outcome, they themselves are still there
  std::map<std::string, std::unique_ptr<OtherUser>> others_;
  std::map<TaskNumber, std::string> relayed_;
  bool is_over_ = false;
};

// No core file and no debugger may see what passes through here.
void harden() {
  ::prctl(PR_SET_DUMPABLE, 0);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGTERM, [](int) { was_told_to_end = 1; });
}

void refuse(const std::string& message) {
  const std::string bytes =
      wire::encode({FrameKind::refusal, 0, value::write_cbor(Value(Dict{{"msg", message}}))});
  pollfd wait{1, POLLOUT, 0};
  ::poll(&wait, 1, 1000);
  [[maybe_unused]] const ssize_t written = ::write(1, bytes.data(), bytes.size());
}

}  // namespace

int supervise(const std::string& own_path, const Patience& patience) {
  harden();
  try {
    Supervisor supervisor(own_path, patience);
    std::string problem;
    try {
      supervisor.run();
    } catch (const base::Error& error) {
      problem = error.message();
    }
    supervisor.end();
    if (problem.empty()) return 0;
    refuse(problem);
  } catch (const base::Error& error) {
    refuse(error.message());
  }
  return 1;
}

}  // namespace provisioner::agent
