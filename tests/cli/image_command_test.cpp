// Images as people see them: those that are damaged beside the others.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/machine/image/image_store.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ImageCommand : public testing::Test {
 protected:
  void SetUp() override {
    const std::string bytes(512, 'x');
    for (const char* version : {"1", "2"})
      store_.publish({"theirs", version, 512, {}, {store_.keep_chunk(0, bytes)}}, {});
  }

  std::string manifest(const std::string& ending) const {
    return store_.directory() + "/manifests/theirs/1" + ending;
  }

  Spoken image(const std::string& command) {
    return speak({"image", command, "--images", store_.directory()});
  }

  Desk desk_;
  image::Store store_ = image::Store::make(desk_.path() + "/store");
};

TEST_F(ImageCommand, ListsTheOthersWhereOneIsDamaged) {
  os::write_file(manifest(".sig"), "no JSON");

  const Spoken listed = image("list");

  EXPECT_EQ(listed.status, exit_fine);
  EXPECT_THAT(listed.out, HasSubstr("damaged: " + manifest(".sig") + ":1:"));
  EXPECT_THAT(listed.out, HasSubstr("theirs  2        1 MiB"));
}

TEST_F(ImageCommand, SaysThatNothingWasBuiltOfADefinitionWithMistakes) {
  os::make_directories(desk_.path() + "/images/own");
  os::write_file(desk_.path() + "/images/own/image.yml", "name: other\n");

  const Spoken built = speak({"image", "build", "own"});

  EXPECT_EQ(built.status, exit_usage);
  EXPECT_THAT(built.errors, testing::ContainsRegex("\n[0-9]+ errors?, nothing was built\n$"));
}

TEST_F(ImageCommand, TellsOfAManifestThatIsGone) {
  os::remove_file(manifest(".json"));

  const Spoken verified = image("verify"), swept = image("gc");

  EXPECT_EQ(verified.status, exit_not_so);
  EXPECT_EQ(verified.out, "theirs 2: all is as it was signed\ntheirs 1: its manifest is gone\n");
  EXPECT_THAT(verified.errors, HasSubstr("hint: restore manifests/theirs/1.json from a backup"));
  EXPECT_EQ(swept.status, exit_usage);
}

TEST_F(ImageCommand, WantsTheKeyBackWhereItIsAnotherOne) {
  image::Store::make(desk_.path() + "/other");
  os::write_file(store_.directory() + "/keys/signing",
                 os::require_file(desk_.path() + "/other/keys/signing"), 0600);

  const Spoken verified = image("verify");

  EXPECT_EQ(verified.status, exit_not_so);
  EXPECT_THAT(verified.errors, HasSubstr("restore keys/signing from a backup"));
  EXPECT_THAT(verified.errors, Not(HasSubstr("build it from its lock")));
}

// As for artefacts; not offered, since it is another place.
TEST_F(ImageCommand, TakesTheFolderByItsFormerWord) {
  EXPECT_EQ(speak({"image", "list", "--store", store_.directory()}).out, image("list").out);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"image", "list", "--help"},
                                                {"discover", "--help"},
                                                {"reimage", "--help"},
                                                {"serve", "boot", "--help"}}) {
    SCOPED_TRACE(words.front());
    EXPECT_THAT(speak(words).out,
                AllOf(HasSubstr("--images TEXT"), Not(HasSubstr("--store TEXT"))));
  }
}

}  // namespace
}  // namespace provisioner::cli
