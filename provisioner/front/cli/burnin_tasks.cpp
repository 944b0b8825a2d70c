// Plays of a burn-in by the engine, over its own connections.

#include "provisioner/front/cli/burnin_tasks.h"

#include <atomic>

#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/task_pump.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/engine_deadline.h"
#include "provisioner/front/cli/signal_watch.h"

namespace provisioner::cli {

using std::chrono::seconds;
using value::Value;

const Value* BurninTasks::measured(const std::string& node, const std::string& task) const {
  const store::Event* event = ends.of(node, task);
  const Value* result = event == nullptr ? nullptr : event->data.find("result");
  return result == nullptr ? nullptr : result->find("measured");
}

std::string BurninTasks::problem(const std::string& node, const std::string& task) const {
  const store::Event* event = ends.of(node, task);
  if (event == nullptr) return "gave no answer in time";
  const Value* result = event->data.find("result");
  const std::string message = result == nullptr ? "" : value::text_or(*result, "msg", "");
  return message.empty() ? value::text_or(event->data, "error", "gave no answer") : message;
}

BurninTasks run_burnin_tasks(const RunWords& words, const run::Options& options,
                             const std::vector<std::string>& names, const Value& plays,
                             seconds longest) {
  BurninTasks done;
  std::atomic<int> stop = 0;  // run::Stop
  const int at_once = static_cast<int>(run::Stop::at_once);  // nothing waits to be ended well
  const SignalWatch signals(stop, at_once);
  const EngineDeadline deadline(longest, stop);
  ask_nodes(words, options, value::write_json(plays), names, done.ends, stop);
  done.is_stopped = SignalWatch::has_come();
  return done;
}

}  // namespace provisioner::cli
