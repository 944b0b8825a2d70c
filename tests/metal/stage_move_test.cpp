// Steps in a node's life, held against the table.

#include "provisioner/machine/metal/stage_move.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::metal {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Moves : public testing::Test {
 protected:
  std::string move(Stage to) {
    try {
      move_node(records_, "n01", to, "because", "alice@ctl1");
    } catch (const base::Error& error) {
      return error.message() + " / " + error.hint();
    }
    return "done";
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    records_.each_line("n01", {}, [&](const store::NodeLine& line) { all.push_back(line.text); });
    return all;
  }

  os::TemporaryDirectory directory_;
  store::NodeRecords records_ = store::NodeRecords::open(directory_.path());
};

TEST_F(Moves, FollowTheTable) {
  for (const Stage stage : {Stage::armed, Stage::booting, Stage::writing, Stage::installed,
                            Stage::configuring, Stage::in_service})
    EXPECT_EQ(move(stage), "done") << name_of(stage);
  EXPECT_EQ(records_.state("n01")->state, "in service");
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(Moves, ThatAreNoneAreRefusedAndKept) {
  move(Stage::armed);

  EXPECT_EQ(move(Stage::installed),
            "n01 is 'armed' and cannot become 'installed' / from there it can become booting, "
            "maintenance");
  EXPECT_EQ(records_.state("n01")->state, "armed");
  EXPECT_THAT(lines(), ElementsAre("refused to alice@ctl1: from 'armed' to 'installed' is no step"));
}

TEST_F(Moves, OutOfMaintenanceAreAPersonsAlone) {
  move(Stage::maintenance);

  for (const Stage stage : {Stage::armed, Stage::booting, Stage::discovered, Stage::failed})
    EXPECT_THAT(move(stage), testing::StartsWith("n01 is 'maintenance' and cannot become '"));
  EXPECT_EQ(move(Stage::in_service), "done");
}

TEST_F(Moves, BeginWithANodeOfWhichNothingIsKnown) {
  EXPECT_THAT(move(Stage::booting), testing::StartsWith("n01 is 'enrolled' and cannot"));
  EXPECT_EQ(move(Stage::discovered), "done");
}

}  // namespace
}  // namespace provisioner::metal
