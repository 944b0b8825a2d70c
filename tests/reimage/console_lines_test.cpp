// How many lines of a console are kept, and which.

#include "provisioner/machine/reimage/console_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"

namespace provisioner::reimage {
namespace {

class StillClock : public os::Clock {
 public:
  os::Instant now() const override { return os::Instant(gone); }
  std::chrono::system_clock::time_point wall() const override { return store::WallTime(gone); }
  std::chrono::seconds gone{1'000};
};

class KeptConsole : public testing::Test {
 protected:
  std::vector<std::string> kept() const {
    std::vector<std::string> texts;
    records_.each_line("n01", {}, [&](const store::NodeLine& line) {
      if (line.source == "console") texts.push_back(line.text);
    });
    return texts;
  }
  void add(int count, const std::string& text) {
    for (int number = 0; number < count; ++number) lines_.add(text + std::to_string(number));
  }

  os::TemporaryDirectory directory_;
  store::NodeRecords records_ = store::NodeRecords::open(directory_.path() + "/state");
  StillClock clock_;
  ConsoleLines lines_{"n01", store::NodeRecords::open(directory_.path() + "/state"), clock_};
};

TEST_F(KeptConsole, IsWrittenOnceASecond) {
  lines_.add("Linux version 6.1");
  lines_.tell_if_due();
  EXPECT_TRUE(kept().empty());
  clock_.gone += std::chrono::seconds(1);
  lines_.tell_if_due();
  EXPECT_THAT(kept(), testing::ElementsAre("Linux version 6.1"));
}

TEST_F(KeptConsole, LeavesOutMostOfAFloodButNeverItsTrouble) {
  add(100, "before ");
  lines_.add("Kernel panic - not syncing: Attempted to kill init!");
  add(100, "after ");
  lines_.tell();

  const std::vector<std::string> texts = kept();

  EXPECT_EQ(texts.size(), 82U);
  EXPECT_EQ(texts[0], "(120 lines left out)");
  EXPECT_EQ(texts[1], "Kernel panic - not syncing: Attempted to kill init!");
  EXPECT_EQ(texts.back(), "after 99");
}

TEST_F(KeptConsole, ForgetsAllButTheLastTwoThousand) {
  records_.add_line({"n01", store::WallTime(std::chrono::seconds(10)), "console", "last year"});
  for (int second = 0; second < 100; ++second) {
    add(30, "line ");
    lines_.tell();
  }

  const std::vector<std::string> texts = kept();

  EXPECT_LE(texts.size(), 2'201U);
  EXPECT_GE(texts.size(), 2'001U);
  EXPECT_EQ(texts.front(), "last year");
}

}  // namespace
}  // namespace provisioner::reimage
