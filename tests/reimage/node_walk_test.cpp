// A node's way through a boot from the network, over a BMC and a clock in memory and a real store.

#include "provisioner/machine/reimage/node_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/metal/stage_move.h"
#include "tests/metal/fake_bmc.h"

namespace provisioner::reimage {
namespace {

using metal::Stage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using std::chrono::seconds;

class Walk : public testing::Test {
 protected:
  // What happens at that second of the walk: the boot service hears of the node, or power is lost.
  void at(int second, std::function<void()> what) { events_.emplace(second, std::move(what)); }
  void at(int second, Stage stage) {
    at(second, [this, stage] { metal::move_node(records_, "n01", stage, "", "boot service"); });
  }
  void installed_at(int second) {
    at(second, [this] {
      jobs_.end(job_, "installed", store::JobEnd::installed);
      metal::move_node(records_, "n01", Stage::installed, "", "boot service");
    });
  }

  std::string walk() {
    jobs_.arm(job_, std::chrono::minutes(30));
    NodeWalk::Surroundings around{.records = records_,
                                  .jobs = jobs_,
                                  .bmc = bmc_,
                                  .clock = clock_,
                                  .pause = [this](std::chrono::milliseconds time) { wait(time); },
                                  .is_stopped = [] { return false; },
                                  .is_served = [] { return true; },
                                  .changed_by = "alice@ctl1",
                                  .patience = {}};
    const auto tell = [this](const store::NodeState& state) { told_.push_back(state.state); };
    try {
      NodeWalk(std::string("n01"), job_, around, tell).walk_to(Stage::installed);
      return "installed";
    } catch (const base::Error& error) {
      return error.message();
    }
  }

  os::TemporaryDirectory directory_;
  store::NodeRecords records_ = store::NodeRecords::open(directory_.path());
  store::BootJobs jobs_ = store::BootJobs::open(directory_.path());
  std::int64_t job_ = jobs_.begin("n01", "7", value::Dict{});
  metal::FakeClock clock_;
  metal::FakeBmc bmc_{clock_};
  std::vector<std::string> told_;

 private:
  void wait(std::chrono::milliseconds time) {
    clock_.pass(time);
    const auto gone = std::chrono::duration_cast<seconds>(clock_.now() - begun_).count();
    while (!events_.empty() && events_.begin()->first <= gone) {
      const std::function<void()> what = events_.begin()->second;
      events_.erase(events_.begin());
      what();
    }
  }

  os::Instant begun_ = clock_.now();
  std::multimap<int, std::function<void()>> events_;
};

TEST_F(Walk, BootsANodeFromTheNetworkAndWaitsForItsSystem) {
  at(10, Stage::booting);
  at(30, Stage::writing);
  installed_at(90);

  EXPECT_EQ(walk(), "installed");

  EXPECT_THAT(told_, ElementsAre("armed", "booting", "writing", "installed"));
  EXPECT_EQ(bmc_.boot, metal::BootDevice::pxe);
  EXPECT_THAT(bmc_.asked, ElementsAre(metal::PowerVerb::on));
}

TEST_F(Walk, SwitchesANodeOnAgainThatLostItsPower) {
  at(10, Stage::booting);
  at(30, Stage::writing);
  at(40, [this] { bmc_.lose_power(); });
  at(120, Stage::booting);
  at(150, Stage::writing);
  installed_at(200);

  EXPECT_EQ(walk(), "installed");

  EXPECT_THAT(bmc_.asked, ElementsAre(metal::PowerVerb::on, metal::PowerVerb::on));
  EXPECT_LT(clock_.now() - os::Instant(std::chrono::hours(1)), seconds(220));
}

TEST_F(Walk, GivesUpANodeOfWhichNothingIsHeard) {
  EXPECT_THAT(walk(), HasSubstr("no DHCP request of it was seen"));

  EXPECT_EQ(records_.state("n01")->state, "failed");
  EXPECT_FALSE(jobs_.open_job("n01"));
  EXPECT_THAT(bmc_.asked, SizeIs(testing::Ge(3U)));
}

// As a BMC of Redfish that answers 400 to each order.
TEST_F(Walk, PutsANodeBackWhoseBmcTakesNoOrder) {
  const auto since = std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now() - std::chrono::hours(5));
  records_.put_state({"n01", "in service", "since May", "bob@ctl1", since});
  bmc_.real = metal::Power::on;
  bmc_.stubborn = 1'000;

  EXPECT_THAT(walk(), HasSubstr("power-off refused, still on"));

  const auto state = records_.state("n01");
  EXPECT_EQ(state->state, "in service");
  EXPECT_EQ(state->detail, "since May");
  EXPECT_EQ(state->since, since);
  EXPECT_THAT(jobs_.last_job("n01")->outcome, HasSubstr("its BMC did not take the order: "));
}

TEST_F(Walk, PutsANodeBackWhoseBmcRefusesToTalk) {
  records_.put_state({"n01", "discovered", "", "bob@ctl1", {}});
  bmc_.takes_password = false;

  EXPECT_EQ(walk(), "the BMC does not take the password");

  EXPECT_EQ(records_.state("n01")->state, "discovered");
  EXPECT_FALSE(jobs_.open_job("n01"));
}

TEST_F(Walk, DisarmsANodeOfWhosePowerNobodyKnows) {
  records_.put_state({"n01", "in service", "", "bob@ctl1", {}});
  bmc_.real = metal::Power::on;
  at(1, [this] { bmc_.silent = 1'000; });  // it has taken `off` by then

  EXPECT_THAT(walk(), HasSubstr("the BMC gave no answer that counts"));

  EXPECT_EQ(records_.state("n01")->state, "failed");
  EXPECT_FALSE(jobs_.open_job("n01"));
}

TEST_F(Walk, DisarmsANodeThatCannotBeSentASecondTime) {
  at(10, Stage::booting);
  at(20, [this] { bmc_.stubborn = 1'000; });

  EXPECT_THAT(walk(), HasSubstr("refused"));

  EXPECT_EQ(records_.state("n01")->state, "failed");
  EXPECT_FALSE(jobs_.open_job("n01"));
}

TEST_F(Walk, LeavesTheJobOfANodeThatBootsThoughItsBmcSaysNo) {
  bmc_.stubborn = 1'000;
  at(1, Stage::booting);

  EXPECT_THAT(walk(), HasSubstr("refused"));

  EXPECT_EQ(records_.state("n01")->state, "booting");
  EXPECT_TRUE(jobs_.open_job("n01"));
}

TEST_F(Walk, LeavesANodeAloneThatIsPutIntoMaintenance) {
  at(10, Stage::booting);
  at(20, Stage::maintenance);

  EXPECT_THAT(walk(), HasSubstr("maintenance"));

  EXPECT_THAT(bmc_.asked, ElementsAre(metal::PowerVerb::on));
}

}  // namespace
}  // namespace provisioner::reimage
