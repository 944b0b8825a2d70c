// What stands for a run in the tests of transport.

#include "tests/transport/client.h"

#include <stdexcept>

#include "provisioner/base/base/text.h"

namespace provisioner::tests {
namespace {

using transport::Access;
using transport::Arrival;
using transport::Endpoint;

constexpr auto patience = std::chrono::seconds(60);

transport::Connections::Options with_agent(transport::Connections::Options options) {
  if (options.agent_path.empty()) options.agent_path = AGENT;
  return options;
}

std::string words_of(const Arrival& arrival) {
  if (const auto* lost = std::get_if<Arrival::Lost>(&arrival.content))
    return (lost->is_unknown ? "unknown: " : "") + lost->error.render();
  if (const auto* raw = std::get_if<Arrival::RawResult>(&arrival.content))
    return std::to_string(raw->status) + ": " + raw->out + raw->err;
  const auto& outcome = std::get<wire::Outcome>(arrival.content);
  const value::Value result(outcome.result);
  const std::string message = value::text_or(result, "msg", "");
  return std::to_string(value::integer_or(result, "rc", -1)) + ": " +
         (message.empty() ? value::text_or(result, "stdout", "") : message);
}

}  // namespace

wire::Request shell_request(const std::string& command) {
  wire::Request request;
  request.module = "shell";
  request.arguments = value::Value(value::Dict{{"_raw_params", command}});
  return request;
}

Client::Client() : Client(transport::Connections::Options{}) {}

Client::Client(transport::Connections::Options options)
    : options_(with_agent(std::move(options))),
      keys_(store::HostKeyStore::open(directory_.path() + "/state")) {}

transport::Connections& Client::connections() {
  if (!connections_) {
    policy_ = std::make_unique<transport::HostKeyPolicy>(keys_);
    connections_ = std::make_unique<transport::Connections>(
        options_, *policy_, [this](Arrival arrival) { take(std::move(arrival)); });
  }
  return *connections_;
}

Endpoint Client::endpoint(const SshServer& server) const {
  return {Endpoint::Kind::ssh, server.address(), server.port(), server.user(), {}};
}

Access Client::access(const SshServer& server) {
  call(server.fingerprint(), "KEY");
  call(server.address(), "SERVER");
  call(server.key_file(), "KEYFILE");
  Access access;
  access.node = "n01";
  access.private_key_file = server.key_file();
  access.connect_timeout = std::chrono::seconds(20);
  access.ssh_options = {
      "-o", "UserKnownHostsFile=" + write("known_" + server.address(), server.known_host())};
  return access;
}

wire::TaskNumber Client::submit(const Endpoint& endpoint, const Access& access,
                                wire::Request request) {
  connections().submit(endpoint, access, next_, std::move(request));
  return next_++;
}

wire::TaskNumber Client::submit_raw(const Endpoint& endpoint, const Access& access,
                                    const std::string& command, const wire::Become& become,
                                    std::chrono::milliseconds deadline) {
  connections().submit_raw(endpoint, access, next_, command, become, deadline);
  return next_++;
}

void Client::take(Arrival arrival) {
  const std::lock_guard guard(mutex_);
  if (const auto* progress = std::get_if<Arrival::Progress>(&arrival.content))
    progress_[arrival.task] = *progress;
  else if (!last_.emplace(arrival.task, arrival).second)
    throw std::logic_error("a task ended twice");
  arrived_.notify_all();
}

Arrival Client::last(wire::TaskNumber task) {
  std::unique_lock guard(mutex_);
  if (!arrived_.wait_for(guard, patience, [&] { return last_.contains(task); }))
    throw std::runtime_error("nothing came of a task in a minute");
  return last_.at(task);
}

Arrival::Progress Client::progress(wire::TaskNumber task) {
  std::unique_lock guard(mutex_);
  if (!arrived_.wait_for(guard, patience, [&] { return progress_.contains(task); }))
    throw std::runtime_error("a task told nothing of its progress in a minute");
  return progress_.at(task);
}

std::string Client::told(wire::TaskNumber task) { return renamed(words_of(last(task))); }

std::string Client::raw(const Endpoint& endpoint, const Access& access, const std::string& command,
                        const wire::Become& become) {
  return told(submit_raw(endpoint, access, command, become));
}

std::string Client::raw(const SshServer& server, const std::string& command) {
  return raw(endpoint(server), access(server), command);
}

std::string Client::shell(const Endpoint& endpoint, const Access& access,
                          const std::string& command, const wire::Become& become) {
  wire::Request request = shell_request(command);
  request.become = become;
  return told(submit(endpoint, access, std::move(request)));
}

std::string Client::shell(const SshServer& server, const std::string& command) {
  return shell(endpoint(server), access(server), command);
}

void Client::call(const std::string& text, const std::string& name) {
  names_.emplace_back(text, name);
}

std::string Client::write(const std::string& name, const std::string& text) {
  const std::string path = directory_.path() + "/" + name;
  os::write_file(path, text, 0600);
  return path;
}

std::string Client::renamed(std::string text) const {
  for (const auto& [from, to] : names_) text = base::replace_all(std::move(text), from, to);
  return base::replace_all(std::move(text), directory_.path(), "CLIENT");
}

}  // namespace provisioner::tests
