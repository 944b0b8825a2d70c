// Why a node did not come.

#include "provisioner/machine/reimage/likely_cause.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::reimage {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Lines a second apart, as "source text".
std::vector<store::NodeLine> recorded(const std::vector<std::pair<std::string, std::string>>& all) {
  std::vector<store::NodeLine> lines;
  for (const auto& [source, text] : all)
    lines.push_back({"n01", store::WallTime(std::chrono::seconds(lines.size())), source, text});
  return lines;
}

TEST(Trouble, IsReadFromWhatConsolesSay) {
  const std::vector<std::pair<std::string, std::string>> known = {
      {"[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
       "its kernel found no root file system"},
      {"[    4.0] Kernel panic - not syncing: Attempted to kill init!", "its kernel panicked"},
      {"grub rescue>", "GRUB found nothing to go on with"},
      {"PXE-E61: Media test failure, check cable", "its network card has no link"},
      {"PXE-E51: No DHCP or proxyDHCP offers were received.", "its network card got no answer"},
      {">>Start PXE over IPv4.  PXE-E16: No valid offer received.", "its network card got no answer"},
      {"PXE-M0F: Exiting Intel Boot Agent.", "its network card gave up"},
      {"No bootable device.", "its firmware found nothing to boot from"},
      {"BdsDxe: No bootable option or device was found.", "its firmware found nothing"},
      {"Operating System not found", "its firmware found nothing"},
      {"You are in emergency mode. After logging in, type \"journalctl -xb\"",
       "its system stopped in emergency mode"},
      {"(initramfs)", "its new system found no root"},
      {"No configuration methods succeeded (https://ipxe.org/040ee119)", "iPXE could not go on"}};
  for (const auto& [line, means] : known)
    EXPECT_THAT(trouble_in(line).value_or("nothing"), StartsWith(means)) << line;
}

TEST(Trouble, IsNotReadFromWhatIsWell) {
  for (const char* line :
       {"iPXE 1.0.0+ -- Open Source Network Boot Firmware -- https://ipxe.org",
        "[    0.5] Kernel command line: panic=5 console=ttyS0", "Booting from Hard Disk...",
        "[  OK  ] Stopped target emergency.target", "n01 login:", "Welcome to GRUB!",
        "[    2.1] EXT4-fs (sda3): mounted filesystem"})
    EXPECT_FALSE(trouble_in(line)) << line;
}

TEST(LikelyCause, IsTheTroubleOnTheConsole) {
  EXPECT_EQ(likely_cause(recorded({{"bmc", "power is on"},
                                   {"dhcp", "DHCPACK"},
                                   {"http", "boot script to 10.78.0.11"},
                                   {"console", "[    1.2] Kernel panic - not syncing: no init"},
                                   {"console", "[    1.3] Rebooting in 5 seconds.."}})),
            "its kernel panicked: '[    1.2] Kernel panic - not syncing: no init'; last seen at "
            "00:00:04Z by console: '[    1.3] Rebooting in 5 seconds..'");
}

TEST(LikelyCause, IsTheGravestTroubleOfOneBoot) {
  EXPECT_THAT(
      likely_cause(recorded({{"http", "boot script to 10.78.0.11"},
                             {"console", "Could not boot image: Exec format (http://ipxe.org/2e008081)"},
                             {"console", "PXE-E16: No valid offer received."},
                             {"console", "BdsDxe: No bootable option or device was found."}})),
      StartsWith("iPXE could not go on: 'Could not boot image"));
}

TEST(LikelyCause, IsNoTroubleThatTheNodeHasOvercome) {
  EXPECT_EQ(likely_cause(recorded({{"console", "PXE-E61: Media test failure, check cable"},
                                   {"dhcp", "DHCPACK"},
                                   {"http", "boot script to 10.78.0.11"},
                                   {"agent", "booted"}})),
            "the last report of its RAM disk was 'booted'; last seen at 00:00:03Z by agent: "
            "'booted'");
}

TEST(LikelyCause, FollowsFromTheLastStepWhereTheConsoleIsSilent) {
  EXPECT_THAT(likely_cause(recorded({{"bmc", "power is on"}})),
              StartsWith("no DHCP request of it was seen"));
  EXPECT_THAT(likely_cause(recorded({{"dhcp", "DHCPDISCOVER"}})),
              HasSubstr("never fetched its boot script"));
  EXPECT_THAT(likely_cause(recorded({{"dhcp", "DHCPACK"}, {"http", "boot script to 10.0.0.1"}})),
              HasSubstr("the RAM disk never reported"));
}

TEST(LastSeen, IsNothingThatWeDidOurselves) {
  EXPECT_EQ(last_seen(recorded({{"bmc", "power is on"}, {"job", "a power cycle"}})), "");
  EXPECT_THAT(last_seen(recorded({{"dhcp", "DHCPACK"}, {"bmc", "power is on"}})),
              HasSubstr("by dhcp: 'DHCPACK'"));
}

}  // namespace
}  // namespace provisioner::reimage
