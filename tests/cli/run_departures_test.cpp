// Reboots of several runs at a time, and of one that ended in the middle.

#include "provisioner/front/cli/run_departures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

constexpr const char* three_of_which_two_must_live =
    R"(stores:
  vars: {reimage_guard: {minimum: 2, alive: ssh}}
  hosts:
    n1: {ansible_connection: local}
    n2: {ansible_connection: local}
    n3: {ansible_connection: local}
)";

class Reboots : public testing::Test {
 protected:
  Reboots() {
    desk_.write("hosts.yml", three_of_which_two_must_live);
    words_.inventories = {"hosts.yml"};
  }

  RunDepartures of_run(const std::string& number) {
    return {words_, asking_options(words_), number, [] { return false; }};
  }
  // "" where it may go.
  static std::string objection(RunDepartures& run, const std::string& node) {
    const auto objection = run.objection(node);
    return objection ? objection->text : "";
  }

  Desk desk_;
  RunWords words_;
};

TEST_F(Reboots, OfOneRunAreAwayForAnother) {
  RunDepartures first = of_run("7"), second = of_run("8");

  EXPECT_EQ(objection(first, "n1"), "");
  EXPECT_EQ(objection(second, "n2"),
            "'stores' needs 2 of 3 alive, and only n3 would be (n1 is being rebooted by run 7): "
            "--allow-below stores agrees to that");

  first.returned("n1");
  EXPECT_EQ(objection(second, "n2"), "");
}

TEST_F(Reboots, MayBeWaitedFor) {
  RunDepartures first = of_run("7"), second = of_run("8");
  EXPECT_EQ(objection(first, "n1"), "");

  const auto objection = second.objection("n2");

  ASSERT_TRUE(objection.has_value());
  EXPECT_FALSE(objection->is_lasting);
}

TEST_F(Reboots, OfARunThatHasEndedAreAwayForAWhile) {
  {
    RunDepartures first = of_run("7");
    EXPECT_EQ(objection(first, "n1"), "");
  }
  RunDepartures second = of_run("8");

  EXPECT_EQ(objection(second, "n2"),
            "'stores' needs 2 of 3 alive, and only n3 would be (n1 is being rebooted by run 7): "
            "--allow-below stores agrees to that");
}

TEST_F(Reboots, OfOneRunCountEachOther) {
  RunDepartures run = of_run("7");

  EXPECT_EQ(objection(run, "n1"), "");
  EXPECT_EQ(objection(run, "n2"),
            "'stores' needs 2 of 3 alive, and only n3 would be: --allow-below stores agrees to "
            "that");
}

}  // namespace
}  // namespace provisioner::cli
