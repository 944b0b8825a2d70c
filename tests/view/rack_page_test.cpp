// The page of racks.

#include "provisioner/front/view/rack/rack_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace provisioner::view {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string written(const RackPage& page) {
  std::ostringstream out;
  write_rack_page(out, page);
  return out.str();
}

RackNode node(const std::string& name, const std::string& rack, std::int64_t unit) {
  return {.name = name, .rack = rack, .unit = unit, .height = 2, .seen = "", .is_checked = true};
}

RackPage page_of(std::vector<RackNode> nodes, std::vector<RackFinding> findings) {
  return {.time = {}, .summary = "4 nodes checked", .nodes = std::move(nodes),
          .findings = std::move(findings)};
}

TEST(RackPage, MarksNodesByColourSignAndWords) {
  RackNode silent = node("n04", "A1", 7);
  silent.is_checked = false;
  const std::string page =
      written(page_of({node("n01", "A1", 1), node("n02", "A1", 3), node("n03", "A1", 5), silent},
                      {{{"n02"}, "memory", "11 x 16 GiB", "12 x 16 GiB", "spec", true},
                       {{"n03"}, "firmware", "BIOS 1", "BIOS 2", "peers", false}}));
  EXPECT_THAT(page, HasSubstr("class=\"box good\" title=\"n01: as it should be\"><b class=sign>✓"));
  EXPECT_THAT(page, HasSubstr("class=\"box bad\" title=\"n02: memory\"><b class=sign>✕"));
  EXPECT_THAT(page, HasSubstr("class=\"box warn\" title=\"n03: firmware\"><b class=sign>△"));
  EXPECT_THAT(page, HasSubstr("class=\"box blank\" title=\"n04: not checked\"><b class=sign>?"));
  EXPECT_THAT(page, HasSubstr("<td class=is>11 x 16 GiB<td class=should>12 x 16 GiB"));
}

TEST(RackPage, PutsNodesWhereTheyStand) {
  const std::string page = written(page_of({node("n01", "A1", 1), node("n02", "A1", 12)}, {}));
  EXPECT_THAT(page, HasSubstr("<i style=\"grid-row:1\">13</i>"));
  EXPECT_THAT(page, HasSubstr("style=\"grid-row:12/span 2\">\n<div class=\"box good\" title=\"n01"));
  EXPECT_THAT(page, HasSubstr("style=\"grid-row:1/span 2\">\n<div class=\"box good\" title=\"n02"));
}

TEST(RackPage, TellsNodesWithoutAPlaceApart) {
  const std::string page =
      written(page_of({node("n01", "A1", 1), node("n02", "A1", 2), node("n03", "", 0)}, {}));
  const std::size_t apart = page.find("Without a place of their own");
  ASSERT_NE(apart, std::string::npos);
  EXPECT_LT(page.find("n01: as"), apart);
  EXPECT_GT(page.find("n02: as"), apart);
  EXPECT_GT(page.find("n03: as"), apart);
}

TEST(RackPage, TellsASwapAtBothNodes) {
  const std::string page =
      written(page_of({node("n01", "A1", 1), node("n02", "A1", 3)},
                      {{{"n01", "n02"}, "cable eno1", "swapped", "not", "cabling", true}}));
  EXPECT_THAT(page, HasSubstr("id=\"node-n01\""));
  EXPECT_THAT(page, HasSubstr("id=\"node-n02\""));
}

TEST(RackPage, HoldsNothingThatRunsOrIsFetched) {
  const std::string page = written(
      page_of({node("<b>", "\"A\"", 1)},
              {{{"<b>"}, "<script>", "<img src=x>", "\x1b[31m", "spec", true}}));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("http:")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
}

}  // namespace
}  // namespace provisioner::view
