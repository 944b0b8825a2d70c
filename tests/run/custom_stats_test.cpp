// Sums of set_stats tasks, as ansible-playbook 2.14 makes them.

#include "provisioner/engine/run/custom_stats.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"

namespace provisioner::run {
namespace {

value::Dict read(const char* json) { return value::read_json(json).dict(); }

std::string run_of(std::initializer_list<const char*> figures, bool is_aggregate = true) {
  CustomStats stats;
  for (const char* one : figures) stats.add("", read(one), is_aggregate);
  return value::write_json(*stats.shown().find("run"));
}

TEST(CustomStats, AddValuesOfOneType) {
  EXPECT_EQ(run_of({R"({"n": 1, "r": 0.5, "t": "a", "l": [1]})",
                    R"({"n": 2, "r": 1.0, "t": "b", "l": [2]})"}),
            R"({"n": 3, "r": 1.5, "t": "ab", "l": [1, 2]})");
  EXPECT_EQ(run_of({R"({"n": 1, "b": true})", R"({"n": true, "b": true})"}),
            R"({"n": 2, "b": 2})");
  EXPECT_EQ(run_of({R"({"d": {"a": 1, "b": {"c": 1}}})", R"({"d": {"e": 1, "b": {"x": 1}}})"}),
            R"({"d": {"a": 1, "b": {"c": 1, "x": 1}, "e": 1}})");
}

TEST(CustomStats, LeaveAloneWhatIsOfAnotherType) {
  EXPECT_EQ(run_of({R"({"n": 1, "r": 0.5, "b": true, "z": null})",
                    R"({"n": "text", "r": 1, "b": 1, "z": 1})"}),
            R"({"n": 1, "r": 0.5, "b": true, "z": null})");
}

TEST(CustomStats, TakeTheLastValueWhereTheyAreNotToBeAdded) {
  EXPECT_EQ(run_of({R"({"n": 1})", R"({"n": 2})"}, false), R"({"n": 2})");
}

TEST(CustomStats, StandApartForEachHost) {
  CustomStats stats;
  EXPECT_TRUE(stats.is_empty());
  stats.add("n01", read(R"({"n": 1})"), true);
  stats.add("n02", read(R"({"n": 2})"), true);
  stats.add("n01", read(R"({"n": 3})"), true);

  EXPECT_EQ(value::write_json(value::Value(stats.shown())),
            R"({"hosts": {"n01": {"n": 4}, "n02": {"n": 2}}, "run": {}})");
}

}  // namespace
}  // namespace provisioner::run
