// What a journal says of a run that was cut off.

#include "provisioner/engine/run/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/engine/run/recorder.h"

namespace provisioner::run {
namespace {

using store::EventKind;
using value::Dict;

class Journal : public testing::Test {
 protected:
  void begin(const std::string& task, const std::string& module, Dict more = {}) {
    more.set("name", task + " it");
    more.set("module", module);
    recorder_.emit(EventKind::host_started, "n01", task, std::move(more));
  }
  void end(const std::string& task, Status status) {
    TaskResult result;
    result.status = status;
    recorder_.emit_result("n01", task, result, {});
  }
  void end_item(const std::string& task, std::size_t index, Status status) {
    TaskResult item;
    item.status = status;
    recorder_.emit_item("n01", task, item, value::Value(), index);
  }
  static std::vector<std::size_t> indexes(const std::map<std::size_t, TaskResult>& items) {
    std::vector<std::size_t> indexes;
    for (const auto& [index, item] : items) indexes.push_back(index);
    return indexes;
  }
  Replay read() {
    recorder_.commit();
    return Replay::from(store_, run_, store_.run_key(run_));
  }

  os::TemporaryDirectory directory_;
  store::RunStore store_ = store::RunStore::open(directory_.path());
  std::string run_ = store_.begin_run({"run site.yml", "alice@ctl1", value::Value(Dict{})});
  Recorder recorder_{{&store_, run_, 0}, {}, os::system_clock()};
};

TEST_F(Journal, KeepsWhatIsDoneAndForgetsWhatFailed) {
  for (const auto& [task, status] : std::map<std::string, Status>{{"a", Status::ok},
                                                                  {"b", Status::changed},
                                                                  {"c", Status::skipped},
                                                                  {"d", Status::failed},
                                                                  {"e", Status::unreachable}}) {
    begin(task, "command");
    end(task, status);
  }
  const Replay replay = read();

  for (const char* task : {"a", "b", "c"}) EXPECT_TRUE(replay.result(task, "n01")) << task;
  for (const char* task : {"d", "e"}) EXPECT_FALSE(replay.result(task, "n01")) << task;
  EXPECT_TRUE(replay.unknown().empty());
}

TEST_F(Journal, KnowsInWhichItemOfALoopARunWasCutOff) {
  begin("load", "command", Dict{{"item", 0}});
  end_item("load", 0, Status::changed);
  end_item("load", 1, Status::failed);
  Replay replay = read();

  ASSERT_EQ(replay.unknown().size(), 1U);
  EXPECT_EQ(replay.unknown().front().name, "load it");
  EXPECT_EQ(replay.unknown().front().item, 2U);
  EXPECT_THAT(indexes(replay.items("load", "n01").ended), testing::ElementsAre(0));
  EXPECT_EQ(replay.items("load", "n01").counted_as_done, std::nullopt);

  replay.count_as_done(replay.unknown().front());
  EXPECT_EQ(replay.items("load", "n01").counted_as_done, 2U);
}

TEST_F(Journal, PassesOverItemsThatEndedBeforeTheLoopWasTakenUpAgain) {
  begin("load", "command", Dict{{"item", 0}});
  end_item("load", 0, Status::failed);
  end_item("load", 1, Status::changed);
  begin("load", "command", Dict{{"item", 0}});
  end_item("load", 0, Status::changed);
  const Replay replay = read();

  EXPECT_EQ(replay.unknown().front().item, 2U);
  EXPECT_THAT(indexes(replay.items("load", "n01").ended), testing::ElementsAre(0, 1));
}

TEST_F(Journal, ForgetsAnIntentThatWasWithdrawn) {
  begin("load", "command", Dict{{"item", 0}});
  end_item("load", 0, Status::changed);
  recorder_.emit(EventKind::host_withdrawn, "n01", "load", {});
  const Replay replay = read();

  EXPECT_TRUE(replay.unknown().empty());
  EXPECT_THAT(indexes(replay.items("load", "n01").ended), testing::ElementsAre(0));
}

TEST_F(Journal, TakesAResultThatWasLostOnTheWayForUnknown) {
  begin("load", "command");
  end("load", Status::unknown);
  const Replay replay = read();

  ASSERT_EQ(replay.unknown().size(), 1U);
  EXPECT_TRUE(replay.unknown().front().needs_decision());
  EXPECT_EQ(replay.unknown().front().name, "load it");
}

TEST_F(Journal, NeedsNoDecisionWhereALostLinkDoesNotMatter) {
  begin("load", "command");
  TaskResult lost;
  lost.status = Status::unknown;
  lost.ignores_unreachable = true;
  recorder_.emit_result("n01", "load", lost, {});
  const Replay replay = read();

  EXPECT_TRUE(replay.unknown().empty());
  EXPECT_FALSE(replay.result("load", "n01"));
}

TEST_F(Journal, NeedsADecisionForActionsThatNothingGuards) {
  begin("1", "command");
  begin("2", "reboot");
  begin("3", "a_module_of_one's_own");
  begin("4", "command", Dict{{"is_repeatable", true}});
  begin("5", "copy");
  begin("6", "apt");
  const auto unknown = read().unknown();

  std::map<std::string, bool> needs;
  for (const Replay::Begun& begun : unknown) needs[begun.task] = begun.needs_decision();
  EXPECT_EQ(needs,
            (std::map<std::string, bool>{
                {"1", true}, {"2", true}, {"3", true}, {"4", false}, {"5", false}, {"6", false}}));
}

}  // namespace
}  // namespace provisioner::run
