#include "provisioner/language/playbook/tags.h"

#include <gtest/gtest.h>

namespace provisioner::playbook {
namespace {

using Tags = std::vector<std::string>;

struct Choice {
  const char* name;
  Tags tags, only, skip;
  bool is_selected;
};

class TagSelection : public testing::TestWithParam<Choice> {};

TEST_P(TagSelection, IsAnsibles) {
  EXPECT_EQ(is_selected(GetParam().tags, GetParam().only, GetParam().skip), GetParam().is_selected);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, TagSelection,
    testing::Values(Choice{"AllTakesUntagged", {}, {"all"}, {}, true},
                    Choice{"AllLeavesNever", {"never", "x"}, {"all"}, {}, false},
                    Choice{"NeverByItsOtherTag", {"never", "x"}, {"x"}, {}, true},
                    Choice{"ATagLeavesUntagged", {}, {"x"}, {}, false},
                    Choice{"AlwaysComesAlong", {"always"}, {"x"}, {}, true},
                    Choice{"AlwaysCanBeSkipped", {"always"}, {"x"}, {"always"}, false},
                    Choice{"SkipAllSparesAlways", {"always"}, {"all"}, {"all"}, true},
                    Choice{"SkipAllSkips", {"x"}, {"all"}, {"all"}, false},
                    Choice{"Tagged", {"x"}, {"tagged"}, {}, true},
                    Choice{"TaggedLeavesUntagged", {}, {"tagged"}, {}, false},
                    Choice{"TaggedLeavesNever", {"x", "never"}, {"tagged"}, {}, false},
                    Choice{"Untagged", {}, {"untagged"}, {}, true},
                    Choice{"SkipTagged", {"x"}, {"all"}, {"tagged"}, false},
                    Choice{"SkipUntagged", {}, {"all"}, {"untagged"}, false},
                    Choice{"SkipWins", {"x", "y"}, {"x"}, {"y"}, false}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace provisioner::playbook
