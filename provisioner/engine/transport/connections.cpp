// All sessions of a run.

#include <libssh/libssh.h>

#include <map>

#include "provisioner/engine/transport/session.h"

namespace provisioner::transport {

struct Connections::Parts {
  SessionParts shared;
  std::map<Endpoint, std::unique_ptr<Session>> sessions;
  std::map<wire::TaskNumber, Session*> tasks;

  Session& session(const Endpoint& endpoint) {
    auto& session = sessions[endpoint];
    if (!session) session = std::make_unique<Session>(endpoint, shared);
    return *session;
  }
};

Connections::Connections(Options options, HostKeyPolicy& host_keys, ArrivalSink sink)
    : parts_(new Parts{
          {options, host_keys, std::move(sink), {}, Slots(options.connects_at_once)}, {}, {}}) {
  ::ssh_init();
}

Connections::~Connections() { close_all(std::chrono::seconds(1)); }

void Connections::submit(const Endpoint& endpoint, const Access& access, wire::TaskNumber task,
                         wire::Request request, std::vector<Blob> blobs) {
  Session& session = parts_->session(endpoint);
  parts_->tasks[task] = &session;
  session.hand_over({task, access, Session::Work::Call{std::move(request), std::move(blobs)}});
}

void Connections::submit_raw(const Endpoint& endpoint, const Access& access, wire::TaskNumber task,
                             std::string command, const wire::Become& become,
                             std::chrono::milliseconds deadline) {
  Session& session = parts_->session(endpoint);
  parts_->tasks[task] = &session;
  session.hand_over({task, access, Session::Work::Raw{std::move(command), become, deadline}});
}

void Connections::cancel(wire::TaskNumber task) {
  const auto session = parts_->tasks.find(task);
  if (session != parts_->tasks.end())
    session->second->hand_over({task, {}, Session::Work::Cancel{}});
}

void Connections::reset(const Endpoint& endpoint) {
  const auto session = parts_->sessions.find(endpoint);
  if (session != parts_->sessions.end())
    session->second->hand_over({0, {}, Session::Work::Reset{}});
}

void Connections::close_all(std::chrono::milliseconds) {
  for (auto& [endpoint, session] : parts_->sessions) session->end();
  parts_->tasks.clear();
  parts_->sessions.clear();
}

}  // namespace provisioner::transport
