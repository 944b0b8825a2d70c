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

// As Ansible does it: the command goes to a shell of the other user.
std::string as_user(const wire::Become& become, const std::string& prompt,
                    const std::string& command) {
  if (!become.is_wanted()) return command;
  std::vector<std::string> words = {become.executable.empty() ? become.method : become.executable};
  words.insert(words.end(), become.flags.begin(), become.flags.end());
  if (become.method == "su") {
    words.insert(words.end(), {become.user, "-c", command});
  } else {
    words.emplace_back("-H");
    if (become.password.is_empty())
      words.emplace_back("-n");
    else
      words.insert(words.end(), {"-S", "-p", prompt});
    words.insert(words.end(), {"-u", become.user, "/bin/sh", "-c", command});
  }
  for (std::string& word : words) word = base::shell_quote(word);
  return base::join(words, " ");
}

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
  if (agent_) agent_->say_goodbye();
  const Error closed(Kind::unreachable, node() + ": the session was closed");
  drop_link(closed);
  for (const Work& work : take_work())
    if (work.is_task()) parts_.sink({work.task, Arrival::Lost{closed, false}});
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
      agent_ = std::make_unique<AgentChannel>(*link_, agent_settings(), parts_.sink,
                                              parts_.may_send);
    agent_->submit(work.task, call.request, call.blobs);
  } catch (const Error& error) {
    parts_.sink({work.task, Arrival::Lost{error, false}});
    if (!agent_ && raws_.empty()) link_.reset();
  }
}

AgentChannel::Settings Session::agent_settings() const {
  return {node(), find_agent(parts_.options.agent_path), parts_.options.keepalive,
          parts_.options.start};
}

void Session::connect(const Access& access) {
  node_ = access.node;
  if (endpoint_.kind == Endpoint::Kind::local) {
    link_ = make_local_link();
    return;
  }
  SshSettings settings = ssh_settings(endpoint_, access);
  const ShownKey shown{access.node, settings.address, settings.port, {}, {}};
  if (settings.program_reason.empty() &&
      parts_.host_keys.needs_authority(shown, settings.host_keys))
    settings.program_reason = "@cert-authority in known_hosts";
  if (!settings.program_reason.empty()) return connect_by_program(access, settings);
  for (int attempt = 1;; ++attempt) {
    try {
      return connect_by_library(access, settings);
    } catch (const Error&) {
      if (attempt >= access.connection_attempts || is_ending_) throw;
    }
  }
}

void Session::connect_by_program(const Access& access, const SshSettings& settings) {
  if (!access.password.is_empty())
    throw Error(Kind::unreachable, node() + ": " + settings.program_reason +
                                       " needs the ssh program, which takes no password")
        .set_hint("use a key, or a jump host (-J) in place of ProxyCommand");
  const ShownKey shown{access.node, settings.address, settings.port, {}, {}};
  link_ = make_program_link({node(), program_words(endpoint_, access, settings),
                             settings.host_keys.check == HostKeyCheck::strict
                                 ? parts_.host_keys.known_hosts_text(shown, settings.host_keys)
                                 : ""});
}

void Session::connect_by_library(const Access& access, const SshSettings& settings) {
  os::Descriptor socket;
  if (!settings.jump.empty()) {
    jump_ = parts_.jumps.reach(settings.jump, access, parts_.host_keys, abandon_);
    socket = jump_->open(
        {access.node, settings.address, settings.port, access.connect_timeout, abandon_});
  }
  const Slot slot(parts_.handshakes);
  link_ = make_ssh_link(
      connect_ssh({settings, access, parts_.host_keys, abandon_, std::move(socket)}), abandon_);
}

void Session::begin_raw(Work& work) {
  if (!parts_.may_send(work.task)) throw stopped(node());
  RawCommand command;
  command.raw = std::get<Work::Raw>(std::move(work.what));
  const wire::Become& become = command.raw.become;
  command.prompt = "[provisioner " + crypto::random_token() + "] password:";
  command.deadline = command.raw.deadline.count() > 0
                         ? os::system_clock().now() + command.raw.deadline
                         : os::Instant::max();
  command.stream = link_->start(as_user(become, command.prompt, command.raw.command));
  if (!become.is_wanted() || become.password.is_empty()) command.stream->finish_input();
  raws_.emplace(work.task, std::move(command));
}

void Session::pump() try {
  if (link_) link_->woken();
  if (agent_) agent_->pump();
  pump_raw();
  if (link_ && !agent_ && !raws_.empty()) link_->keep_alive(parts_.options.keepalive);
} catch (const Error& error) {
  drop_link(error);
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
  answer_prompt(command);
  if (goes_on && os::system_clock().now() < command.deadline &&
      command.out.size() < most_raw_output)
    return false;
  parts_.sink({task, ending_of(command, goes_on)});
  return true;
}

// su has a prompt of its own words, which cannot be chosen.
void Session::answer_prompt(RawCommand& command) {
  const wire::Become& become = command.raw.become;
  if (!become.is_wanted() || become.password.is_empty() || command.was_asked) return;
  const std::string prompt = become.method == "su" ? "password:" : command.prompt;
  const std::size_t at = become.method == "su" ? base::lower_case(command.errors).find(prompt)
                                               : command.errors.find(prompt);
  if (at == std::string::npos) return;
  const bool has_blank = command.errors.substr(at + prompt.size()).starts_with(' ');
  command.errors.erase(at, prompt.size() + (has_blank ? 1 : 0));
  command.stream->write(std::string(become.password.reveal()) + "\n");
  command.stream->finish_input();
  command.was_asked = true;
}

decltype(Arrival::content) Session::ending_of(RawCommand& command, bool goes_on) const {
  const auto status = command.stream->status();
  if (status) {
    if (auto error = link_->no_connection(*status, command.errors))
      return Arrival::Lost{std::move(*error), true};
    return Arrival::RawResult{*status, command.out, command.errors};
  }
  const std::string why = !goes_on ? ": the link was lost while the command ran"
                          : command.out.size() < most_raw_output
                              ? ": the command did not end in time"
                              : ": the command said more than 64 MiB and was stopped";
  return Arrival::Lost{Error(goes_on ? Kind::failed : Kind::unreachable, node() + why), true};
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
  const int longest = !link_ ? -1 : link_->has_news() ? 0 : idle_tick;
  ::poll(waits.data(), waits.size(), longest);
}

}  // namespace provisioner::transport
