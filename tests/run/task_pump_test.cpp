// When a task is written down as begun, and when it goes out.

#include "provisioner/engine/run/task_pump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/engine/run/world.h"
#include "tests/support/plain_surroundings.h"

namespace provisioner::run {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Stands for nodes on which everything is well at once.
class PromptNodes : public Wire {
 public:
  PromptNodes(Mailbox& mailbox, std::vector<std::string>& log) : mailbox_(mailbox), log_(log) {}

  void submit(const TaskRun::Submit& submit, wire::TaskNumber task) override {
    log_.push_back("sent to " + submit.settings.access.node);
    fences.push_back(submit.request.authority + " " + std::to_string(submit.request.fence));
    if (stop != nullptr)
      *stop = static_cast<int>(Stop::at_once);  // before the node has answered
    else
      mailbox_.put({task, wire::Outcome{wire::Ending::ok, {}, {}}});
  }
  void submit_raw(const TaskRun::SubmitRaw&, wire::TaskNumber) override {}
  bool drop(wire::TaskNumber) override { return was_sent; }
  void reset(const transport::Endpoint&) override {}
  void leave(const TaskRun::Leave&, wire::TaskNumber) override {}

  std::vector<std::string> fences;  // of what was sent
  std::atomic<int>* stop = nullptr;  // to set when something is submitted
  bool was_sent = true;              // what was submitted before a stop

 private:
  Mailbox& mailbox_;
  std::vector<std::string>& log_;
};

class Pump : public testing::Test {
 protected:
  Pump() : templar_(surroundings_) {
    base::Diagnostics diagnostics;
    world_.options = &options_;
    world_.templar = &templar_;
    world_.inventory = std::make_shared<const inventory::Inventory>(inventory::Inventory::load(
        {{"n01,n02"}, ""}, [](std::string_view, base::Pos) { return std::string(); }, diagnostics));
    hooks_.intend = [this](TaskRun& run) { log_.push_back("intent for " + run.scope().host()); };
    hooks_.commit = [this] { log_.emplace_back("commit"); };
    hooks_.finished = [this](TaskRun& run, TaskResult result) {
      log_.push_back(run.scope().host() + " " + std::string(name_of(result.status)));
    };
    hooks_.withdrawn = [this](TaskRun& run) { log_.push_back(run.scope().host() + " withdrawn"); };
  }

  void run(playbook::Task task, std::size_t forks) {
    const auto step = std::make_shared<const Step>(
        Step{std::make_shared<const playbook::Task>(std::move(task)), "0"});
    std::vector<std::unique_ptr<TaskRun>> runs;
    for (const char* host : {"n01", "n02"})
      runs.push_back(std::make_unique<TaskRun>(world_, host, step,
                                               TaskRun::Tools{&surroundings_, nullptr, nullptr}));
    pump_.run(std::move(runs), forks, hooks_);
  }

  static playbook::Task ping() {
    playbook::Task task;
    task.action = task.module = "ping";
    return task;
  }

  tests::PlainSurroundings surroundings_;
  jinja::Templar templar_;
  Options options_;
  World world_;
  std::vector<std::string> log_;
  Mailbox mailbox_;
  PromptNodes nodes_{mailbox_, log_};
  std::atomic<int> stop_ = 0;
  TaskPump pump_{nodes_, mailbox_, os::system_clock(), stop_};
  TaskPump::Hooks hooks_;
};

TEST_F(Pump, MakesTheIntentsOfAllHostsDurableTogetherBeforeAnythingIsSent) {
  run(ping(), 2);

  EXPECT_THAT(log_, ElementsAre("intent for n01", "intent for n02", "commit", "sent to n01",
                                "sent to n02", "n01 ok", "n02 ok"));
}

TEST_F(Pump, WritesNoIntentForAHostWhoseTurnHasNotCome) {
  run(ping(), 1);

  EXPECT_THAT(log_, ElementsAre("intent for n01", "commit", "sent to n01", "n01 ok",
                                "intent for n02", "commit", "sent to n02", "n02 ok"));
}

TEST_F(Pump, WritesAndSendsNothingForTasksThatAreSkipped) {
  playbook::Task skipped = ping();
  skipped.keywords.when = {value::Value(false)};

  run(std::move(skipped), 2);

  EXPECT_THAT(log_, ElementsAre("n01 skipped", "n02 skipped"));
}

TEST_F(Pump, SendsNothingThatWasNotWrittenDownWhenItIsStoppedAtOnce) {
  stop_ = static_cast<int>(Stop::at_once);

  run(ping(), 2);

  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(Pump, KnowsNotWhatBecameOfATaskThatHadReachedItsNodeWhenItWasStopped) {
  nodes_.stop = &stop_;

  run(ping(), 2);

  EXPECT_THAT(log_, ElementsAre("intent for n01", "intent for n02", "commit", "sent to n01",
                                "sent to n02", "n01 unknown", "n02 unknown"));
}

TEST_F(Pump, TakesAnIntentBackWhereNothingHadGoneOutWhenItWasStopped) {
  nodes_.stop = &stop_;
  nodes_.was_sent = false;

  run(ping(), 2);

  EXPECT_THAT(log_, ElementsAre("intent for n01", "intent for n02", "commit", "sent to n01",
                                "sent to n02", "n01 withdrawn", "n02 withdrawn"));
}

TEST_F(Pump, WritesDownTheItemsOfALoopOfActionsBeforeTheNextGoesOut) {
  playbook::Task loop;
  loop.action = loop.module = "command";
  loop.arguments.set("_raw_params", "true");
  loop.loop = value::Value(value::List{1, 2});

  run(std::move(loop), 1);

  EXPECT_THAT(log_, ElementsAre("intent for n01", "commit", "sent to n01", "commit", "sent to n01",
                                "n01 ok", "intent for n02", "commit", "sent to n02", "commit",
                                "sent to n02", "n02 ok"));
}

TEST_F(Pump, WritesNothingBetweenTheItemsOfALoopThatMayBeDoneTwice) {
  playbook::Task loop = ping();
  loop.loop = value::Value(value::List{1, 2});

  run(std::move(loop), 1);

  EXPECT_THAT(log_, ElementsAre("intent for n01", "commit", "sent to n01", "sent to n01", "n01 ok",
                                "intent for n02", "commit", "sent to n02", "sent to n02",
                                "n02 ok"));
}

TEST_F(Pump, GoesThroughVeryManyItemsThatAskForNothing) {
  playbook::Task loop = ping();
  loop.loop = value::Value(value::List(100'000, value::Value(1)));
  loop.keywords.when = {value::Value(false)};

  run(std::move(loop), 2);

  EXPECT_THAT(log_, ElementsAre("n01 skipped", "n02 skipped"));
}

TEST_F(Pump, TellsEachNodeTheNumberOfItsLock) {
  world_.fence = {7, "store", {"n01", "n02"}};

  run(ping(), 2);

  EXPECT_THAT(nodes_.fences, ElementsAre("store/n01 7", "store/n02 7"));
}

TEST_F(Pump, TellsNoNumberWhereTheRunHoldsNoLock) {
  world_.fence = {7, "store", {"n02"}};

  run(ping(), 2);

  EXPECT_THAT(nodes_.fences, ElementsAre(" 0", "store/n02 7"));
}

TEST_F(Pump, TellsNoNumberToThisMachineInPlaceOfANode) {
  world_.fence = {7, "store", {"n01", "n02"}};
  playbook::Task here = ping();
  here.keywords.connection = value::Value("local");
  playbook::Task delegated = ping();
  delegated.delegate_to = value::Value("localhost");

  run(std::move(here), 2);
  run(std::move(delegated), 2);

  EXPECT_THAT(nodes_.fences, ElementsAre(" 0", " 0", " 0", " 0"));
}

}  // namespace
}  // namespace provisioner::run
