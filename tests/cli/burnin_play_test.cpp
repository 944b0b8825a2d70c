// Who is loaded when, as plays for the engine.

#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/burnin_play.h"

namespace provisioner::cli {
namespace {

std::vector<MeetingEnd> nodes(int count) {
  std::vector<MeetingEnd> ends;
  for (int number = 1; number <= count; ++number)
    ends.push_back({"n" + std::to_string(number), "10.0.0." + std::to_string(number)});
  return ends;
}

TEST(BurninPlay, HasATaskForEachPartThatIsWished) {
  BurninWish wish;
  wish.parts = {"memory", "network"};
  wish.memory_percent = 50;
  const std::string play = value::write_json(burnin_play(wish));
  EXPECT_NE(play.find(R"({"name": "memory", "ignore_errors": true, "timeout": 55, )"
                      R"("burnin": {"part": "memory", "seconds": 10, "percent": 50}})"),
            std::string::npos)
      << play;
  EXPECT_EQ(play.find("cpu"), std::string::npos);
}

TEST(BurninMeetings, KeepEachNodeToOneAtATime) {
  const auto rounds = meetings_of(nodes(4), 3, 50);
  ASSERT_EQ(rounds.size(), 3u);
  for (const auto& round : rounds) {
    ASSERT_EQ(round.size(), 2u);
    EXPECT_NE(round[0].listening.node, round[1].listening.node);
    EXPECT_NE(round[0].calling.node, round[1].calling.node);
  }
}

TEST(BurninMeetings, AreNoMoreThanForksAllow) {
  EXPECT_EQ(meetings_of(nodes(4), 3, 1).size(), 6u);
  EXPECT_EQ(meetings_of(nodes(6), 1, 2).size(), 2u);
  EXPECT_EQ(meetings_of(nodes(4), 3, 0).size(), 0u);
  EXPECT_EQ(meetings_of(nodes(1), 3, 9).size(), 0u);
}

TEST(BurninMeetings, GiveBothEndsOneWord) {
  const value::Value plays = meeting_plays({}, meetings_of(nodes(2), 3, 1));
  ASSERT_EQ(plays.list().size(), 1u);
  const value::Value& ends = *plays.list()[0].find("vars")->find("burnin_ends");
  const value::Value &listening = *ends.find("n1"), &calling = *ends.find("n2");
  EXPECT_TRUE(value::boolean_or(listening, "listens", false));
  EXPECT_FALSE(value::boolean_or(calling, "listens", true));
  EXPECT_EQ(value::text_or(calling, "peer", ""), "10.0.0.1");
  EXPECT_EQ(value::integer_or(calling, "port", 0), 7913);
  EXPECT_EQ(value::text_or(calling, "word", "").size(), 32u);
  EXPECT_EQ(value::text_or(calling, "word", ""), value::text_or(listening, "word", "?"));
}

}  // namespace
}  // namespace provisioner::cli
