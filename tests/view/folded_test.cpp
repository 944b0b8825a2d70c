// Names folded into ranges, and back.

#include "provisioner/front/view/folded.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "provisioner/base/base/text.h"

namespace provisioner::view {
namespace {

std::vector<std::string> split_outside_brackets(const std::string& text) {
  std::vector<std::string> parts(1);
  bool is_inside = false;
  for (const char byte : text) {
    if (byte == '[') is_inside = true;
    if (byte == ']') is_inside = false;
    if (byte == ',' && !is_inside)
      parts.emplace_back();
    else
      parts.back() += byte;
  }
  return parts;
}

std::vector<std::string> unfolded(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string& part : split_outside_brackets(text)) {
    const std::size_t open = part.find('[');
    if (open == std::string::npos) {
      names.push_back(part);
      continue;
    }
    const std::size_t close = part.find(']');
    for (const std::string& range : base::split(part.substr(open + 1, close - open - 1), ',')) {
      const std::size_t dash = range.find('-');
      const std::string first = range.substr(0, dash);
      const std::string last = dash == std::string::npos ? first : range.substr(dash + 1);
      for (unsigned long long number = std::stoull(first); number <= std::stoull(last); ++number)
        names.push_back(part.substr(0, open) + fmt::format("{:0{}}", number, first.size()) +
                        part.substr(close + 1));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Folded, MakesRangesOfNamesThatDifferInOneNumber) {
  EXPECT_EQ(folded({"n03", "n01", "n02", "n20"}), "n[01-03,20]");
  EXPECT_EQ(folded({"n01"}), "n01");
  EXPECT_EQ(folded({"db", "web"}), "db,web");
}

TEST(Folded, KeepsNumbersOfOtherWidthsAndOtherEndsApart) {
  EXPECT_EQ(folded({"n1", "n01", "n2"}), "n[1-2],n01");
  EXPECT_EQ(folded({"n1.east", "n2.west", "n2.east"}), "n[1-2].east,n2.west");
}

TEST(Folded, NamesEachOnce) { EXPECT_EQ(folded({"n1", "n1", "n2"}), "n[1-2]"); }

TEST(Folded, IsUndoneByUnfolding) {
  std::mt19937 random(7);
  const auto number = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> names;
    for (int count = 1 + number(30); count > 0; --count) {
      const std::vector<std::string> befores = {"n", "rack1-n", "db", "", "r2c3-"};
      const std::vector<std::string> afters = {"", ".example.org", "-ipmi", "b"};
      names.push_back(befores[static_cast<std::size_t>(number(5))] +
                      fmt::format("{:0{}}", number(120), 1 + number(3)) +
                      afters[static_cast<std::size_t>(number(4))]);
    }
    std::vector<std::string> expected = names;
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    EXPECT_EQ(unfolded(folded(names)), expected) << folded(names);
  }
}

}  // namespace
}  // namespace provisioner::view
