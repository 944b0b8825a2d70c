// A program stands for 'ipmitool sol activate': it takes a password and shows a file. The real
// one, over a real IPMI session, is in tests/acceptance/console-recorder.

#include "provisioner/machine/reimage/console_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/node_records.h"

namespace provisioner::reimage {
namespace {

using testing::ElementsAre;

constexpr const char* program = R"sh(#!/bin/sh
echo "$*" >> FOLDER/asked
env >> FOLDER/asked
read -r password
[ "$password" = calvin-7 ] || { echo '> RAKP 2 HMAC is invalid'; exit 1; }
[ "$1" = deactivate ] && { : > FOLDER/freed; exit; }
echo 'tcgetattr: Inappropriate ioctl for device' >&2
echo '[SOL Session operational.  Use ~? for help]'
cat FOLDER/console
[ -e FOLDER/deaf ] && exec sleep 60
head -c 2 > FOLDER/farewell
)sh";

class WatchedConsole : public testing::Test {
 protected:
  WatchedConsole() {
    os::write_file(path("program"), base::replace_all(program, "FOLDER", folder_.path()), 0755);
    os::write_file(path("console"), "Linux version 6.1\r\n\x1b[1mBooting\x1b[0m\r\nlogin: ");
  }

  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string state() const { return path("state"); }
  metal::ConsoleFeed feed(const std::string& password = "calvin-7") const {
    return {.argv = {path("program"), "activate"},
            .password = base::Secret(password),
            .is_there = "[SOL Session operational",
            .farewell = "~.",
            .release = {path("program"), "deactivate"},
            .last_words = {"RAKP 2 HMAC is invalid"}};
  }
  std::vector<std::string> told() const {
    std::vector<std::string> texts;
    records_.each_line("n01", {}, [&](const store::NodeLine& line) {
      texts.push_back(line.source + ": " + line.text);
    });
    return texts;
  }
  // Within as much time as a loaded machine may need.
  void await_lines(std::size_t count) const {
    const os::Instant end = os::system_clock().now() + std::chrono::seconds(20);
    while (told().size() < count && os::system_clock().now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  os::TemporaryDirectory folder_;
  store::NodeRecords records_ = store::NodeRecords::open(state());
};

// virsh says that it is there, and then that it is not.
TEST_F(WatchedConsole, IsNotThereWhereTheProgramOnlyLaments) {
  metal::ConsoleFeed lamenting{
      .argv = {"sh", "-c", "echo 'Escape character is ^]'; echo 'error: no PTY'"},
      .is_there = "Escape character is",
      .farewell = "",
      .lament = "error: ",
      .last_words = {"error: no PTY"}};
  {
    const ConsoleWatch watch("n01", state(), lamenting);
    await_lines(1);
  }
  EXPECT_THAT(told(), ElementsAre("console: it cannot be read: error: no PTY"));
}

TEST_F(WatchedConsole, MaySayWhatSoundsLikeALament) {
  const metal::ConsoleFeed speaking{
      .argv = {"sh", "-c", "echo 'Escape character is ^]'; echo 'error: no such partition'; "
                           "echo 'grub rescue> '; sleep 60"},
      .is_there = "Escape character is",
      .farewell = "",
      .lament = "error: "};
  {
    const ConsoleWatch watch("n01", state(), speaking);
    await_lines(2);
  }
  EXPECT_THAT(told(), ElementsAre("console: error: no such partition", "console: grub rescue>"));
}

TEST_F(WatchedConsole, IsInTheFlightRecorderAndIsLeftFree) {
  {
    const ConsoleWatch watch("n01", state(), feed());
    await_lines(3);
  }
  EXPECT_THAT(told(), ElementsAre("console: Linux version 6.1", "console: Booting",
                                  "console: login:"));
  EXPECT_EQ(os::read_file(path("farewell")), "~.");
  EXPECT_FALSE(os::exists(path("freed")));
}

TEST_F(WatchedConsole, ShowsItsPasswordToNobody) {
  {
    const ConsoleWatch watch("n01", state(), feed());
    await_lines(1);
  }
  EXPECT_EQ(os::require_file(path("asked")).find("calvin-7"), std::string::npos);
}

TEST_F(WatchedConsole, FreesTheSessionOfAProgramThatDoesNotEnd) {
  os::write_file(path("deaf"), "");
  {
    const ConsoleWatch watch("n01", state(), feed());
    await_lines(3);
  }
  EXPECT_TRUE(os::exists(path("freed")));
}

TEST_F(WatchedConsole, TriesAWrongPasswordOnceAndSaysSo) {
  {
    const ConsoleWatch watch("n01", state(), feed("wrong-one"));
    await_lines(1);
  }
  EXPECT_THAT(told(), ElementsAre("console: it cannot be read: > RAKP 2 HMAC is invalid"));
  const std::vector<std::string> asked = base::split(os::require_file(path("asked")), '\n');
  EXPECT_EQ(std::ranges::count(asked, "activate"), 1);
}

TEST_F(WatchedConsole, IsThereAgainAfterItsProgramEnded) {
  os::write_file(path("program"),
                 "#!/bin/sh\nread -r password\n"
                 "echo '[SOL Session operational'\necho one life\n",
                 0755);
  {
    const ConsoleWatch watch("n01", state(), feed());
    await_lines(2);
  }
  EXPECT_THAT(told(), testing::Each("console: one life"));
  EXPECT_GE(told().size(), 2U);
}

TEST_F(WatchedConsole, SaysWhereABmcHasNone) {
  const ConsoleWatch watch("n01", state(), std::nullopt);
  EXPECT_THAT(told(), ElementsAre("console: it cannot be read: its BMC has none"));
}

}  // namespace
}  // namespace provisioner::reimage
