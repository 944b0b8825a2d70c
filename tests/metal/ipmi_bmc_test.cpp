// A program stands for ipmitool: it keeps a state, writes its words down, and fails as ipmitool
// does. tests/acceptance/bmc-faults has the real one.

#include "provisioner/machine/metal/ipmi_bmc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds ipmi_deadline{20};

constexpr const char* tool = R"sh(#!/bin/sh
echo "$*" >> FOLDER/asked
env >> FOLDER/asked
[ -e FOLDER/hangs ] && exec sleep 60
read -r password < /dev/stdin
[ "$password" = "calvin-7" ] || { echo '> RAKP 2 HMAC is invalid
Error: Unable to establish IPMI v2 / RMCP+ session' >&2; exit 1; }
[ -e FOLDER/says ] && { cat FOLDER/says >&2; exit 1; }
case "$*" in
  *"chassis power status") echo "Chassis Power is $(cat FOLDER/power)" ;;
  *"chassis power on") echo on > FOLDER/power ;;
  *"chassis power off"|*"chassis power soft") echo off > FOLDER/power ;;
  *"mc info") printf 'Firmware Revision         : 2.65\nManufacturer Name         : Unknown\n' ;;
  *"fru print 0") printf ' Product Manufacturer  : DELL\n Product Serial        : 7XK2\n' ;;
esac
)sh";

class IpmiBmcTest : public testing::Test {
 protected:
  IpmiBmcTest() {
    os::write_file(folder_.path() + "/ipmitool", base::replace_all(tool, "FOLDER", folder_.path()),
                   0755);
    write("power", "off\n");
    ::setenv("PATH", (folder_.path() + ":" + path_).c_str(), 1);
  }
  ~IpmiBmcTest() override { ::setenv("PATH", path_.c_str(), 1); }

  IpmiBmc bmc(const std::string& url = "ipmi://10.0.0.1?pause=0",
              const std::string& password = "calvin-7", bool boots_uefi = false) {
    return {inventory::read_bmc_address(url),
            {"root", base::Secret(password)},
            boots_uefi,
            Pace(folder_.path() + "/pace", std::chrono::milliseconds(0), os::system_clock(),
                 real_pause())};
  }
  void write(const std::string& name, const std::string& text) {
    os::write_file(folder_.path() + "/" + name, text);
  }
  std::string asked() const { return os::read_file(folder_.path() + "/asked").value_or(""); }
  Error failure() {
    try {
      bmc().power(std::chrono::milliseconds(500));
    } catch (const Error& error) {
      return error;
    }
    return Error(Kind::bug, "it did not fail");
  }

  const std::string path_ = std::getenv("PATH");
  os::TemporaryDirectory folder_;
};

TEST_F(IpmiBmcTest, SwitchesAndTells) {
  IpmiBmc one = bmc();
  EXPECT_EQ(one.power(ipmi_deadline), Power::off);
  one.ask(PowerVerb::on, ipmi_deadline);
  EXPECT_EQ(one.power(ipmi_deadline), Power::on);
  one.ask(PowerVerb::soft, ipmi_deadline);
  EXPECT_EQ(one.power(ipmi_deadline), Power::off);
}

TEST_F(IpmiBmcTest, AsksByRmcpPlusWithItsCipher) {
  bmc().power(ipmi_deadline);
  EXPECT_THAT(asked(), HasSubstr("-I lanplus -H 10.0.0.1 -p 623 -U root -f /dev/stdin -C 17 "));
  bmc("ipmi://10.0.0.2:6230?cipher=3&pause=0").power(ipmi_deadline);
  EXPECT_THAT(asked(), HasSubstr("-H 10.0.0.2 -p 6230 -U root -f /dev/stdin -C 3 "));
}

TEST_F(IpmiBmcTest, ShowsThePasswordToNobody) {
  bmc().power(ipmi_deadline);
  EXPECT_THAT(asked(), Not(HasSubstr("calvin-7")));
  EXPECT_THAT(os::entries(folder_.path()), Not(testing::Contains(HasSubstr("tmp"))));
}

TEST_F(IpmiBmcTest, BootsAsItsFirmwareDoes) {
  bmc().ask_next_boot(BootDevice::pxe, ipmi_deadline);
  EXPECT_THAT(asked(), HasSubstr("chassis bootdev pxe\n"));
  bmc("ipmi://10.0.0.1?pause=0", "calvin-7", true).ask_next_boot(BootDevice::bios, ipmi_deadline);
  EXPECT_THAT(asked(), HasSubstr("chassis bootdev bios options=efiboot\n"));
}

TEST_F(IpmiBmcTest, TellsWhatMachineItIs) {
  const Identity identity = bmc().identity(ipmi_deadline);
  EXPECT_EQ(identity.manufacturer + " " + identity.serial + " " + identity.firmware,
            "DELL 7XK2 2.65");
}

TEST_F(IpmiBmcTest, IsRefusedWithAWrongPassword) {
  try {
    bmc("ipmi://10.0.0.1?pause=0", "wrong-one").power(ipmi_deadline);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::refused);
    EXPECT_EQ(error.message(), "the BMC at 10.0.0.1 does not take this user and password");
  }
}

TEST_F(IpmiBmcTest, NamesAnotherCipherWhereItsOwnIsNotSpoken) {
  write("says", "Error in open session response message : invalid authentication algorithm\n\n"
                "Error: Unable to establish IPMI v2 / RMCP+ session\n");
  EXPECT_EQ(failure().render(),
            "error: the BMC at 10.0.0.1 does not speak cipher suite 17\n"
            "hint: an older one is chosen by its address: ipmi://10.0.0.1?cipher=3");
}

TEST_F(IpmiBmcTest, TellsSilenceFromANo) {
  write("says", "Error: Unable to establish IPMI v2 / RMCP+ session\n");
  EXPECT_EQ(failure().kind(), Kind::unreachable);
  write("says", "Set Chassis Power Control to Up/On failed: Node busy\n");
  EXPECT_EQ(failure().kind(), Kind::unreachable);
  write("says",
        "Set Chassis Power Control to Up/On failed: Command not supported in present state\n");
  EXPECT_EQ(failure().kind(), Kind::failed);
  EXPECT_THAT(failure().message(), HasSubstr("Command not supported in present state"));
}

// What is left of an order would be carried out minutes later.
TEST_F(IpmiBmcTest, LeavesNothingBehindForWhoeverStops) {
  write("hangs", "");
  const IpmiBmc::Login login{"root", base::Secret("calvin-7")};
  IpmiBmc one(inventory::read_bmc_address("ipmi://10.0.0.1?pause=0"), login, false,
              Pace("", std::chrono::milliseconds(0), os::system_clock(), real_pause()),
              [this] { return os::exists(folder_.path() + "/asked"); });
  try {
    one.ask(PowerVerb::off, ipmi_deadline);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::stopped);
  }
  write("asked", "");
  EXPECT_THROW(one.ask(PowerVerb::off, ipmi_deadline), Error);
  EXPECT_EQ(asked(), "");
}

TEST_F(IpmiBmcTest, WaitsNoLongerThanItsDeadline) {
  write("hangs", "");
  EXPECT_EQ(failure().kind(), Kind::unreachable);
  EXPECT_EQ(failure().message(), "the BMC at 10.0.0.1 does not answer");
}

TEST_F(IpmiBmcTest, RefusesAPasswordThatTheProtocolCannotCarry) {
  EXPECT_THROW(bmc("ipmi://10.0.0.1", "123456789012345678901"), Error);
}

TEST_F(IpmiBmcTest, GivesTheConsoleItsPasswordByDescriptor) {
  const ConsoleCommand console = bmc().console();
  EXPECT_THAT(console.argv, testing::IsSupersetOf({"-f", "/dev/fd/3", "sol", "activate"}));
  EXPECT_EQ(console.password.reveal(), "calvin-7");
}

TEST_F(IpmiBmcTest, FeedsItsConsoleWithThePasswordByAPipe) {
  const auto feed = bmc("ipmi://10.0.0.1?cipher=3&pause=7").console_feed();
  ASSERT_TRUE(feed);
  EXPECT_THAT(base::join(feed->argv, " "),
              "ipmitool -I lanplus -H 10.0.0.1 -p 623 -U root -f /dev/stdin -C 3 sol activate");
  EXPECT_EQ(feed->release.back(), "deactivate");
  EXPECT_EQ(feed->password.reveal(), "calvin-7");
  EXPECT_EQ(feed->rest, std::chrono::seconds(7));
}

}  // namespace
}  // namespace provisioner::metal
