// From a login shell to an agent, and frames from then on.

#include "provisioner/engine/transport/agent_channel.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"
#include "provisioner/engine/transport/agent_image.h"

namespace provisioner::transport {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t most_noise = 65536;
constexpr int most_unanswered = 3;

}  // namespace

AgentChannel::AgentChannel(Link& link, Settings settings, ArrivalSink& sink, SendPermit& may_send)
    : link_(link),
      settings_(std::move(settings)),
      sink_(sink),
      may_send_(may_send),
      marker_("provisioner-" + crypto::random_token()) {
  const os::Instant now = os::system_clock().now();
  deadline_ = now + settings_.start;
  last_heard_ = last_asked_ = now;
  if (link.is_local()) {
    stream_ = link.start("exec " + base::shell_quote(settings_.agent_path));
    stage_ = Stage::greeting;
    return;
  }
  stream_ = link.start(agent_command(marker_, agent_digest(settings_.agent_path)));
  delivery_.add(agent_script());
}

void AgentChannel::submit(wire::TaskNumber task, const wire::Request& request,
                          const std::vector<Blob>& blobs) {
  try {
    for (const Blob& blob : blobs) requests_.add(blob);
    requests_.add(
        wire::encode({wire::FrameKind::request, task, value::write_cbor(wire::to_value(request))}));
    tasks_[task] = false;
  } catch (const Error& error) {
    sink_({task, Arrival::Lost{error, false}});
  }
}

void AgentChannel::cancel(wire::TaskNumber task) {
  if (tasks_.contains(task)) requests_.add(wire::encode({wire::FrameKind::cancel, task, {}}));
}

void AgentChannel::say_goodbye() {
  if (stage_ != Stage::ready) return;
  requests_.add(wire::encode({wire::FrameKind::bye, 0, {}}));
  requests_.flush(*stream_);
  stream_->finish_input();
}

void AgentChannel::pump() {
  std::string came;
  const bool goes_on = stream_->read(came, errors_);
  if (errors_.size() > most_noise) errors_.resize(most_noise);
  if (!came.empty()) {
    last_heard_ = os::system_clock().now();
    unanswered_ = 0;
  }
  if (stage_ == Stage::starting || stage_ == Stage::delivering) {
    text_ += came;
    read_beginning();
  } else {
    reader_.add(came);
  }
  if (stage_ == Stage::greeting || stage_ == Stage::ready) {
    try {
      while (auto frame = reader_.next()) take(*frame);
    } catch (const Error& error) {
      throw Error(Kind::unreachable,
                  settings_.node + ": " + error.message() + ": " + shown(reader_.noise()));
    }
  }
  if (!goes_on) throw explain_end();
  delivery_.flush(*stream_);
  if (stage_ == Stage::ready && !requests_.is_empty()) {
    for (auto& [task, is_out] : tasks_) {
      if (!is_out && !may_send_(task)) throw stopped(settings_.node);
      is_out = true;
    }
    requests_.flush(*stream_);
  }
  keep_alive();
}

// Login shells may say things before our script does; what counts begins with the marker.
void AgentChannel::read_beginning() {
  if (!marker_.empty()) {
    const std::size_t at = text_.find(marker_ + "\n");
    if (at == std::string::npos) {
      if (text_.size() > most_noise)
        throw Error(
            Kind::unreachable,
            settings_.node + ": the login shell says a lot and starts nothing: " + shown(text_));
      return;
    }
    text_.erase(0, at + marker_.size() + 1);
    marker_.clear();
  }
  while (!text_.empty() && (stage_ == Stage::starting || stage_ == Stage::delivering)) {
    if (text_.starts_with("Pv") || (text_ == "P")) {
      if (text_.size() < 2) return;
      stage_ = Stage::greeting;
      reader_.add(text_);
      text_.clear();
      return;
    }
    const std::size_t end = text_.find('\n');
    if (end == std::string::npos) return;
    const std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    take_line(line);
  }
}

void AgentChannel::take_line(const std::string& line) {
  if (line.starts_with("need ")) {
    stage_ = Stage::delivering;
    tried_ = line.substr(5);
    const std::string& packed = packed_agent(settings_.agent_path);
    delivery_.add(std::to_string(packed.size()) + "\n" + packed);
    deadline_ = os::system_clock().now() + std::chrono::minutes(5);
    return;
  }
  if (line.starts_with("failed "))
    throw Error(Kind::unreachable, settings_.node + ": the agent can be placed nowhere: " +
                                       shown(line.substr(7), 2000))
        .set_hint("it needs 8 MB in one of these, not mounted noexec, not of another owner");
  throw Error(Kind::unreachable,
              settings_.node + ": the node answers something else: " + shown(line));
}

void AgentChannel::take(const wire::Frame& frame) {
  switch (frame.kind) {
    case wire::FrameKind::hello:
      stage_ = Stage::ready;
      errors_.clear();  // what a login shell said is no reason for what happens from here on
      break;
    case wire::FrameKind::outcome:
      if (tasks_.erase(frame.task) == 0) break;  // given up before
      sink_({frame.task, wire::outcome_from(value::read_cbor(frame.body))});
      break;
    case wire::FrameKind::progress: {
      const value::Value told = value::read_cbor(frame.body);
      const value::Value* seconds = told.is_dict() ? told.dict().find("seconds") : nullptr;
      const value::Value* doing = told.is_dict() ? told.dict().find("doing") : nullptr;
      if (seconds != nullptr && doing != nullptr && tasks_.contains(frame.task))
        sink_({frame.task, Arrival::Progress{seconds->is_real() ? seconds->real() : 0,
                                             base::escape_for_terminal(doing->text())}});
      break;
    }
    case wire::FrameKind::refusal: {
      const value::Value told = value::read_cbor(frame.body);
      const value::Value* message = told.is_dict() ? told.dict().find("msg") : nullptr;
      throw Error(Kind::unreachable, settings_.node + ": the agent refuses: " +
                                         (message != nullptr ? shown(message->text()) : ""));
    }
    default:
      break;
  }
}

void AgentChannel::keep_alive() {
  const os::Instant now = os::system_clock().now();
  if (stage_ != Stage::ready) {
    if (now >= deadline_) throw explain_delay();
    return;
  }
  if (now - last_heard_ < settings_.keepalive || now - last_asked_ < settings_.keepalive) return;
  if (unanswered_ >= most_unanswered)
    throw Error(Kind::unreachable, settings_.node + ": " + silent_for(now - last_heard_));
  ++unanswered_;
  last_asked_ = now;
  requests_.add(wire::encode({wire::FrameKind::ping, 0, {}}));
  requests_.flush(*stream_);
}

Error AgentChannel::explain_delay() const {
  const std::string node = settings_.node + ": logged in, but ";
  const std::string words =
      text_.empty() && errors_.empty() ? "" : "; it said: " + shown(text_ + errors_);
  if (stage_ == Stage::delivering)
    return Error(Kind::unreachable,
                 node + "the agent did not arrive in " + tried_ + " in time" + words);
  return Error(Kind::unreachable, node + "the login shell started nothing in time" + words)
      .set_hint(
          "its start files (.bashrc, .profile) may wait for something: try it by hand, ssh to this "
          "user with 'true' as the command");
}

Error AgentChannel::explain_end() const {
  const auto status = stream_->status();
  const std::string said = shown(text_ + (text_.empty() || errors_.empty() ? "" : " ") + errors_);
  const std::string words = said.empty() ? "" : ": " + said;
  if (stage_ == Stage::ready)
    return Error(Kind::unreachable, settings_.node + ": the link to the node was lost" + words);
  if (status && stage_ != Stage::ready)
    if (auto error = link_.no_connection(*status, errors_)) return *std::move(error);
  if (!marker_.empty())
    return Error(Kind::unreachable,
                 settings_.node + ": the login shell starts no command" +
                     (status ? " (status " + std::to_string(*status) + ")" : "") + words)
        .set_hint(
            "a shell such as nologin lets nobody in: give another user by -u or 'ansible_user'");
  if (status == 126)
    return Error(Kind::unreachable,
                 settings_.node + ": the agent may not be executed where it lies" + words)
        .set_hint("is /var/tmp mounted noexec now? remove /var/tmp/.provisioner-* and run again");
  return Error(Kind::unreachable, settings_.node + ": the agent ended before it greeted" +
                                      (status ? " (status " + std::to_string(*status) + ")" : "") +
                                      words);
}

void AgentChannel::lose_all(const Error& error) {
  for (const auto& [task, is_out] : tasks_) sink_({task, Arrival::Lost{error, is_out}});
  tasks_.clear();
}

Error stopped(const std::string& node) {
  return Error(Kind::unreachable, node + ": the run was stopped");
}

}  // namespace provisioner::transport
