#include "provisioner/base/value/at_path.h"

#include <gtest/gtest.h>

namespace provisioner::value {
namespace {

const Dict manifest{{"kind", "Pod"}, {"spec", Dict{{"volumes", List{1}}, {"node", Value()}}}};

TEST(AtPath, FindsWhatStandsThere) {
  EXPECT_EQ(at_path(manifest, "kind")->text(), "Pod");
  EXPECT_EQ(at_path(manifest, "spec.volumes"), manifest.find("spec")->find("volumes"));
  EXPECT_TRUE(at_path(manifest, "spec.node")->is_none());
  EXPECT_EQ(*at_path(Value(manifest), "spec.volumes"), Value(List{1}));
}

TEST(AtPath, FindsNothingBesideDicts) {
  for (const char* path : {"", "other", "spec.other", "spec.other.more", "kind.first",
                           "spec.volumes.0", "spec.node.name", "spec.", ".spec"})
    EXPECT_EQ(at_path(manifest, path), nullptr) << path;
  EXPECT_EQ(at_path(Value("text"), "kind"), nullptr);
}

}  // namespace
}  // namespace provisioner::value
