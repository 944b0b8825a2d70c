// Loading a machine: this one, for no longer than a test may take.
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/burnin/measures.h"
#include "provisioner/node/modules/module.h"
#include "tests/support/fake_host.h"

namespace provisioner::modules::burnin {
namespace {

using value::Value;

constexpr Seconds no_time{0};  // one piece of work, and no more

std::int64_t number(const Value& measured, std::string_view key) {
  return value::integer_or(measured, key, -1);
}

TEST(BurninMemory, FindsAWordThatChanged) {
  std::vector<std::uint64_t> words(1000);
  const Pattern pattern{17, 0x9e3779b97f4a7c15};
  write_pattern(words.data(), words.size(), pattern);
  EXPECT_EQ(compare_pattern(words.data(), words.size(), pattern).words, 0u);

  words[7] ^= 0x40;
  words[999] ^= 0x02;

  const Wrong wrong = compare_pattern(words.data(), words.size(), pattern);
  EXPECT_EQ(wrong.words, 2u);
  EXPECT_EQ(wrong.bits, 0x42u);
}

TEST(BurninMemory, TurnsOverEachBit) {
  std::vector<std::uint64_t> words(100), turned(100);
  const Pattern pattern{17, 0x9e3779b97f4a7c15};
  write_pattern(words.data(), words.size(), pattern);
  write_pattern(turned.data(), turned.size(), pattern.turned());
  for (std::size_t at = 0; at < words.size(); ++at) EXPECT_EQ(words[at], ~turned[at]);
}

TEST(BurninMemory, IsCoveredAndTimed) {
  const Value measured = measure_memory(std::uint64_t{8} << 20, no_time);
  EXPECT_GT(number(measured, "mib"), 0);
  EXPECT_GT(number(measured, "mib_s"), 0);
  EXPECT_EQ(number(measured, "errors"), 0);
}

TEST(BurninProcessors, AreAllTimed) {
  const Value measured = measure_processors(no_time);
  EXPECT_GT(number(measured, "cores"), 0);
  EXPECT_GE(number(measured, "rate"), number(measured, "slowest"));
  EXPECT_GT(number(measured, "slowest"), 0);
  EXPECT_EQ(number(measured, "errors"), 0);
}

TEST(BurninDisks, AreReadAndNamed) {
  const std::string path = BUILD_DIRECTORY "/burnin_disk";
  os::write_file(path, std::string(4 << 20, 'x'));

  const value::List measured = measure_disks({path, "/dev/nothing"}, Seconds(1));

  ASSERT_EQ(measured.size(), 2u);
  EXPECT_EQ(value::text_or(measured[0], "name", ""), "burnin_disk");
  EXPECT_EQ(value::text_or(measured[0], "problem", "?"), "");
  EXPECT_GT(number(measured[0], "mib_s"), 0);
  EXPECT_GT(number(measured[0], "reads_s"), 0);
  EXPECT_EQ(number(measured[0], "errors"), 0);
  EXPECT_EQ(value::text_or(measured[1], "problem", ""), "No such file or directory");
  EXPECT_EQ(measure_disks({}, no_time).size(), 0u);
}

TEST(BurninCrew, TellsWhoDied) {
  const std::vector<Tally> tallies = run_crew(2, no_time, [](std::size_t number, Tally& tally) {
    tally.amount = number + 10;
    if (number == 1) ::_exit(1);
  });
  ASSERT_EQ(tallies.size(), 2u);
  EXPECT_TRUE(tallies[0].is_finished);
  EXPECT_EQ(tallies[0].amount, 10u);
  EXPECT_FALSE(tallies[1].is_finished);
}

TEST(BurninNetwork, IsMeasuredInBothDirections) {
  const Line called{.listens = true, .address = "127.0.0.1", .peer = "127.0.0.2", .port = 47913,
                    .word = "0123456789abcdef"};
  const Line calling{.listens = false, .address = "127.0.0.2", .peer = "127.0.0.1",
                     .port = 47913, .word = called.word};
  Value there;
  std::thread other([&] { there = measure_network(called, Seconds(1)); });
  const Value here = measure_network(calling, Seconds(1));
  other.join();
  EXPECT_GT(number(there, "received_mib_s"), 0);
  EXPECT_GT(number(here, "received_mib_s"), 0);
}

TEST(BurninModule, RefusesWhatNobodyMeans) {
  support::FakeHost node;
  const Module& module = *find_module("burnin");
  EXPECT_EQ(value::text_or(
                check_module(module, node, value::Dict{{"part", "cpu"}, {"seconds", 0}}).result,
                "msg", ""),
            "seconds: 1 to 3600 can be measured");
}

TEST(BurninModule, SaysWhereItCannotTellHowMuchIsFree) {
  support::FakeHost node;
  const wire::Plan plan =
      check_module(*find_module("burnin"), node, value::Dict{{"part", "memory"}, {"seconds", 1}});
  EXPECT_EQ(plan.verdict, wire::Verdict::failed);
  EXPECT_EQ(value::text_or(plan.result, "msg", ""),
            "'/proc/meminfo' does not say what is available");
}

}  // namespace
}  // namespace provisioner::modules::burnin
