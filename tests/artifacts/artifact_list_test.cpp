#include "provisioner/cluster/artifacts/artifact_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"

namespace provisioner::artifacts {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct ArtifactList : testing::Test {
  std::vector<Wanted> wanted(const std::string& text) {
    os::write_file(path, text);
    return read_wanted(path, diagnostics).entries;
  }
  std::string mistakes(const std::string& text) {
    wanted(text);
    return diagnostics.render();
  }

  os::TemporaryDirectory directory;
  std::string path = directory.path() + "/site.yml";
  base::Diagnostics diagnostics;
};

Locked entry(const std::string& name, const std::string& version, const std::string& bytes) {
  return {.name = name,
          .version = version,
          .kind = Kind::binary,
          .from = "https://example.org/" + name,
          .sha256 = crypto::sha256(bytes),
          .size = bytes.size()};
}

TEST_F(ArtifactList, SaysWhetherLowerLayersCount) {
  os::write_file(path, "alone: true\nartifacts: []\n");
  EXPECT_TRUE(read_wanted(path, diagnostics).is_alone);
  EXPECT_THAT(mistakes("alone: perhaps\nartifacts: []\n"), HasSubstr("'alone' is true or false"));
}

TEST_F(ArtifactList, LiesBesideTheInventoryItIsOf) {
  const ListFiles files = list_files("/srv/inventory/laserena");
  EXPECT_EQ(files.wanted, "/srv/inventory/artifacts/laserena.yml");
  EXPECT_EQ(files.lock, "/srv/inventory/artifacts/laserena.lock");
  EXPECT_EQ(list_files("/srv/hosts.yml").wanted, "/srv/artifacts/hosts.yml");
}

TEST_F(ArtifactList, SaysWhatIsWantedAndWhereItComesFrom) {
  const auto all = wanted(
      "artifacts:\n"
      "  - {name: kubelet, kind: binary, version: v1.34.4, from: 'https://example.org/kubelet'}\n"
      "  - {name: pause, kind: image, version: '3.10', from: build:images/pause.tar,\n"
      "     image: 'registry.k8s.io/pause:3.10'}\n");
  ASSERT_FALSE(diagnostics.has_errors()) << diagnostics.render();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].from.scheme, Origin::Scheme::url);
  EXPECT_EQ(all[1].from.scheme, Origin::Scheme::recipe);
  EXPECT_EQ(all[1].from.rest, "images/pause.tar");
  EXPECT_EQ(all[1].image, "registry.k8s.io/pause:3.10");
}

TEST_F(ArtifactList, TellsAllMistakesAtOnceWithTheirPlaces) {
  const std::string told = mistakes(
      "artifacts:\n"
      "  - {name: a/b, kind: binary, version: v1, from: ftp://example.org/a}\n"
      "  - {name: b, kind: binery, version: 1.10, from: 'file:b'}\n"
      "  - {name: c, kind: image, version: v1, from: 'file:c', sha265: 00}\n"
      "  - {name: d, kind: image, version: v1, from: 'file:d'}\n");
  EXPECT_THAT(told, HasSubstr("'name' consists of letters, digits and . _ + ~ -, found 'a/b'"));
  EXPECT_THAT(told, HasSubstr("found 'ftp://example.org/a'"));
  EXPECT_THAT(told, HasSubstr("'kind' is binary, package, image, chart or file, found 'binery'"));
  EXPECT_THAT(told, HasSubstr("put it in quotes if it is meant as text"));
  EXPECT_THAT(told, HasSubstr("did you mean 'sha256'?"));
  EXPECT_THAT(told, HasSubstr("'image' is missing"));
  EXPECT_THAT(told, HasSubstr("site.yml:2:"));
}

TEST_F(ArtifactList, RefusesTheSameNameAndVersionTwice) {
  EXPECT_THAT(mistakes("artifacts:\n"
                       "  - {name: a, kind: file, version: v1, from: 'file:a'}\n"
                       "  - {name: a, kind: file, version: v1, from: 'file:b'}\n"),
              HasSubstr("'a v1' is there already"));
}

TEST_F(ArtifactList, LockIsReadAsItWasWritten) {
  const std::string lock = directory.path() + "/site.lock";
  Locked image = entry("pause", "3.10", "manifest");
  image.kind = Kind::image;
  image.image = "registry.k8s.io/pause:3.10";
  write_lock(lock, {entry("kubelet", "v1.34.4", "program"), image});
  const auto read = read_lock(lock);
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[0].sha256, crypto::sha256("program"));
  EXPECT_EQ(read[0].size, 7U);
  EXPECT_EQ(read[1].image, "registry.k8s.io/pause:3.10");
  write_lock(lock + ".again", {read[1], read[0]});
  EXPECT_EQ(os::require_file(lock), os::require_file(lock + ".again"));
}

TEST_F(ArtifactList, LockThatSomebodyHasMarredIsRefusedWithThePlace) {
  const std::string lock = directory.path() + "/site.lock";
  write_lock(lock, {entry("kubelet", "v1", "program")});
  std::string text = os::require_file(lock);
  text.replace(text.find("sha256\": \"") + 10, 4, "zzzz");
  os::write_file(lock, text);
  try {
    read_lock(lock);
    FAIL() << "it was read";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.render(), HasSubstr("site.lock:4:"));
  }
}

TEST_F(ArtifactList, NoLockIsAnEmptyOne) {
  EXPECT_THAT(read_lock(directory.path() + "/none.lock"), SizeIs(0));
}

TEST(LayeredArtifacts, LaterEntryStandsForTheEarlierOfItsNameAndVersion) {
  const auto all = layered<Locked>({{entry("a", "1", "old"), entry("b", "1", "b")},
                                    {entry("a", "1", "new"), entry("a", "2", "other")}});
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(find_entry(all, "a", "1")->sha256, crypto::sha256("new"));
  EXPECT_EQ(find_entry(all, "c", "1"), nullptr);
}

}  // namespace
}  // namespace provisioner::artifacts
