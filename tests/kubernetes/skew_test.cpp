// Versions, and how far apart they may be.

#include "provisioner/cluster/kubernetes/skew.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::kubernetes {
namespace {

using testing::IsEmpty;

std::string sentences(const std::vector<Objection>& objections) {
  std::string text;
  for (const Objection& objection : objections)
    text += objection.text + " -> " + objection.hint + "\n";
  return text;
}

TEST(Versions, AreReadAsTheirMakersWriteThem) {
  EXPECT_EQ(version_of("1.34.4"), (Version{1, 34, 4}));
  EXPECT_EQ(version_of("v1.34.4"), (Version{1, 34, 4}));
  EXPECT_EQ(version_of("v1.34.4+site.2"), (Version{1, 34, 4}));
  EXPECT_EQ(Version({1, 9, 0}).text(), "1.9.0");
  EXPECT_LT((Version{1, 9, 11}), (Version{1, 10, 0}));
}

TEST(Versions, AreNothingElse) {
  for (const char* text : {"", "v", "1", "1.34", "1.34.", "1.34.4.1", "1.34.x", "1.34.4-rc.1",
                           "1.034.4", "-1.34.4", "1.-3.4", "1.34.999999", " 1.34.4", "vv1.34.4"})
    EXPECT_EQ(version_of(text), std::nullopt) << text;
}

TEST(Versions, SayWhatTheyShouldLookLike) {
  try {
    read_version("1.34");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(),
              "error: '1.34' is no release of Kubernetes\n"
              "hint: write it whole and in quotes, as \"1.34.4\"");
  }
}

TEST(Skew, LetsAControlPlaneGoUpOneMinor) {
  EXPECT_THAT(upgrade_objections({1, 33, 13}, {1, 34, 4}, {}), IsEmpty());
  EXPECT_THAT(upgrade_objections({1, 34, 0}, {1, 34, 4}, {}), IsEmpty());
  EXPECT_THAT(upgrade_objections({1, 34, 4}, {1, 34, 4}, {}), IsEmpty());
}

TEST(Skew, RefusesTwoMinorsAtOnceAndAnyWayDown) {
  EXPECT_EQ(sentences(upgrade_objections({1, 32, 2}, {1, 34, 4}, {})),
            "from 1.32.2 to 1.34.4 is more than one minor, and a control plane goes up by one at a "
            "time -> upgrade to a release of 1.33 first\n");
  EXPECT_EQ(sentences(upgrade_objections({1, 34, 4}, {1, 34, 2}, {})),
            "the control plane is at 1.34.4: there is no way down to 1.34.2 -> restore a snapshot "
            "of etcd that was taken before the upgrade\n");
  EXPECT_FALSE(upgrade_objections({1, 34, 4}, {2, 0, 0}, {}).empty());
}

TEST(Skew, LetsKubeletsBeThreeMinorsOlderAndNeverNewer) {
  const auto with_kubelet = [](Version kubelet) {
    return sentences(
        upgrade_objections({1, 33, 0}, {1, 34, 4}, {{.node = "w1", .kubelet = kubelet}}));
  };
  EXPECT_EQ(with_kubelet({1, 31, 0}), "");
  EXPECT_EQ(with_kubelet({1, 34, 9}), "");
  EXPECT_EQ(with_kubelet({1, 30, 14}),
            "'w1' has a kubelet of 1.30.14, more than three minors behind an API server of 1.34.4 "
            "-> upgrade that node first\n");
  EXPECT_EQ(with_kubelet({1, 35, 0}),
            "'w1' has a kubelet of 1.35.0, newer than the API server's 1.34.4 -> upgrade the "
            "control plane first\n");
}

TEST(Skew, WantsApiServersThatAreOneMinorApartAtMost) {
  EXPECT_EQ(sentences(upgrade_objections({1, 33, 0}, {1, 34, 4},
                                         {{.node = "c1", .control_plane = Version{1, 34, 4}},
                                          {.node = "c2", .control_plane = Version{1, 33, 0}}})),
            "");
  EXPECT_EQ(sentences(upgrade_objections({1, 33, 0}, {1, 34, 4},
                                         {{.node = "c2", .control_plane = Version{1, 32, 0}}})),
            "'c2' has a control plane of 1.32.0, more than one minor behind 1.34.4 -> bring all "
            "control-plane nodes to a release of 1.33 first\n");
}

}  // namespace
}  // namespace provisioner::kubernetes
