// Who is told to ask whom.

#include "provisioner/machine/reimage/rack_peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace provisioner::reimage {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using value::Dict;

constexpr int chunks = 100;

// A rack of nodes "n1", "n2" ... at 10.78.0.1 ..., whose port is 9000 and more.
class Rack : public testing::Test {
 protected:
  // Where a node is: it has `kept` chunks from `first` on, and needs the next one.
  void hear(int number, int first, int kept, const std::string& rack = "A1",
            const std::string& manifest = "m") {
    hear(number,
         {{"step", "write"},
          {"done", kept},
          {"of", chunks},
          {"rack", Dict{{"port", 9000 + number},
                        {"chunks", chunks},
                        {"first", first},
                        {"kept", kept},
                        {"next", (first + kept) % chunks}}}},
         rack, manifest);
  }
  void hear(int number, Dict report, const std::string& rack = "A1",
            const std::string& manifest = "m") {
    BootOrder order;
    order.address = "10.78.0." + std::to_string(number) + "/24";
    order.rack = rack;
    order.deploy = Dict{{"manifest", manifest}};
    peers.heard({.id = number, .node = name(number), .run = "7", .order = {}}, order,
                value::Value(std::move(report)), now);
  }
  static std::string name(int number) { return "n" + std::to_string(number); }
  static std::string url(int number) {
    return "http://10.78.0." + std::to_string(number) + ":" + std::to_string(9000 + number);
  }
  std::vector<std::string> of(int number) const { return peers.peers_of(name(number), now); }

  RackPeers peers;
  os::Instant now = os::Instant(seconds(1'000'000));
};

TEST_F(Rack, NamesThoseOfTheSameRackAndImage) {
  hear(1, 0, 10);
  hear(2, 50, 10);
  hear(3, 50, 10, "B1");
  hear(4, 50, 10, "A1", "another");
  hear(5, 50, 10, "");
  EXPECT_THAT(of(1), ElementsAre(url(2)));
  EXPECT_THAT(of(3), IsEmpty());
  EXPECT_THAT(of(5), IsEmpty());
}

TEST_F(Rack, NamesFirstWhoHasWhatIsNeededNext) {
  hear(1, 0, 30);
  hear(2, 40, 10);  // soon
  hear(3, 25, 20);  // has it
  hear(4, 90, 20);  // last of all
  hear(5, 60, 10);
  EXPECT_THAT(of(1), ElementsAre(url(3), url(2), url(5)));
}

TEST_F(Rack, NamesThreeAtMostAndNotTheSameForAll) {
  for (int number = 1; number <= 20; ++number) hear(number, 0, chunks);
  std::vector<std::vector<std::string>> named;
  for (int number = 1; number <= 20; ++number) {
    EXPECT_THAT(of(number), SizeIs(3));
    EXPECT_THAT(of(number), testing::Not(testing::Contains(url(number))));
    named.push_back(of(number));
  }
  std::ranges::sort(named);
  EXPECT_GT(std::ranges::unique(named).begin() - named.begin(), 10);
}

TEST_F(Rack, DoesNotNameWhoSaysNothingOfAServer) {
  hear(1, 0, 10);
  hear(2, {{"facts", Dict{}}});
  EXPECT_THAT(of(1), IsEmpty());
  EXPECT_THAT(of(2), ElementsAre(url(1)));
}

TEST_F(Rack, DoesNotNameWhoWasNotHeardForAMinute) {
  hear(2, 0, 10);
  now += seconds(59);
  hear(1, 0, 10);
  EXPECT_THAT(of(1), ElementsAre(url(2)));
  now += seconds(1);
  EXPECT_THAT(of(1), IsEmpty());
}

TEST_F(Rack, TakesNoWordThatMakesNoSense) {
  hear(1, 0, 10);
  const Dict good{{"port", 9002}, {"chunks", chunks}, {"first", 0}, {"kept", 10}, {"next", 10}};
  const std::vector<std::pair<const char*, value::Value>> wrong = {
      {"port", 0},     {"port", 65536}, {"port", "80"}, {"chunks", 0}, {"chunks", 1 << 30},
      {"first", -1},   {"first", 100},  {"kept", 101},  {"next", 100}, {"next", value::Value()}};
  for (const auto& [member, word] : wrong) {
    Dict share = good;
    share.set(member, word);
    hear(2, {{"rack", share}});
    EXPECT_THAT(of(1), IsEmpty()) << member;
  }
  hear(2, {{"rack", good}});
  EXPECT_THAT(of(1), ElementsAre(url(2)));
}

TEST_F(Rack, ServesAsLongAsTheLastOfTheOthersMayTake) {
  hear(1, 0, 1);
  hear(2, 0, 1);
  hear(3, 0, 1);
  now += seconds(30);
  hear(1, 0, chunks);
  hear(2, 0, 50);
  hear(3, 0, 75);
  EXPECT_EQ(peers.time_to_serve("n1", now), seconds(30));
  hear(2, 0, 10);
  EXPECT_EQ(peers.time_to_serve("n1", now), seconds(120));
  hear(2, 0, chunks);
  EXPECT_EQ(peers.time_to_serve("n1", now), seconds(10));
  hear(3, {{"step", "configure"}, {"done", 0}, {"of", 1}});
  EXPECT_EQ(peers.time_to_serve("n1", now), std::nullopt);
}

TEST_F(Rack, ServesNobodyWithNothing) {
  hear(1, 0, 0);
  hear(2, 0, 10);
  EXPECT_EQ(peers.time_to_serve("n1", now), std::nullopt);
  EXPECT_EQ(peers.time_to_serve("n7", now), std::nullopt);
}

TEST_F(Rack, NamesWhoServesForAsLongAsItDoes) {
  hear(1, 0, 10);
  hear(2, 0, chunks);
  peers.serves("n2", seconds(20), now);
  now += seconds(19);
  EXPECT_THAT(of(1), ElementsAre(url(2)));
  EXPECT_EQ(peers.time_to_serve("n1", now), std::nullopt);
  now += seconds(1);
  EXPECT_THAT(of(1), IsEmpty());
}

TEST_F(Rack, KnowsWhereANodeServes) {
  hear(1, {{"facts", Dict{}}});
  EXPECT_EQ(peers.url("n1"), std::nullopt);
  hear(1, 0, 10);
  EXPECT_EQ(peers.url("n1"), url(1));
}

TEST_F(Rack, ForgetsWhoFailed) {
  hear(1, 0, 10);
  hear(2, 0, 10);
  peers.forget("n2");
  EXPECT_THAT(of(1), IsEmpty());
}

TEST(StartOf, IsFarFromThoseOfTheJobsBeside) {
  for (const int first : {1, 400, 123456}) {
    std::vector<std::int64_t> starts;
    for (int job = first; job < first + 20; ++job) starts.push_back(start_of(job));
    std::ranges::sort(starts);
    for (std::size_t at = 1; at < starts.size(); ++at)
      EXPECT_GE(starts[at] - starts[at - 1], 20) << first;
    EXPECT_GE(starts.front(), 0);
    EXPECT_LT(starts.back(), 1000);
  }
}

}  // namespace
}  // namespace provisioner::reimage
