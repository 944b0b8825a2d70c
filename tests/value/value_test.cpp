#include "provisioner/base/value/value.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/weight.h"

namespace provisioner::value {
namespace {

TEST(Value, ComparesAsPythonDoes) {
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_EQ(Value(1), Value(true));
  EXPECT_FALSE(Value("1") == Value(1));
  EXPECT_FALSE(Value() == Value(false));
  EXPECT_EQ(Value(Dict{{"a", 1}, {"b", 2}}), Value(Dict{{"b", 2}, {"a", 1}}));
  EXPECT_FALSE(Value(List{1, 2}) == Value(List{2, 1}));
}

TEST(Value, DoesNotCompareByPlaceOrTrust) {
  EXPECT_EQ(Value("a"), Value("a").untrusted().at({base::register_source("x", "a"), 1, 1}));
}

TEST(Value, LosesTrustWithAllThatIsBelow) {
  const Value value = Value(List{Value(Dict{{"k", "v"}})}).untrusted();
  EXPECT_FALSE(value.list()[0].find("k")->is_trusted());
}

TEST(Value, LeavesTheTrustOfOthersAlone) {
  const Value inner("v");
  const Value list(List{inner});
  EXPECT_FALSE(list.untrusted().list()[0].is_trusted());
  EXPECT_TRUE(list.list()[0].is_trusted());
}

TEST(Value, HasItemsOnlyAsAList) {
  const Value list(List{1, 2});
  EXPECT_EQ(&items_of(&list), &list.list());
  const Value text("a");
  EXPECT_TRUE(items_of(&text).empty());
  EXPECT_TRUE(items_of(nullptr).empty());
}

TEST(Value, KeepsItsPlaceWhenItLosesTrust) {
  const base::Pos pos{base::register_source("x", "a"), 1, 1};
  EXPECT_EQ(Value("a").at(pos).untrusted().pos(), pos);
}

TEST(Value, RefusesToBeReadAsSomethingElse) {
  EXPECT_THROW(Value(1).text(), base::Error);
  EXPECT_THROW(Value("a").list(), base::Error);
  EXPECT_THROW(Value().integer(), base::Error);
  EXPECT_EQ(Value("a").find("k"), nullptr);
}

TEST(Dict, ReplacesInPlaceAndKeepsTheOrder) {
  Dict dict{{"a", 1}, {"b", 2}};
  dict.set("a", 3);
  dict.set("c", 4);
  EXPECT_TRUE(dict.erase("b"));
  EXPECT_FALSE(dict.erase("b"));
  ASSERT_EQ(dict.size(), 2U);
  EXPECT_EQ(dict.begin()->value.integer(), 3);
  EXPECT_EQ(dict.find("c")->integer(), 4);
}

TEST(Value, IsNeverSoDeepThatTheStackEnds) {
  const auto nested = [](int levels) {
    Value value;
    for (int level = 0; level < levels; ++level)
      value = level % 2 == 0 ? Value(List{value, 1}) : Value(Dict{{"a", value}});
    return value;
  };
  EXPECT_EQ(nested(200), nested(200));
  EXPECT_THROW(nested(201), TooMuch);
}

TEST(Value, IsWeighedForAsLongAsItLives) {
  const std::int64_t before = weight.held;
  {
    const Value text(std::string(1000, 'x')), list(List(100, text)), copy = list;
    EXPECT_GE(weight.held, before + 1000 + 100 * static_cast<std::int64_t>(sizeof(Value)));
    EXPECT_LE(weight.held, before + 20'000);
  }
  EXPECT_EQ(weight.held, before);
}

TEST(Value, IsRefusedWhereItWouldWeighTooMuch) {
  weight.most = weight.held + 10'000;
  EXPECT_NO_THROW(Value(std::string(5000, 'x')));
  EXPECT_THROW(Value(std::string(20'000, 'x')), TooMuch);
  EXPECT_THROW(Value(List(1000)), TooMuch);
  weight.most = INT64_MAX;
}

TEST(Dict, TakesKeysForTheSameWherePythonDoes) {
  Dict dict;
  dict.set(Value(1), "one");
  dict.set(Value(true), "true");
  dict.set(Value("1"), "text");
  EXPECT_EQ(dict.size(), 2U);
  EXPECT_EQ(dict.find(Value(1.0))->text(), "true");
}

TEST(Dict, FindsAmongManyAlsoAfterSomeWereTakenAway) {
  Dict dict;
  for (int at = 0; at < 1000; ++at) dict.set("k" + std::to_string(at), at);
  for (int at = 0; at < 1000; at += 2) dict.erase("k" + std::to_string(at));
  EXPECT_EQ(dict.size(), 500U);
  EXPECT_EQ(dict.find("k501")->integer(), 501);
  EXPECT_EQ(dict.find("k500"), nullptr);
}

TEST(Dict, IsACopyOfItsOwn) {
  Dict dict;
  for (int at = 0; at < 100; ++at) dict.set("k" + std::to_string(at), at);
  Dict copy = dict;
  copy.set("k5", "changed");
  copy.set("new", 1);
  EXPECT_EQ(dict.find("k5")->integer(), 5);
  EXPECT_EQ(dict.find("new"), nullptr);
}

}  // namespace
}  // namespace provisioner::value
