// The thread of one endpoint.

#include "provisioner/engine/transport/session.h"

#include <poll.h>
#include <sys/eventfd.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/engine/transport/agent_image.h"
#include "provisioner/engine/transport/child_links.h"

namespace provisioner::transport {
namespace {

using base::Error;
using base::Kind;

constexpr int idle_tick = 1000;  // milliseconds: for keepalives and deadlines
constexpr std::size_t most_raw_output = 64 << 20;

struct Slot {
  explicit Slot(Slots& slots) : slots_(slots) { slots_.acquire(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { slots_.release(); }
  Slots& slots_;
};

}  // namespace

Session::Session(Endpoint endpoint, SessionParts& parts)
    : endpoint_(std::move(endpoint)),
      parts_(parts),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { serve(); }) {}

Session::~Session() {
  end();
  thread_.join();
}

void Session::hand_over(Work work) {
  {
    const std::lock_guard guard(mutex_);
    work_.push_back(std::move(work));
  }
  ::eventfd_write(bell_.number(), 1);
}

void Session::end() {
  is_ending_ = true;
  abandon_.raise();
  ::eventfd_write(bell_.number(), 1);
}

std::deque<Session::Work> Session::take_work() {
  eventfd_t rings = 0;
  ::eventfd_read(bell_.number(), &rings);
  const std::lock_guard guard(mutex_);
  return std::exchange(work_, {});
}

void Session::serve() {
  while (!is_ending_) {
    for (Work& work : take_work()) begin(std::move(work));
    if (is_ending_) break;
    pump();
    wait();
  }
  if (agent_) {
    agent_->say_goodbye();
    agent_->lose_all(Error(Kind::unreachable, node() + ": the session was closed"));
  }
  raws_.clear();
  agent_.reset();
  link_.reset();
}

void Session::begin(Work work) {
  try {
    if (std::holds_alternative<Work::Cancel>(work.what)) {
      if (agent_) agent_->cancel(work.task);
      if (raws_.erase(work.task) != 0)
        parts_.sink(
            {work.task,
             Arrival::Lost{Error(Kind::failed, node() + ": the command was stopped"), true}});
      return;
    }
    if (std::holds_alternative<Work::Reset>(work.what))
      return drop_link(Error(Kind::unreachable, node() + ": the connection was reset"));
    if (!link_) connect(work.access);
    if (std::holds_alternative<Work::Raw>(work.what)) return begin_raw(work);
    auto& call = std::get<Work::Call>(work.what);
    if (!agent_)
      agent_ = std::make_unique<AgentChannel>(
          *link_,
          AgentChannel::Settings{node(), find_agent(parts_.options.agent_path),
                                 parts_.options.keepalive},
          parts_.sink);
    agent_->submit(work.task, call.request, call.blobs);
  } catch (const Error& error) {
    parts_.sink({work.task, Arrival::Lost{error, false}});
    if (!agent_ && raws_.empty()) link_.reset();
  }
}

void Session::connect(const Access& access) {
  node_ = access.node;
  if (endpoint_.kind == Endpoint::Kind::local) {
    link_ = make_local_link();
    return;
  }
  const SshSettings settings = ssh_settings(endpoint_, access);
  if (!settings.program_reason.empty()) {
    if (!access.password.is_empty())
      throw Error(Kind::unreachable, node() + ": " + settings.program_reason +
                                         " needs the ssh program, which takes no password")
          .set_hint("use a key, or a jump host (-J) in place of ProxyCommand");
    link_ = std::make_unique<ChildLink>(program_words(endpoint_, access, settings), false);
    return;
  }
  for (int attempt = 1;; ++attempt) {
    try {
      os::Descriptor socket;
      if (!settings.jump.empty()) {
        jump_ = parts_.jumps.reach(settings.jump, access, parts_.host_keys, abandon_);
        socket = jump_->open(settings.address, settings.port, access.connect_timeout);
      }
      const Slot slot(parts_.handshakes);
      link_ = make_ssh_link(
          connect_ssh({settings, access, parts_.host_keys, abandon_, std::move(socket)}));
      return;
    } catch (const Error&) {
      if (attempt >= access.connection_attempts || is_ending_) throw;
    }
  }
}

// As Ansible does it: the command goes to a shell of the other user.
void Session::begin_raw(Work& work) {
  RawCommand command;
  command.raw = std::get<Work::Raw>(std::move(work.what));
  const wire::Become& become = command.raw.become;
  std::string words = command.raw.command;
  if (become.is_wanted()) {
    const std::string program = become.executable.empty() ? become.method : become.executable;
    command.prompt = "[provisioner " + crypto::random_token() + "] password:";
    std::vector<std::string> parts = {base::shell_quote(program)};
    for (const std::string& flag : become.flags) parts.push_back(base::shell_quote(flag));
    if (become.method == "su")
      parts.insert(parts.end(), {base::shell_quote(become.user), "-c", base::shell_quote(words)});
    else if (become.password.is_empty())
      parts.insert(parts.end(), {"-H", "-n", "-u", base::shell_quote(become.user), "/bin/sh", "-c",
                                 base::shell_quote(words)});
    else
      parts.insert(parts.end(),
                   {"-H", "-S", "-p", base::shell_quote(command.prompt), "-u",
                    base::shell_quote(become.user), "/bin/sh", "-c", base::shell_quote(words)});
    words = base::join(parts, " ");
  }
  command.deadline = command.raw.deadline.count() > 0
                         ? os::system_clock().now() + command.raw.deadline
                         : os::Instant::max();
  command.stream = link_->start(words);
  if (!become.is_wanted() || become.password.is_empty()) command.stream->finish_input();
  raws_.emplace(work.task, std::move(command));
}

void Session::pump() {
  if (link_) link_->woken();
  pump_agent();
  pump_raw();
}

void Session::pump_agent() {
  if (!agent_) return;
  try {
    agent_->pump();
  } catch (const Error& error) {
    drop_link(error);
  }
}

void Session::pump_raw() {
  for (auto at = raws_.begin(); at != raws_.end();) {
    if (is_over(at->first, at->second))
      at = raws_.erase(at);
    else
      ++at;
  }
}

bool Session::is_over(wire::TaskNumber task, RawCommand& command) {
  const bool goes_on = command.stream->read(command.out, command.errors);
  const std::size_t prompt =
      command.prompt.empty() ? std::string::npos : command.errors.find(command.prompt);
  if (prompt != std::string::npos) {
    command.errors.erase(prompt, command.prompt.size());
    if (!command.was_asked)
      command.stream->write(std::string(command.raw.become.password.reveal()) + "\n");
    command.stream->finish_input();
    command.was_asked = true;
  }
  if (goes_on && os::system_clock().now() < command.deadline &&
      command.out.size() < most_raw_output)
    return false;
  const auto status = command.stream->status();
  if (status)
    parts_.sink({task, Arrival::RawResult{*status, command.out, command.errors}});
  else if (goes_on)
    parts_.sink(
        {task, Arrival::Lost{Error(Kind::failed,
                                   node() + ": the command did not end in time, or said too much"),
                             true}});
  else
    parts_.sink({task, Arrival::Lost{Error(Kind::unreachable,
                                           node() + ": the link was lost while the command ran"),
                                     true}});
  return true;
}

void Session::drop_link(const Error& error) {
  if (agent_) agent_->lose_all(error);
  for (const auto& [task, command] : raws_) parts_.sink({task, Arrival::Lost{error, true}});
  raws_.clear();
  agent_.reset();
  link_.reset();
  jump_.reset();
}

void Session::wait() {
  std::vector<pollfd> waits = {{bell_.number(), POLLIN, 0}};
  if (link_) link_->add_waits(waits);
  ::poll(waits.data(), waits.size(), link_ ? idle_tick : -1);
}

}  // namespace provisioner::transport
