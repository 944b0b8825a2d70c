// Who holds a file.

#include "provisioner/base/os/file_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "provisioner/base/base/error.h"

namespace provisioner::os {
namespace {

TEST(AHeldFile, IsHeldOnce) {
  const TemporaryDirectory place;
  const std::string path = place.path() + "/one.lock";

  auto first = try_to_hold(path);

  ASSERT_TRUE(first);
  EXPECT_FALSE(try_to_hold(path));
  first.reset();
  EXPECT_TRUE(try_to_hold(path));
}

TEST(AHeldFile, IsFreeOnceItsProcessIsDead) {
  const TemporaryDirectory place;
  const std::string path = place.path() + "/one.lock";
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = try_to_hold(path);
    ::_exit(held ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);

  EXPECT_EQ(status, 0);
  EXPECT_TRUE(try_to_hold(path));
}

TEST(AHeldFile, IsSharedByThoseWhoSaySo) {
  const TemporaryDirectory place;
  const std::string path = place.path() + "/one.lock";
  constexpr std::chrono::milliseconds none{0};

  auto first = hold(path, Sharing::with_others, none);
  auto second = hold(path, Sharing::with_others, none);

  EXPECT_TRUE(first && second);
  EXPECT_FALSE(try_to_hold(path));
  first.reset();
  second.reset();
  const auto alone = try_to_hold(path);
  EXPECT_TRUE(alone);
  EXPECT_FALSE(hold(path, Sharing::with_others, none));
}

TEST(AHeldFile, IsNoLink) {
  const TemporaryDirectory place;
  std::filesystem::create_symlink("/etc/passwd", place.path() + "/one.lock");

  EXPECT_THROW(try_to_hold(place.path() + "/one.lock"), base::Error);
  EXPECT_THROW(try_to_hold(place.path() + "/missing/one.lock"), base::Error);
}

}  // namespace
}  // namespace provisioner::os
