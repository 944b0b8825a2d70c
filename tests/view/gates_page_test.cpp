#include "provisioner/front/view/gates_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::view {
namespace {

using testing::HasSubstr;
using testing::Not;
using value::Dict;
using value::List;
using value::Value;

Dict gate(const char* id, const char* result, bool blocks) {
  return Dict{{"id", id},
              {"name", "pods"},
              {"result", result},
              {"blocks", blocks},
              {"text", "<b>so</b>"},
              {"details", List{"n06: \"it\" & more"}},
              {"hint", "look <there>"},
              {"seconds", 1.5}};
}

Value record(List gates, List waivers = {}) {
  return Dict{{"instance", "one"},
              {"finished", "2026-11-29T10:02:03Z"},
              {"passed", false},
              {"waivers", std::move(waivers)},
              {"gates", std::move(gates)}};
}

TEST(GatesPage, TellsWhyAGateDoesNotPassWithAllTextEscaped) {
  const std::string page = gates_page(record(List{gate("C-3", "failed", true)}));
  EXPECT_THAT(page, HasSubstr("<p class=\"verdict bad\">does not pass</p>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"failed\">failed"));
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;so&lt;/b&gt;"));
  EXPECT_THAT(page, HasSubstr("look &lt;there&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>so</b>")));
}

TEST(GatesPage, NamesWhoWaivesAGateInPlaceOfTheNextStep) {
  const std::string page = gates_page(record(
      List{gate("C-9", "not run", false)},
      List{Dict{{"gate", "C-9"}, {"name", "ada"}, {"reason", "no NFS"}, {"until", "2026-12-31"}}}));
  EXPECT_THAT(page, HasSubstr("Waived by ada until 2026-12-31: no NFS"));
  EXPECT_THAT(page, HasSubstr("not run, waived"));
  EXPECT_THAT(page, Not(HasSubstr("Next:")));
}

TEST(GatesPage, SaysNothingOfReasonsWhereAllPass) {
  const std::string page = gates_page(record(List{gate("C-3", "passed", false)}));
  EXPECT_THAT(page, Not(HasSubstr("What does not pass")));
  EXPECT_THAT(page, HasSubstr("<td class=\"ok\">passed"));
}

}  // namespace
}  // namespace provisioner::view
