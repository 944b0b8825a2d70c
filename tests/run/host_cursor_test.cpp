// One host's way through blocks, rescue, always and handlers.

#include "provisioner/engine/run/host_cursor.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/run/play_steps.h"

namespace provisioner::run {
namespace {

using testing::ElementsAre;

TEST(HostCursor, GoesThroughBlocksInOrderAndRunsAlwaysWithoutRescue) {
  HostCursor cursor(play({group(steps({"a"})), group(steps({"b"}), steps({"r"}), steps({"z"}))}));
  EXPECT_THAT(way_of(cursor), ElementsAre("a", "b", "z"));
  EXPECT_FALSE(cursor.is_failed());
}

TEST(HostCursor, GoesOnBehindABlockThatWasRescued) {
  HostCursor cursor(
      play({group(steps({"a", "b"}), steps({"r"}), steps({"z"})), group(steps({"c"}))}));
  EXPECT_THAT(way_of(cursor, {"a"}), ElementsAre("a", "r", "z", "c"));
  EXPECT_FALSE(cursor.is_failed());
}

TEST(HostCursor, RunsAlwaysAndIsOutWhereTheRescueFails) {
  HostCursor cursor(
      play({group(steps({"a"}), steps({"r", "s"}), steps({"z"})), group(steps({"c"}))}));
  EXPECT_THAT(way_of(cursor, {"a", "r"}), ElementsAre("a", "r", "z"));
  EXPECT_TRUE(cursor.is_failed());
}

TEST(HostCursor, IsOutWhereAnAlwaysFailsBehindARescue) {
  HostCursor cursor(
      play({group(steps({"a"}), steps({"r"}), steps({"z", "y"})), group(steps({"c"}))}));
  EXPECT_THAT(way_of(cursor, {"a", "z"}), ElementsAre("a", "r", "z"));
  EXPECT_TRUE(cursor.is_failed());
}

TEST(HostCursor, HandsTheFailureOfAnInnerBlockToTheOuterRescue) {
  const auto inner = group(steps({"a"}), {}, steps({"z"}));
  HostCursor cursor(play({group({inner, step("b")}, steps({"r"}))}));
  EXPECT_THAT(way_of(cursor, {"a"}), ElementsAre("a", "z", "r"));
  EXPECT_FALSE(cursor.is_failed());
}

TEST(HostCursor, CountsAFailureAsRescuedWhereABlockAroundHasARescueThatHasNotBegun) {
  HostCursor cursor(play({group({group(steps({"a"}))}, steps({"r"}))}));
  cursor.take();
  EXPECT_TRUE(cursor.would_be_rescued());
  cursor.fail();
  cursor.take();
  EXPECT_FALSE(cursor.would_be_rescued());
}

TEST(HostCursor, GoesOnBehindTheInnerBlockWhenItsErrorsAreCleared) {
  HostCursor cursor(play({group({group(steps({"a", "b"})), step("c")}), group(steps({"d"}))}));
  cursor.take();
  cursor.fail();
  EXPECT_EQ(cursor.next(), nullptr);
  cursor.forgive();
  EXPECT_THAT(way_of(cursor), ElementsAre("c", "d"));
}

TEST(HostCursor, StaysOutWhenTheOutermostBlockFailedAndErrorsAreCleared) {
  HostCursor cursor(play({group(steps({"a"})), group(steps({"b"}))}));
  cursor.take();
  cursor.fail();
  cursor.forgive();
  EXPECT_EQ(cursor.next(), nullptr);
  EXPECT_FALSE(cursor.is_failed());
}

TEST(HostCursor, RunsWhatAnIncludeBroughtBeforeTheRest) {
  HostCursor cursor(play({group(steps({"include", "b"}))}));
  cursor.take();
  cursor.insert({group(steps({"x"})), group(steps({"y"}))});
  EXPECT_THAT(way_of(cursor), ElementsAre("x", "y", "b"));
}

TEST(HostCursor, RunsNotifiedHandlersInDefinitionOrderAndGoesOn) {
  const auto first = step("h1"), second = step("h2"), third = step("h3");
  const auto handlers = std::make_shared<const Place::Steps>(Place::Steps{first, second, third});
  HostCursor cursor(play({group(steps({"flush", "b"}))}));
  cursor.take();
  cursor.notify(third);
  cursor.notify(first);
  cursor.flush(handlers);
  EXPECT_THAT(way_of(cursor), ElementsAre("h1", "h3", "b"));
}

TEST(HostCursor, KeepsANotificationUntilTheHandlerRanOnThisHost) {
  const auto handler = step("h");
  const auto handlers = std::make_shared<const Place::Steps>(Place::Steps{handler});
  HostCursor cursor(play({group(steps({"flush"}))}));
  cursor.take();
  cursor.notify(handler);
  cursor.flush(handlers);
  cursor.take();
  EXPECT_TRUE(cursor.is_notified(handler.get()));
  cursor.handler_ran(handler.get());
  EXPECT_FALSE(cursor.is_notified(handler.get()));
}

TEST(HostCursor, TakesAFailedHandlerToTheRescueOfTheOutermostBlockOnly) {
  const auto handler = step("h");
  const auto handlers = std::make_shared<const Place::Steps>(Place::Steps{handler});
  const auto inner = group(steps({"flush", "b"}), steps({"inner rescue"}));
  HostCursor cursor(play({group({inner}, steps({"outer rescue"}))}));
  cursor.take();
  cursor.notify(handler);
  cursor.flush(handlers);
  EXPECT_THAT(way_of(cursor, {"h"}), ElementsAre("h", "outer rescue"));
}

TEST(HostCursor, RunsNoMoreHandlersOnceOneOfThemFailed) {
  const auto first = step("h1"), second = step("h2");
  const auto handlers = std::make_shared<const Place::Steps>(Place::Steps{first, second});
  HostCursor cursor(play({group(steps({"flush"}), {}, steps({"flush again"}))}));
  cursor.take();
  cursor.notify(first);
  cursor.notify(second);
  cursor.flush(handlers);
  cursor.take();
  cursor.fail();
  cursor.take();
  cursor.flush(handlers);
  EXPECT_EQ(cursor.next(), nullptr);
  cursor.take();
  EXPECT_TRUE(cursor.is_failed());
}

TEST(HostCursor, IsSparedInARescueUntilThatFails) {
  HostCursor cursor(play({group(steps({"a"}), steps({"r"}))}));
  cursor.take();
  EXPECT_FALSE(cursor.is_spared());
  cursor.fail();
  EXPECT_TRUE(cursor.is_spared());
  cursor.take();
  cursor.fail();
  EXPECT_FALSE(cursor.is_spared());
}

}  // namespace
}  // namespace provisioner::run
