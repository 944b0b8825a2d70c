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
               [this](wire::TaskNumber task) { return may_send(task); },
               {},
               Slots(options.connects_at_once)} {}

  // Where a task is handed over, which is then under way there.
  Session& session(const Endpoint& endpoint, wire::TaskNumber task) {
    auto& session = sessions[endpoint];
    if (!session) session = std::make_unique<Session>(endpoint, shared);
    const std::lock_guard guard(mutex);
    tasks[task] = {session.get()};
    return *session;
  }
  Session* session_of(wire::TaskNumber task) {
    const std::lock_guard guard(mutex);
    const auto session = tasks.find(task);
    return session == tasks.end() ? nullptr : session->second.session;
  }
  void forget(wire::TaskNumber task) {
    const std::lock_guard guard(mutex);
    tasks.erase(task);
  }

  bool may_send(wire::TaskNumber task) {
    const std::lock_guard guard(mutex);
    if (is_closed) return false;
    if (const auto at = tasks.find(task); at != tasks.end()) at->second.is_sent = true;
    return true;
  }
  // From here on nothing is sent.
  bool close(wire::TaskNumber task) {
    const std::lock_guard guard(mutex);
    is_closed = true;
    const auto at = tasks.find(task);
    return at == tasks.end() || at->second.is_sent;  // no longer there: its answer is on its way
  }

  struct UnderWay {
    Session* session = nullptr;
    bool is_sent = false;
  };
  SessionParts shared;
  std::mutex mutex;
  std::map<wire::TaskNumber, UnderWay> tasks;  // by any thread
  bool is_closed = false;
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

bool Connections::drop(wire::TaskNumber task) {
  const bool was_sent = parts_->close(task);
  cancel(task);
  return was_sent;
}

void Connections::reset(const Endpoint& endpoint) {
  const auto session = parts_->sessions.find(endpoint);
  if (session != parts_->sessions.end())
    session->second->hand_over({0, {}, Session::Work::Reset{}});
}

}  // namespace provisioner::transport
