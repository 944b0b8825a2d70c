// From a task to its execution: the list of controller halves, the default, and the edge to the
// run.

#include <array>
#include <map>

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {

#define ACTION(name) extern const Action name;
#include "provisioner/engine/action/actions.def"
#undef ACTION

namespace {

constexpr std::array all{
#define ACTION(name) &name,
#include "provisioner/engine/action/actions.def"
#undef ACTION
};

// Drives a coroutine from outside: one request at a time.
class SteppedExecution : public Execution {
 public:
  explicit SteppedExecution(Steps<Result> steps) : steps_(std::move(steps)) {}

  Next start() override {
    steps_.start(channel_);
    return next();
  }
  Next proceed(Reply reply) override {
    channel_.reply = std::move(reply);
    channel_.waiting.resume();
    return next();
  }
  bool expects_loss() const override { return channel_.expects_loss; }

 private:
  Next next() {
    if (steps_.is_done()) return steps_.take();
    Request request = std::move(*channel_.request);
    channel_.request.reset();
    return request;
  }

  Channel channel_;
  Steps<Result> steps_;
};

// What most modules are: their arguments go to the node, its answer is the result.
Steps<Result> pass_through(Context& context) {
  CallModule call{std::string(context.spec.name), context.given};
  Reply reply = co_await std::move(call);
  Result result = from_reply(std::move(reply));
  result.outcome.result.set("invocation", invocation(context.spec, context.arguments));
  co_return result;
}

}  // namespace

const Action* find_action(std::string_view module) {
  static const std::map<std::string_view, const Action*> by_name = [] {
    std::map<std::string_view, const Action*> names;
    for (const Action* action : all) names.emplace(action->spec.name, action);
    return names;
  }();
  const auto found = by_name.find(module);
  return found == by_name.end() ? nullptr : found->second;
}

std::vector<std::string> action_names() {
  std::vector<std::string> names;
  for (const Action* action : all) names.emplace_back(action->spec.name);
  return names;
}

const modules::Spec* find_spec(std::string_view name) {
  if (const Action* action = find_action(name)) return &action->spec;
  const modules::Module* module = modules::find_module(name);
  return module == nullptr ? nullptr : &module->spec;
}

std::unique_ptr<Execution> start_action(Context& context, const ForeignModules* foreign) {
  const Action* action = find_action(context.task.module);
  if (action == nullptr && modules::find_module(context.task.module) == nullptr &&
      foreign != nullptr)
    action = foreign->find(context.task.module);
  Steps<Result> steps = action == nullptr ? pass_through(context) : action->run(context);
  return std::make_unique<SteppedExecution>(std::move(steps));
}

}  // namespace provisioner::action
