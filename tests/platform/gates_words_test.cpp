// What scripts of gates are given, and what they may ask for.

#include "provisioner/front/platform/gates_words.h"

#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::platform {
namespace {

TEST(PutFile, WritesBytesThatWouldEndOrAlterAScript) {
  const os::TemporaryDirectory place;
  const std::string path = place.path() + "/it's $HOME";
  const std::string bytes = "a\nEND_OF_BASE64\nEND_OF_THIS_FILE\ntouch " + place.path() +
                            "/made\n$(touch " + place.path() + "/made)\\" + std::string(1, '\0');
  os::run_checked({.argv = {"sh", "-s"}, .input = "set -eu\n" + put_file(path, bytes)});
  EXPECT_EQ(os::require_file(path), bytes);
  EXPECT_EQ(os::entries(place.path()), std::vector<std::string>{"it's $HOME"});
}

TEST(PutFile, MakesAnEmptyOneToo) {
  const os::TemporaryDirectory place;
  os::run_checked({.argv = {"sh", "-s"}, .input = put_file(place.path() + "/a", "")});
  EXPECT_EQ(os::require_file(place.path() + "/a"), "");
}

TEST(WishesIn, AreOfNamesThatAreNoPaths) {
  const std::vector<Wish> wishes = wishes_in(
      "page_https___10_1_2_9_ page https://10.1.2.9/\n"
      "a/../../../../etc/cron.d/x page https://10.1.2.9/\n"
      "a;reboot page https://10.1.2.9/\n"
      " page https://10.1.2.9/\n"
      "a page\n");
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_EQ(wishes[0].name, "page_https___10_1_2_9_");
  EXPECT_EQ(wishes[0].kind, "page");
  EXPECT_EQ(wishes[0].about, "https://10.1.2.9/");
}

}  // namespace
}  // namespace provisioner::platform
