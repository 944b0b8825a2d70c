// Where nodes are in their life, by command line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;

class NodesLife : public testing::Test {
 protected:
  void put(const std::string& state, std::chrono::seconds ago = {}) {
    records_.put_state({"n03", state, "", "alice@ctl1", std::chrono::system_clock::now() - ago});
  }
  std::string state() const { return records_.state("n03")->state; }

  Desk desk_;
  store::NodeRecords records_ = store::NodeRecords::open(desk_.path() + "/state");
};

TEST_F(NodesLife, IsInterruptedByMaintenanceWithAReason) {
  put("in service");

  const Spoken told = speak({"node", "state", "n03", "maintenance", "--because", "a DIMM"});

  EXPECT_EQ(told.status, 0) << told.errors;
  EXPECT_EQ(told.out, "n03: maintenance (was in service)\n");
  EXPECT_THAT(speak({"node", "status"}).out, HasSubstr("whoever works on it to give it back: a DIMM"));
  EXPECT_THAT(speak({"node", "log", "n03"}).out, HasSubstr(": maintenance: a DIMM"));
  EXPECT_EQ(speak({"node", "state", "n03", "in service", "--because", "new DIMM"}).status, 0);
  EXPECT_EQ(state(), "in service");
}

TEST_F(NodesLife, LosesItsBootJobInMaintenance) {
  put("armed");
  store::BootJobs jobs = store::BootJobs::open(desk_.path() + "/state");
  jobs.begin("n03", "7", value::Dict{});

  speak({"node", "state", "n03", "maintenance", "--because", "a DIMM"});

  EXPECT_FALSE(jobs.open_job("n03"));
}

TEST_F(NodesLife, MayBeginInMaintenance) {
  const Spoken told = speak({"node", "state", "n03", "maintenance", "--because", "a DIMM"});

  EXPECT_EQ(told.out, "n03: maintenance (was without a state)\n");
  EXPECT_EQ(told.errors, "n03: nothing was known of it before: is that its name?\n");
  EXPECT_EQ(told.status, 0);
  EXPECT_EQ(state(), "maintenance");
  EXPECT_THAT(speak({"node", "state", "n04", "in service", "--because", "it runs"}).errors,
              HasSubstr("nothing is known of a node 'n04' yet"));
}

TEST_F(NodesLife, FollowsTheTable) {
  put("writing");

  EXPECT_EQ(speak({"node", "state", "n03", "in service", "--because", "it runs"}).errors,
            "error: n03 is 'writing' and cannot become 'in service'\n"
            "hint: from there it can become armed, booting, installed, maintenance\n");
  EXPECT_EQ(state(), "writing");
}

TEST_F(NodesLife, IsChangedByPeopleInFewWords) {
  put("in service");

  EXPECT_EQ(speak({"node", "state", "n03", "maintenence", "--because", "a DIMM"}).errors,
            "error: a node is put into maintenance, 'in service' or enrolled, not 'maintenence'\n"
            "hint: did you mean 'maintenance'?\n");
  EXPECT_EQ(speak({"node", "state", "n03", "maintenance", "--because", " "}).status, 1);
  EXPECT_EQ(speak({"node", "state", "n04", "maintenance", "--because", "a DIMM"}).errors,
            "n04: nothing was known of it before: did you mean 'n03'?\n");
}

TEST_F(NodesLife, TakesNoLineFromWhatANodeSaysOfItself) {
  const std::string said = "no disk\nn04  in service\t1 h";
  records_.put_state({"n03", "failed", said, "n03", std::chrono::system_clock::now()});
  records_.add_line({"n03", {}, "agent", said});

  const Spoken status = speak({"node", "status"}), log = speak({"node", "log", "n03"});

  EXPECT_THAT(status.out, HasSubstr("no disk\\nn04  in service\\t1 h\nn03: provisioner node log "
                                    "n03\n"));
  EXPECT_THAT(log.out, HasSubstr("agent   no disk\\nn04  in service\\t1 h\n"));
  EXPECT_EQ(std::ranges::count(status.out, '\n'), 3);
  EXPECT_EQ(std::ranges::count(log.out, '\n'), 1);
}

TEST_F(NodesLife, ShowsTheTimeThatIsLeft) {
  put("booting", std::chrono::seconds(60));
  EXPECT_THAT(speak({"node", "status", "--json"}).out,
              testing::ContainsRegex("\"seconds_left\": 2(39|40)"));

  put("installed", std::chrono::hours(2));
  EXPECT_THAT(speak({"node", "status"}).out, HasSubstr("over since 110 min"));
}

TEST_F(NodesLife, ShowsWhatToDoForThoseThatAreStuck) {
  put("failed");
  records_.put_state({"n01", "in service", "", "alice@ctl1", {}});
  records_.put_state(
      {"n02", "armed", "", "alice@ctl1", std::chrono::system_clock::now() - std::chrono::hours(1)});
  records_.put_state({"n04", "armed", "", "alice@ctl1", {}});

  const std::string told = speak({"node", "status"}).out;

  EXPECT_THAT(told, testing::EndsWith("\nn02: provisioner node log n02; is PXE the first boot "
                                      "device?\nn03: provisioner node log n03\n"));
  EXPECT_THAT(speak({"node", "status", "n03", "--json"}).out,
              HasSubstr("\"next_step\": \"provisioner node log n03\""));
  EXPECT_THAT(speak({"node", "status", "n04", "--json"}).out, HasSubstr("\"next_step\": null"));
  EXPECT_EQ(std::ranges::count(told, '\n'), 7);
}

}  // namespace
}  // namespace provisioner::cli
