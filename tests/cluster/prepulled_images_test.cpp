// Which images nodes are to have, and what a node says of its room for them.

#include "provisioner/front/cluster/prepulled_images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/cluster/registry/images_lock.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PrepulledImages : public testing::Test {
 protected:
  PrepulledImages() {
    vet("sciplat-lab", "w_2026_47", 'a');
    vet("sciplat-lab", "w_2026_48", 'b');
    vet("sciplat-lab", "recommended", 'b');
    vet("sciplat-lab", "r29_0_0", 'c');
    vet("team/tool", "1.2", 'd');
    registry::write_images_lock("images.lock", lock_);
    site_.lock = "images.lock";
  }

  void vet(const std::string& name, const std::string& tag, char digit) {
    registry::VettedImage image;
    image.name = name;
    image.tag = tag;
    image.sha256 = std::string(64, digit);
    image.verdict = "passed";
    image.scan = "not scanned";
    image.at = "2026-11-29T10:00:00Z";
    lock_.images.push_back(image);
  }

  // The digits of their digests.
  std::vector<char> meant(const std::vector<std::string>& patterns) const {
    std::vector<char> digits;
    for (const registry::VettedImage& image : prepulled_images(site_, patterns))
      digits.push_back(image.sha256.front());
    std::ranges::sort(digits);
    return digits;
  }

  cli::Desk desk_;
  registry::ImagesLock lock_;
  RegistrySite site_;
};

TEST_F(PrepulledImages, AreThoseOfARepositoryEachOnce) {
  EXPECT_THAT(meant({"sciplat-lab"}), ElementsAre('a', 'b', 'c'));
  EXPECT_THAT(meant({}), ElementsAre('a', 'b', 'c', 'd'));
}

TEST_F(PrepulledImages, AreThoseOfTheirTags) {
  EXPECT_THAT(meant({"sciplat-lab:w_*"}), ElementsAre('a', 'b'));
  EXPECT_THAT(meant({"sciplat-lab:r*", "team/*"}), ElementsAre('b', 'c', 'd'));
  EXPECT_THAT(meant({"sciplat"}), IsEmpty());
}

TEST(NodeImages, AreReadOfWhatANodeSays) {
  const NodeImages seen = read_node_images(
      "size 107374182400\nfree 53687091200\nmost 70\narchitecture amd64\nown\nblob 00ff\n");
  EXPECT_EQ(seen.room.path, "/var/lib/containerd");
  EXPECT_EQ(seen.room.size, 107374182400U);
  EXPECT_EQ(seen.room.free, 53687091200U);
  EXPECT_EQ(seen.room.most_percent, 70);
  EXPECT_THAT(seen.room.there, ElementsAre("00ff"));
  EXPECT_EQ(seen.architecture, "amd64");
  EXPECT_TRUE(seen.is_own);
}

}  // namespace
}  // namespace provisioner::cluster
