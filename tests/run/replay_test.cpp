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

TEST_F(Journal, KnowsWhatBeganAndDidNotEnd) {
  begin("load", "command");
  recorder_.emit(EventKind::item_finished, "n01", "load", {});
  recorder_.emit(EventKind::item_finished, "n01", "load", {});
  const Replay replay = read();

  ASSERT_EQ(replay.unknown().size(), 1U);
  EXPECT_EQ(replay.unknown().front().name, "load it");
  EXPECT_EQ(replay.unknown().front().items, 2U);
}

TEST_F(Journal, TakesAResultThatWasLostOnTheWayForUnknown) {
  begin("load", "command");
  end("load", Status::unknown);
  const Replay replay = read();

  ASSERT_EQ(replay.unknown().size(), 1U);
  EXPECT_TRUE(replay.unknown().front().needs_decision());
  EXPECT_EQ(replay.unknown().front().name, "load it");
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
