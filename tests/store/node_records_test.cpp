// States, flight recorder and hardware of nodes.

#include "provisioner/base/store/node_records.h"

#include "tests/store/own_store.h"

namespace provisioner::store {
namespace {

using std::chrono::seconds;

class Records : public testing::Test {
 protected:
  static WallTime at(int second) { return WallTime(seconds(1'800'000'000 + second)); }
  std::vector<std::string> lines_of(const std::string& node, WallTime from = WallTime()) const {
    std::vector<std::string> lines;
    records_.each_line(node, from, [&](const NodeLine& line) {
      lines.push_back(line.node + " " + line.source + ": " + line.text);
    });
    return lines;
  }

  os::TemporaryDirectory directory_;
  NodeRecords records_ = NodeRecords::open(directory_.path() + "/state");
};

TEST_F(Records, ForgetANodeButNotWhatWasSaidOfIt) {
  for (const char* node : {"n01", "n02"}) {
    records_.put_state({node, "armed", "", "alice@ctl1", at(0)});
    records_.put_hardware({node, at(0), "ram disk", value::Dict{{"disks", 1}}});
    records_.add_line({node, at(0), "dhcp", "asks"});
  }

  records_.forget("n01");

  EXPECT_FALSE(records_.state("n01"));
  EXPECT_FALSE(records_.hardware("n01"));
  EXPECT_EQ(lines_of("n01").size(), 1U);
  EXPECT_TRUE(records_.state("n02"));
  EXPECT_TRUE(records_.hardware("n02"));
}

TEST_F(Records, KnowANodesStateAndSinceWhen) {
  records_.put_state({"n01", "armed", "its next boot", "alice@ctl1", at(0)});
  records_.put_state({"n01", "booting", "DHCP", "boot service", at(5)});
  records_.put_state({"n01", "booting", "the RAM disk", "boot service", at(9)});

  const auto state = records_.state("n01");

  EXPECT_EQ(state->state, "booting");
  EXPECT_EQ(state->detail, "the RAM disk");
  EXPECT_EQ(state->since, at(5));
  EXPECT_EQ(state->heard, at(9));
  EXPECT_EQ(records_.states().size(), 1U);
  EXPECT_FALSE(records_.state("n02"));
}

TEST_F(Records, MoveANodeOnlyFromWhereItIsSaidToBe) {
  records_.put_state({"n01", "armed", "", "alice@ctl1", at(0)});
  const auto from_armed = [](const std::string& from) { return from == "armed"; };

  EXPECT_FALSE(records_.move_state({"n01", "booting", "", "boot service", at(5)}, from_armed));
  EXPECT_EQ(records_.move_state({"n01", "armed", "", "alice@ctl1", at(9)}, from_armed), "booting");
  EXPECT_EQ(records_.move_state({"n02", "armed", "", "alice@ctl1", at(9)}, from_armed), "");
  EXPECT_EQ(records_.state("n01")->state, "booting");
  EXPECT_FALSE(records_.state("n02"));
}

TEST_F(Records, TellTheLinesOfANodeInTheOrderOfTime) {
  records_.add_line({"n01", at(2), "http", "GET /boot"});
  records_.add_line({"n02", at(1), "dhcp", "offer"});
  records_.add_line({"n01", at(1), "dhcp", "discover"});

  EXPECT_EQ(lines_of("n01"),
            (std::vector<std::string>{"n01 dhcp: discover", "n01 http: GET /boot"}));
  EXPECT_EQ(lines_of("n01", at(2)), (std::vector<std::string>{"n01 http: GET /boot"}));
  EXPECT_EQ(lines_of("").size(), 3U);
}

TEST_F(Records, TellTheLastLinesAndThenThoseThatCome) {
  std::vector<std::string> texts;
  const auto note = [&](const NodeLine& line) { texts.push_back(line.text); };
  records_.add_lines({{"n01", at(3), "console", "c"}, {"n01", at(1), "bmc", "a"},
                      {"n02", at(9), "bmc", "of another"}, {"n01", at(2), "http", "b"}});

  const std::int64_t newest = records_.newest_line();
  records_.add_lines({{"n02", at(9), "bmc", "of another"}, {"n01", at(0), "dhcp", "d"}});
  records_.last_lines("n01", newest, 2, note);
  EXPECT_EQ(texts, (std::vector<std::string>{"b", "c"}));
  texts.clear();
  const std::int64_t last = records_.each_line_after(newest, "n01", note);

  EXPECT_EQ(texts, std::vector<std::string>{"d"});
  EXPECT_EQ(last, records_.newest_line());
  EXPECT_EQ(records_.each_line_after(last, "n01", note), last);
  EXPECT_EQ(texts.size(), 1U);
}

TEST_F(Records, TellOneOrderForAllNodesAndNothingOfNone) {
  std::vector<std::string> texts;
  const auto note = [&](const NodeLine& line) { texts.push_back(line.text); };
  EXPECT_EQ(records_.newest_line(), 0);
  records_.last_lines("", records_.newest_line(), 5, note);
  EXPECT_TRUE(texts.empty());
  records_.add_lines({{"n02", at(2), "bmc", "b"}, {"", at(1), "http", "a stranger"}});

  records_.last_lines("", records_.newest_line(), 5, note);

  EXPECT_EQ(texts, (std::vector<std::string>{"a stranger", "b"}));
}

TEST_F(Records, KnowWhomTheyAreAbout) {
  records_.put_state({"n03", "armed", "", "alice@ctl1", at(0)});
  records_.put_hardware({"n02", at(0), "ssh", value::Dict{}});
  records_.add_lines({{"n01", at(0), "bmc", "power"}, {"", at(0), "http", "a stranger"},
                      {"n03", at(0), "bmc", "power"}});

  EXPECT_EQ(records_.names(), (std::vector<std::string>{"n01", "n02", "n03"}));
}

TEST_F(Records, KeepTheLastLinesOfASourceAlone) {
  records_.add_line({"n01", at(1), "console", "of an earlier boot"});
  records_.add_lines({{"n01", at(5), "console", "a"}, {"n01", at(6), "console", "b"},
                      {"n01", at(6), "bmc", "power"}, {"n01", at(7), "console", "c"},
                      {"n02", at(7), "console", "d"}});

  records_.keep_last_lines("n01", "console", at(5), 2);

  EXPECT_EQ(lines_of("n01"),
            (std::vector<std::string>{"n01 console: of an earlier boot", "n01 console: b",
                                      "n01 bmc: power", "n01 console: c"}));
  EXPECT_EQ(lines_of("n02").size(), 1U);
}

TEST_F(Records, KeepHardwareWithWhatItWasBefore) {
  const Value twelve(Dict{{"dimms", 12}}), eleven(Dict{{"dimms", 11}});
  records_.put_hardware({"n01", at(0), "ssh", twelve});
  records_.put_hardware({"n01", at(1), "ssh", twelve});
  records_.put_hardware({"n01", at(2), "ssh", eleven});

  const auto history = records_.hardware_history("n01");

  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(records_.hardware("n01")->facts, eleven);
  EXPECT_EQ(history.back().time, at(0));
  EXPECT_EQ(history.back().looked, at(1));
  EXPECT_EQ(history.front().looked, at(2));
  EXPECT_FALSE(history.front().facts.is_trusted());
  EXPECT_FALSE(records_.hardware("n02"));
}

}  // namespace
}  // namespace provisioner::store
