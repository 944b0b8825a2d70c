// The playbook for new systems is read before anything of them is shown or done.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;

class PlaybookOfNewSystems : public testing::Test {
 protected:
  PlaybookOfNewSystems() {
    desk_.write("hosts.yml", "all: {hosts: {n1: {bmc: {address: \"ipmi://127.0.0.1:9\"}}}}\n");
    desk_.write("site.yml", "- hosts: all\n  tasks:\n    - ping:\n");
  }
  static Spoken reimage(const std::string& playbook, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"reimage", "n1", "-i", "hosts.yml", "--then", playbook};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }
  void expect_refused(const Spoken& told, const std::string& why) {
    EXPECT_THAT(told.errors, HasSubstr(why));
    EXPECT_EQ(told.out, "");
    EXPECT_EQ(told.status, exit_usage);
    EXPECT_TRUE(store::BootJobs::open(desk_.path() + "/state").open_jobs().empty());
  }

  Desk desk_;
};

TEST_F(PlaybookOfNewSystems, MustBeThere) {
  expect_refused(reimage("sites.yml"),
                 "error: the playbook: sites.yml could not be found\n"
                 "hint: did you mean 'site.yml'?\n");
  expect_refused(reimage("sites.yml", {"--apply", "0123456789ab"}), "could not be found");
}

TEST_F(PlaybookOfNewSystems, IsAFile) {
  expect_refused(reimage("."), "error: the playbook: . does not appear to be a file\n");
}

TEST_F(PlaybookOfNewSystems, IsWithoutMistakes) {
  desk_.write("wrong.yml", "- hosts: all\n  tasks:\n    - pingg:\n");

  expect_refused(reimage("wrong.yml"), "wrong.yml:3:7: error: there is no module 'pingg'\n");
  expect_refused(reimage("wrong.yml"), "1 error, nothing was changed\n");
}

TEST_F(PlaybookOfNewSystems, LeavesTheRestToThePlanWhereItIsSound) {
  const Spoken told = reimage("site.yml");

  EXPECT_THAT(told.errors, HasSubstr("error: there are no images in '"));
}

}  // namespace
}  // namespace provisioner::cli
