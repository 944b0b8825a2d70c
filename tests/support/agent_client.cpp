// A controller's session in a few lines.

#include "tests/support/agent_client.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/json.h"

namespace provisioner::tests {
namespace {

constexpr auto patience = std::chrono::seconds(30);

os::Command command_of(const std::vector<std::string>& argv) {
  os::Command command;
  command.argv = argv;
  return command;
}

}  // namespace

AgentClient::AgentClient(const std::vector<std::string>& argv)
    : child_(os::spawn(command_of(argv))) {
  std::signal(SIGPIPE, SIG_IGN);
  hello_ = value::read_cbor(await(wire::FrameKind::hello, 0).body);
}

AgentClient::~AgentClient() {
  close_input();
  child_.wait(std::chrono::seconds(2));  // it removes what is its own
}

void AgentClient::send(const wire::Frame& frame) { send_bytes(wire::encode(frame)); }

void AgentClient::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(child_.input().number(), bytes.data(), bytes.size());
    if (count <= 0) throw std::runtime_error("the agent does not read any more");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void AgentClient::submit(wire::TaskNumber task, const wire::Request& request) {
  send({wire::FrameKind::request, task, value::write_cbor(wire::to_value(request))});
}

void AgentClient::stage(const std::string& content, std::string digest) {
  if (digest.empty()) digest = crypto::sha256(content);
  const std::string head = base::unhex(digest) + std::string(8, '\0');
  if (!content.empty()) send({wire::FrameKind::blob, 0, head + content});
  send({wire::FrameKind::blob, 0, head});
}

void AgentClient::close_input() { child_.input() = os::Descriptor(); }

wire::Frame AgentClient::await(wire::FrameKind kind, wire::TaskNumber task) {
  const auto end = os::system_clock().now() + patience;
  for (std::size_t at = 0;; ++at) {
    while (at == kept_.size()) {
      if (auto frame = reader_.next()) {
        kept_.push_back(std::move(*frame));
        continue;
      }
      pollfd wait{child_.output().number(), POLLIN, 0};
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - os::system_clock().now());
      if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0)
        throw std::runtime_error("the agent says nothing of task " + std::to_string(task));
      std::array<char, 65536> buffer{};
      const ssize_t count = ::read(child_.output().number(), buffer.data(), buffer.size());
      if (count <= 0) throw std::runtime_error("the agent has ended");
      reader_.add({buffer.data(), static_cast<std::size_t>(count)});
    }
    if (kept_[at].kind != kind || kept_[at].task != task) continue;
    wire::Frame found = std::move(kept_[at]);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(at));
    return found;
  }
}

wire::Outcome AgentClient::outcome(wire::TaskNumber task) {
  return wire::outcome_from(value::read_cbor(await(wire::FrameKind::outcome, task).body));
}

wire::Outcome AgentClient::call(const wire::Request& request) {
  submit(++last_task_, request);
  return outcome(last_task_);
}

value::Value AgentClient::progress(wire::TaskNumber task) {
  return value::read_cbor(await(wire::FrameKind::progress, task).body);
}

value::Value AgentClient::refusal() {
  return value::read_cbor(await(wire::FrameKind::refusal, 0).body);
}

int AgentClient::end() {
  close_input();
  const auto status = child_.wait(patience);
  if (!status) throw std::runtime_error("the agent does not end");
  return *status;
}

wire::Request request_of(const std::string& module, value::Dict arguments) {
  wire::Request request;
  request.module = module;
  request.arguments = value::Value(std::move(arguments));
  return request;
}

std::string text_of(const wire::Outcome& outcome, std::string_view key) {
  const value::Value* found = outcome.result.find(key);
  return found == nullptr ? "" : found->is_string() ? found->text() : value::write_json(*found);
}

}  // namespace provisioner::tests
