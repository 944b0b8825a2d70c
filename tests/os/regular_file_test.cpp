// What is no regular file is refused before anybody waits for it.

#include "provisioner/base/os/regular_file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"

namespace provisioner::os {
namespace {

class RegularFiles : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  static std::string problem_of(const std::string& path) {
    try {
      read_regular_file(path);
      return "";
    } catch (const base::Error& error) {
      return error.message();
    }
  }
  static std::string refusal(const std::string& path, const std::string& type) {
    return "'" + path + "' is " + type + ", and must be a regular file";
  }

  TemporaryDirectory directory_;
};

TEST_F(RegularFiles, AreReadWholeWithTheirMode) {
  const std::string text(200'000, 'x');
  write_file(path("a"), text, 0640);
  ASSERT_EQ(::symlink("a", path("link").c_str()), 0);

  EXPECT_EQ(require_regular_file(path("a")).bytes, text);
  EXPECT_EQ(require_regular_file(path("link")).mode, 0640U);
  EXPECT_TRUE(open_regular_file(path("a")).is_open());
}

TEST_F(RegularFiles, MayBeMissing) {
  EXPECT_FALSE(read_regular_file(path("none")));
  EXPECT_FALSE(read_regular_file(path("none/below")));
  EXPECT_FALSE(open_regular_file(path("none")).is_open());
  EXPECT_THROW(require_regular_file(path("none")), base::Error);
}

TEST_F(RegularFiles, HaveABound) {
  write_file(path("a"), "12345");

  EXPECT_EQ(read_regular_file(path("a"), 5)->bytes, "12345");
  EXPECT_THROW(read_regular_file(path("a"), 4), base::Error);
}

// Nobody writes into the FIFO: who opens it as a file waits for ever.
TEST_F(RegularFiles, AreNoFifosDevicesSocketsOrDirectories) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  ASSERT_EQ(::symlink("fifo", path("link").c_str()), 0);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  path("socket").copy(place.sun_path, sizeof place.sun_path - 1);
  ASSERT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);

  EXPECT_EQ(problem_of(path("fifo")), refusal(path("fifo"), "a FIFO"));
  EXPECT_EQ(problem_of(path("link")), refusal(path("link"), "a FIFO"));
  EXPECT_EQ(problem_of(path("socket")), refusal(path("socket"), "a socket"));
  EXPECT_EQ(problem_of(directory_.path()), refusal(directory_.path(), "a directory"));
  EXPECT_EQ(problem_of("/dev/zero"), refusal("/dev/zero", "a device"));
}

TEST_F(RegularFiles, ThatCannotBeReachedSayWhy) {
  ASSERT_EQ(::symlink("round", path("round").c_str()), 0);

  EXPECT_EQ(problem_of(path("round")),
            "cannot read '" + path("round") + "': Too many levels of symbolic links");
}

}  // namespace
}  // namespace provisioner::os
