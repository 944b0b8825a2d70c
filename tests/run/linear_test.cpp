// The order in which hosts meet.

#include "provisioner/engine/run/linear.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/run/play_steps.h"

namespace provisioner::run {
namespace {

using testing::ElementsAre;

const std::vector<std::string> both = {"h1", "h2"};

std::string told(const Round& round) {
  std::string text = round.step ? round.step->id : "end";
  for (const std::string& host : round.hosts) text += " " + host;
  return text;
}

TEST(Linear, MeetsAtEachStepInTheOrderOfThePlay) {
  Linear linear(play({group(steps({"a", "b"}))}), both);
  EXPECT_EQ(told(linear.next(both)), "a h1 h2");
  EXPECT_EQ(told(linear.next(both)), "b h1 h2");
  EXPECT_EQ(told(linear.next(both)), "end");
}

TEST(Linear, LetsOthersWaitWhileOneIsInARescue) {
  Linear linear(play({group(steps({"a"}), steps({"r"})), group(steps({"c"}))}), both);
  linear.next(both);
  linear.cursor("h2").fail();
  EXPECT_EQ(told(linear.next(both)), "r h2");
  EXPECT_EQ(told(linear.next(both)), "c h1 h2");
}

TEST(Linear, PutsWhatIncludesBroughtBehindTheLastRound) {
  Linear linear(play({group(steps({"include", "b"}))}), both);
  linear.next(both);
  const Blocks first = {group(steps({"x"}))}, second = {group(steps({"y"}))};
  linear.cursor("h1").insert(first);
  linear.cursor("h2").insert(second);
  linear.add_steps({first.front(), second.front()});
  EXPECT_EQ(told(linear.next(both)), "x h1");
  EXPECT_EQ(told(linear.next(both)), "y h2");
  EXPECT_EQ(told(linear.next(both)), "b h1 h2");
}

TEST(Linear, EndsAFlushOnAllHostsBeforeAnybodyGoesOn) {
  const auto handler = step("h");
  const auto handlers = std::make_shared<const Place::Steps>(Place::Steps{handler});
  Linear linear(play({group({step("flush", "flush_handlers"), step("b")})}), both);
  linear.next(both);
  linear.cursor("h1").notify(handler);
  linear.cursor("h1").flush(handlers);
  linear.cursor("h2").flush(handlers);
  EXPECT_EQ(told(linear.next(both)), "h h1");
  EXPECT_EQ(told(linear.next(both)), "b h1 h2");
}

TEST(Linear, GoesBackForAHostWhoseErrorsWereCleared) {
  Linear linear(play({group({group(steps({"a"})), step("b")}), group(steps({"c"}))}), both);
  linear.next(both);
  linear.cursor("h1").fail();
  EXPECT_EQ(told(linear.next(both)), "b h2");
  EXPECT_EQ(told(linear.next(both)), "c h2");
  linear.cursor("h1").forgive();
  EXPECT_EQ(told(linear.next(both)), "b h1");
  EXPECT_EQ(told(linear.next(both)), "c h1");
}

}  // namespace
}  // namespace provisioner::run
