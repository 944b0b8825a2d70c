// Nodes that go down for a while.

#include "provisioner/machine/reimage/departed_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::reimage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class SetClock : public os::Clock {
 public:
  os::Instant now() const override { return {}; }
  std::chrono::system_clock::time_point wall() const override { return wall_; }
  void pass(std::chrono::minutes minutes) { wall_ += minutes; }

 private:
  std::chrono::system_clock::time_point wall_{std::chrono::hours(24)};
};

class Departed : public testing::Test {
 protected:
  auto away() const { return departed_nodes(directory_.path(), clock_); }
  DepartedNodes of_run(const std::string& run) {
    return {directory_.path(), "is being rebooted by run " + run, clock_};
  }

  os::TemporaryDirectory directory_;
  SetClock clock_;
};

TEST_F(Departed, AreAwayUntilTheyHaveReturned) {
  DepartedNodes run = of_run("7");
  EXPECT_THAT(away(), IsEmpty());

  run.leave("n1");
  run.leave("rack/n2");
  EXPECT_THAT(away(), ElementsAre(Pair("n1", "is being rebooted by run 7"),
                                  Pair("rack/n2", "is being rebooted by run 7")));

  run.returned("n1");
  run.returned("n3");
  EXPECT_THAT(away(), ElementsAre(Pair("rack/n2", "is being rebooted by run 7")));
}

TEST_F(Departed, AreAwayForAsLongAsTheirProcessWaits) {
  DepartedNodes run = of_run("7");
  run.leave("n1");

  clock_.pass(std::chrono::minutes(60));

  EXPECT_THAT(away(), ElementsAre(Pair("n1", "is being rebooted by run 7")));
}

TEST_F(Departed, CountForFiveMinutesMoreWhereTheirProcessHasGone) {
  {
    DepartedNodes run = of_run("7");
    run.leave("n1");
  }
  clock_.pass(std::chrono::minutes(4));
  EXPECT_THAT(away(), ElementsAre(Pair("n1", "is being rebooted by run 7")));

  clock_.pass(std::chrono::minutes(1));
  EXPECT_THAT(away(), IsEmpty());
}

TEST_F(Departed, LeaveAgainByAnotherRun) {
  {
    DepartedNodes run = of_run("7");
    run.leave("n1");
  }
  DepartedNodes other = of_run("8");
  other.leave("n1");
  EXPECT_THAT(away(), ElementsAre(Pair("n1", "is being rebooted by run 8")));

  other.returned("n1");
  EXPECT_THAT(away(), IsEmpty());
}

TEST_F(Departed, AreNotWhatIsJustBeingWritten) {
  of_run("7").leave("n1");
  os::write_file(directory_.path() + "/departed/n2.ab12.tmp", "{\"node\": \"n");
  os::write_file(directory_.path() + "/departed/n3", "");

  EXPECT_THAT(away(), ElementsAre(Pair("n1", "is being rebooted by run 7")));
}

}  // namespace
}  // namespace provisioner::reimage
