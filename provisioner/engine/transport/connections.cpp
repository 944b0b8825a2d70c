// All sessions of a run.

#include <libssh/libssh.h>

#include <map>
#include <mutex>

#include "provisioner/engine/transport/session.h"

namespace provisioner::transport {

struct Connections::Parts {
  Parts(const Options& options, HostKeyPolicy& host_keys, ArrivalSink sink)
      : shared{options, host_keys,
               [this, to = std::move(sink)](Arrival arrival) {
                 if (!std::holds_alternative<Arrival::Progress>(arrival.content))
                   forget(arrival.task);
                 to(std::move(arrival));
               },
               {}, Slots(options.connects_at_once)} {}

  // Where a task is handed over, which is then under way there.
  Session& session(const Endpoint& endpoint, wire::TaskNumber task) {
    auto& session = sessions[endpoint];
    if (!session) session = std::make_unique<Session>(endpoint, shared);
    const std::lock_guard guard(mutex);
    tasks[task] = session.get();
    return *session;
  }
  Session* session_of(wire::TaskNumber task) {
    const std::lock_guard guard(mutex);
    const auto session = tasks.find(task);
    return session == tasks.end() ? nullptr : session->second;
  }
  void forget(wire::TaskNumber task) {
    const std::lock_guard guard(mutex);
    tasks.erase(task);
  }

  SessionParts shared;
  std::mutex mutex;
  std::map<wire::TaskNumber, Session*> tasks;  // by any thread: under way
  std::map<Endpoint, std::unique_ptr<Session>> sessions;
};

Connections::Connections(const Options& options, HostKeyPolicy& host_keys, ArrivalSink sink)
    : parts_(std::make_unique<Parts>(options, host_keys, std::move(sink))) {
  ::ssh_init();
}

// Side by side: none waits for the one before it.
Connections::~Connections() {
  for (auto& [endpoint, session] : parts_->sessions) session->end();
}

void Connections::submit(const Endpoint& endpoint, const Access& access, wire::TaskNumber task,
                         wire::Request request, std::vector<Blob> blobs) {
  parts_->session(endpoint, task)
      .hand_over({task, access, Session::Work::Call{std::move(request), std::move(blobs)}});
}

void Connections::submit_raw(const Endpoint& endpoint, const Access& access, wire::TaskNumber task,
                             std::string command, const wire::Become& become,
                             std::chrono::milliseconds deadline) {
  parts_->session(endpoint, task)
      .hand_over({task, access, Session::Work::Raw{std::move(command), become, deadline}});
}

void Connections::cancel(wire::TaskNumber task) {
  if (Session* session = parts_->session_of(task))
    session->hand_over({task, {}, Session::Work::Cancel{}});
}

void Connections::reset(const Endpoint& endpoint) {
  const auto session = parts_->sessions.find(endpoint);
  if (session != parts_->sessions.end())
    session->second->hand_over({0, {}, Session::Work::Reset{}});
}

}  // namespace provisioner::transport
