// Plays of a burn-in by the engine, over its own connections.

#include "provisioner/front/cli/burnin_tasks.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/engine.h"
#include "provisioner/engine/transport/host_key_policy.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"

namespace provisioner::cli {
namespace {

using std::chrono::seconds;
using value::Value;

std::atomic<int> stop_wish = 0;   // run::Stop
std::atomic<int> stop_cause = 0;  // the signal

// Nothing on a node waits to be ended well: once is enough.
extern "C" void stop_burnin(int signal) {
  constexpr int at_once = 2;
  stop_cause = signal;
  stop_wish = at_once;
}

// Ctrl-C and its kin, and SIGALRM once the time is over, stop the engine.
class StopSignals {
 public:
  explicit StopSignals(seconds longest) {
    stop_wish = stop_cause = 0;
    struct sigaction action {};
    action.sa_handler = stop_burnin;
    for (std::size_t at = 0; at < signals.size(); ++at)
      ::sigaction(signals[at], &action, &before_[at]);
    ::alarm(static_cast<unsigned>(longest.count()));
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals() {
    ::alarm(0);
    for (std::size_t at = 0; at < signals.size(); ++at)
      ::sigaction(signals[at], &before_[at], nullptr);
  }

 private:
  static constexpr std::array<int, 4> signals = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
  std::array<struct sigaction, 4> before_{};
};

class TaskSink : public store::EventSink {
 public:
  void take(const store::Event& event) override {
    if (event.kind == store::EventKind::task_started)
      names_[event.task] = value::text_or(event.data, "name", "");
    if (event.kind == store::EventKind::host_finished)
      done.ends[event.host].insert_or_assign(names_[event.task], event);
  }

  BurninTasks done;

 private:
  std::map<std::string, std::string> names_;
};

}  // namespace

const store::Event* BurninTasks::end(const std::string& node, const std::string& task) const {
  const auto of_node = ends.find(node);
  if (of_node == ends.end()) return nullptr;
  const auto found = of_node->second.find(task);
  return found == of_node->second.end() ? nullptr : &found->second;
}

const Value* BurninTasks::measured(const std::string& node, const std::string& task) const {
  const store::Event* event = end(node, task);
  const Value* result = event == nullptr ? nullptr : event->data.find("result");
  return result == nullptr ? nullptr : result->find("measured");
}

std::string BurninTasks::problem(const std::string& node, const std::string& task) const {
  const store::Event* event = end(node, task);
  if (event == nullptr) return "gave no answer in time";
  const Value* result = event->data.find("result");
  const std::string message = result == nullptr ? "" : value::text_or(*result, "msg", "");
  return message.empty() ? value::text_or(event->data, "error", "gave no answer") : message;
}

BurninTasks run_burnin_tasks(const NodeWords& given, const std::vector<std::string>& names,
                             const Value& plays, seconds longest) {
  const os::TemporaryDirectory directory;
  RunWords words = given.run;
  words.playbooks = {directory.path() + "/burnin.yml"};
  os::write_file(words.playbooks.front(), value::write_json(plays));
  words.limit = base::join(names, ",");
  words.check = true;
  base::Diagnostics diagnostics;
  LoadedRun loaded(words, run_options(words, AnsibleConfig::load(diagnostics), diagnostics),
                   diagnostics);
  diagnostics.throw_if_any();
  store::HostKeyStore key_store = store::HostKeyStore::open(state_directory());
  transport::HostKeyPolicy host_keys(key_store);
  TaskSink sink;
  const StopSignals signals(longest);
  run::run_playbooks({loaded.options(), loaded.inventory(), loaded.playbooks(), loaded.library(),
                      loaded.surroundings(), host_keys, nullptr, {}, {}, {&sink},
                      os::system_clock(), stop_wish, {}});
  sink.done.is_stopped = stop_cause != 0 && stop_cause != SIGALRM;
  return std::move(sink.done);
}

}  // namespace provisioner::cli
