#include "provisioner/cluster/registry/image_name.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::registry {
namespace {

TEST(ImageName, IsARepositoryWithATagOrADigest) {
  EXPECT_EQ(image_named("team/tool:1.2").repository, "team/tool");
  EXPECT_EQ(image_named("team/tool:1.2").reference(), "1.2");
  const std::string digest(64, 'a');
  EXPECT_EQ(image_named("team/tool@sha256:" + digest).reference(), "sha256:" + digest);
  EXPECT_EQ(image_named("team/tool:1@sha256:" + digest).repository, "team/tool");
}

TEST(ImageName, MayHaveAPatternForItsTag) {
  EXPECT_EQ(image_named("sciplat:w_2026_[0-4]*").tag, "w_2026_[0-4]*");
  EXPECT_EQ(image_named("sciplat:*").tag, "*");
}

TEST(ImageName, IsNothingElse) {
  for (const char* text : {"", "tool", "Team/tool:1", "tool:", ":1", "tool:a b", "../tool:1",
                           "tool@sha256:0", "host:5000/tool", "tool:1;id", "/tool:1", "a//b:1"})
    EXPECT_THROW(image_named(text), base::Error) << text;
}

TEST(ImageName, FollowsTheSpecificationForRepositories) {
  for (const char* text : {"a", "a/b", "a.b", "a_b", "a__b", "a-b", "a---b", "docker.io/library/x"})
    EXPECT_TRUE(is_repository(text)) << text;
  for (const char* text : {"a..b", "a___b", ".a", "a/", "-a", "a\n", "A"})
    EXPECT_FALSE(is_repository(text)) << text;
}

TEST(ImageName, IsThatOfAPlaceBelowVetted) {
  EXPECT_EQ(vetted_repository("team/tool"), "vetted/team/tool");
  EXPECT_EQ(below_vetted("vetted/team/tool"), "team/tool");
  EXPECT_EQ(below_vetted("team/tool:1"), "team/tool:1");
}

}  // namespace
}  // namespace provisioner::registry
