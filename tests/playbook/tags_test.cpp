#include "provisioner/language/playbook/tags.h"

#include <gtest/gtest.h>

namespace provisioner::playbook {
namespace {

using Tags = std::vector<std::string>;

struct Case {
  const char* name;
  Tags tags, only, skip;
  bool is_selected;
};

class TagSelection : public testing::TestWithParam<Case> {};

TEST_P(TagSelection, IsAnsibles) {
  EXPECT_EQ(is_selected(GetParam().tags, GetParam().only, GetParam().skip), GetParam().is_selected);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, TagSelection,
    testing::Values(Case{"AllTakesUntagged", {}, {"all"}, {}, true},
                    Case{"AllLeavesNever", {"never", "x"}, {"all"}, {}, false},
                    Case{"NeverByItsOtherTag", {"never", "x"}, {"x"}, {}, true},
                    Case{"ATagLeavesUntagged", {}, {"x"}, {}, false},
                    Case{"AlwaysComesAlong", {"always"}, {"x"}, {}, true},
                    Case{"AlwaysCanBeSkipped", {"always"}, {"x"}, {"always"}, false},
                    Case{"SkipAllSparesAlways", {"always"}, {"all"}, {"all"}, true},
                    Case{"SkipAllSkips", {"x"}, {"all"}, {"all"}, false},
                    Case{"Tagged", {"x"}, {"tagged"}, {}, true},
                    Case{"TaggedLeavesUntagged", {}, {"tagged"}, {}, false},
                    Case{"TaggedLeavesNever", {"x", "never"}, {"tagged"}, {}, false},
                    Case{"Untagged", {}, {"untagged"}, {}, true},
                    Case{"SkipTagged", {"x"}, {"all"}, {"tagged"}, false},
                    Case{"SkipUntagged", {}, {"all"}, {"untagged"}, false},
                    Case{"SkipWins", {"x", "y"}, {"x"}, {"y"}, false}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace provisioner::playbook
