// Plays of a burn-in by the engine, over its own connections.

#include "provisioner/front/cli/burnin_tasks.h"

#include <signal.h>

#include <array>
#include <atomic>

#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/task_pump.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/engine_deadline.h"

namespace provisioner::cli {
namespace {

using std::chrono::seconds;
using value::Value;

std::atomic<int> stop_wish = 0;  // run::Stop
std::atomic<bool> is_interrupted = false;

// Nothing on a node waits to be ended well: once is enough.
extern "C" void stop_burnin(int) {
  is_interrupted = true;
  stop_wish = static_cast<int>(run::Stop::at_once);
}

// Ctrl-C and its kin stop the engine.
class StopSignals {
 public:
  StopSignals() {
    stop_wish = 0;
    is_interrupted = false;
    struct sigaction action {};
    action.sa_handler = stop_burnin;
    for (std::size_t at = 0; at < signals.size(); ++at)
      ::sigaction(signals[at], &action, &before_[at]);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals() {
    for (std::size_t at = 0; at < signals.size(); ++at)
      ::sigaction(signals[at], &before_[at], nullptr);
  }

 private:
  static constexpr std::array<int, 3> signals = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 3> before_{};
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

BurninTasks run_burnin_tasks(const RunWords& words, const run::Options& options,
                             const std::vector<std::string>& names, const Value& plays,
                             seconds longest) {
  TaskSink sink;
  const StopSignals signals;
  const EngineDeadline deadline(longest, stop_wish);
  ask_nodes(words, options, value::write_json(plays), names, sink, stop_wish);
  sink.done.is_stopped = is_interrupted;
  return std::move(sink.done);
}

}  // namespace provisioner::cli
