// Power, BMC checks and consoles by command line; the drivers have tests of their own.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "ipmitool_double.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/language/inventory/bmc_address.h"
#include "provisioner/machine/metal/bmc_lock.h"
#include "spoken.h"
#include "tests/support/processes.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class Machines : public testing::Test {
 protected:
  Machines() {
    desk_.write("secret", "calvin-9\n", 0600);
    desk_.write("hosts.yml",
                "all:\n"
                "  vars:\n"
                "    provisioner_schema: 1\n"
                "    bmc: {address: \"ipmi://10.0.0.{{ number }}?pause=0\", user: root,\n"
                "          password_file: " + desk_.path() + "/secret}\n"
                "    hardware: {serial: \"SN-10.0.0.{{ number }}\"}\n"
                "  hosts:\n"
                "    n1: {number: 1}\n"
                "    n2: {number: 2}\n");
    for (const char* host : {"10.0.0.1", "10.0.0.2"}) bmcs_.switch_to(host, "on");
  }

  std::string power_of(const std::string& host) const { return bmcs_.power_of(host); }
  static std::vector<std::string> with_inventory(std::vector<std::string> words) {
    words.insert(words.end(), {"-i", "hosts.yml"});
    return words;
  }
  static Spoken power(std::vector<std::string> words) {
    words.insert(words.begin(), "power");
    return speak(with_inventory(std::move(words)));
  }

  Desk desk_;
  IpmitoolDouble bmcs_{desk_};
};

TEST_F(Machines, TellTheirPower) {
  bmcs_.switch_to("10.0.0.2", "off");
  const Spoken told = power({"all", "status"});
  EXPECT_THAT(told.out, MatchesRegex("NODE  POWER  SECONDS  BECAUSE\n"
                                     "n1    on     [0-9.]+\n"
                                     "n2    off    [0-9.]+\n"));
  EXPECT_EQ(told.status, 0);
}

TEST_F(Machines, AreSwitchedAndReadBack) {
  EXPECT_EQ(power({"n1", "off"}).status, 0);
  EXPECT_EQ(power_of("10.0.0.1"), "off\n");
  EXPECT_EQ(power_of("10.0.0.2"), "on\n");
  EXPECT_EQ(power({"n1", "on"}).status, 0);
  EXPECT_EQ(power_of("10.0.0.1"), "on\n");
  EXPECT_EQ(power({"n[1:2]", "soft", "--yes"}).status, 0);
  EXPECT_EQ(power_of("10.0.0.2"), "off\n");
}

TEST_F(Machines, ThatAreNotAsWishedEndWithTwo) {
  desk_.write("ignores", "");
  const Spoken told = power({"n1", "off", "--timeout", "3", "--json"});
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.out, HasSubstr("\"power\": \"on\""));
  EXPECT_THAT(told.out, HasSubstr("\"as_wished\": false"));
  EXPECT_THAT(told.out, HasSubstr("\"because\": \"power-off accepted, still on after "));
}

TEST_F(Machines, ThatDoNotAnswerAreUnknownAndKeepNobody) {
  bmcs_.remove("10.0.0.1");
  const Spoken told = power({"all", "status", "--timeout", "1"});
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.out, HasSubstr("n1    unknown"));
  EXPECT_THAT(told.out, HasSubstr("the BMC at 10.0.0.1 does not answer"));
  EXPECT_THAT(told.out, HasSubstr("n2    on"));
}

TEST_F(Machines, ThatWereAskedBeforeCtrlCMayHaveTakenTheOrder) {
  desk_.write("hangs", "");
  const std::jthread hand([this] {
    tests::wait_until("the order has left", [this] {
      const std::string asked = os::read_file(desk_.path() + "/asked").value_or("");
      return asked.find("chassis power off") != std::string::npos;
    });
    ::kill(::getpid(), SIGINT);
  });
  const Spoken told = power({"n1", "off"});
  EXPECT_THAT(told.out, HasSubstr("stopped: the power-off may have been taken, or not\n"));
  EXPECT_THAT(told.errors, HasSubstr("hint: n1: look with: provisioner power n1 status\n"));
  EXPECT_EQ(told.status, exit_signal);
  EXPECT_EQ(power_of("10.0.0.1"), "on\n");
}

TEST_F(Machines, AreNotSwitchedByTheBmcOfAnother) {
  desk_.write("host_vars/n1.yml", "hardware: {serial: SN-other}\n");
  const Spoken told = power({"n1", "off"});
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.out, HasSubstr("the BMC is that of serial number 'SN-10.0.0.1'"));
  EXPECT_EQ(power_of("10.0.0.1"), "on\n");
}

TEST_F(Machines, AreSwitchedWithAWarningWhereTheBmcTellsNoSerialNumber) {
  desk_.write("tells-no-serial", "");
  const Spoken told = power({"n1", "off"});
  EXPECT_EQ(told.errors,
            "warning: n1: its BMC tells no serial number, the inventory says 'SN-10.0.0.1': "
            "whether it is this machine's was not checked\n");
  EXPECT_EQ(told.status, 0);
  EXPECT_EQ(power_of("10.0.0.1"), "off\n");
  EXPECT_EQ(power({"n1", "status"}).errors, "");
  bmcs_.remove("10.0.0.1");
  EXPECT_THAT(power({"n1", "off", "--timeout", "1"}).errors,
              HasSubstr("was not checked: the BMC at 10.0.0.1 does not answer\n"));
}

TEST_F(Machines, AreLeftToWhoeverHoldsThem) {
  const os::Descriptor held = metal::hold_bmc(
      desk_.path() + "/state", inventory::read_bmc_address("ipmi://10.0.0.1").key(), "alice@ctl1");
  const Spoken told = power({"n1", "off"});
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.out, HasSubstr("its BMC is held by alice@ctl1"));
  EXPECT_EQ(power({"n1", "status"}).status, 0);
}

// Nobody to ask: the standard input is a file.
class MachinesInAScript : public Machines {
 protected:
  MachinesInAScript() : terminal_(::dup(STDIN_FILENO)) {
    const os::Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ::dup2(nothing.number(), STDIN_FILENO);
  }
  ~MachinesInAScript() override { ::dup2(terminal_.number(), STDIN_FILENO); }

 private:
  os::Descriptor terminal_;
};

TEST_F(MachinesInAScript, AreOnlySwitchedOffTogetherWithYes) {
  for (const char* wish : {"off", "cycle", "soft"}) {
    const Spoken told = power({"all", wish});
    EXPECT_EQ(told.status, 1);
    EXPECT_EQ(told.errors, "error: power " + std::string(wish) +
                               " of 2 nodes needs --yes where nobody can be asked\n"
                               "hint: they are n1, n2\n");
  }
  EXPECT_EQ(power_of("10.0.0.1") + power_of("10.0.0.2"), "on\non\n");
  EXPECT_EQ(power({"all", "off", "--yes"}).status, 0);
  EXPECT_EQ(power_of("10.0.0.1") + power_of("10.0.0.2"), "off\noff\n");
  EXPECT_EQ(power({"all", "on"}).status, 0);
}

TEST_F(Machines, AreSwitchedOffTogetherWhereSomebodySaysYes) {
  const auto words = with_inventory({"power", "all", "off"});
  const Spoken no = speak_on_terminal(words, "no\n");
  EXPECT_THAT(no.out, HasSubstr("power off of 2 nodes: n1, n2"));
  EXPECT_THAT(no.out, HasSubstr("it was not meant: nothing was done"));
  EXPECT_EQ(power_of("10.0.0.1"), "on\n");
  EXPECT_EQ(speak_on_terminal(words, "yes\n").status, 0);
  EXPECT_EQ(power_of("10.0.0.1"), "off\n");
}

TEST_F(Machines, ArePickedWithCare) {
  EXPECT_EQ(power({"n1", "statis"}).errors,
            "error: power is status, on, off, cycle or soft, not 'statis'\n"
            "hint: did you mean 'status'?\n");
  EXPECT_THAT(power({"n[1:2],!n[2:2]", "status"}).out, testing::Not(HasSubstr("n2")));
  EXPECT_EQ(power({"n[01-03]", "status"}).errors,
            "error: the range in 'n[01-03]' cannot be read: it has no begin and end\n"
            "hint: ranges are written with a colon: n[01:03]\n");
  EXPECT_THAT(power({"n9", "status"}).errors,
              HasSubstr("error: no node of the inventory is meant by 'n9'"));
  EXPECT_THAT(speak({"power", "n1", "status"}).errors, HasSubstr("error: no inventory is named"));
}

TEST_F(Machines, AreNotReachedByAPasswordThatOthersCanRead) {
  desk_.write("secret", "calvin-9\n", 0640);
  const Spoken told = power({"n1", "status"});
  EXPECT_THAT(told.out, HasSubstr("/secret' can be read by others"));
  EXPECT_THAT(told.errors, HasSubstr("hint: n1: make it yours alone: chmod 600 "));
  EXPECT_EQ(told.status, 2);
  EXPECT_FALSE(os::exists(desk_.path() + "/asked"));
}

TEST_F(Machines, AreMeantByRangesWithinReason) {
  EXPECT_EQ(power({"n[0:99999999]", "status"}).errors,
            "error: 'n[0:99999999]' stands for 100000000 names, at most 1000000 are taken\n");
  const Spoken told = power({"n[1:9999]", "status"});
  EXPECT_THAT(told.out, MatchesRegex("NODE .*\nn1 .*\nn2 .*\n"));
  EXPECT_EQ(told.errors,
            "warning: of 'n[1:9999]' 9997 names are no host and no group of the inventory\n\n"
            "warning: no host and no group is named 'n3'\n"
            "hint: did you mean 'n1'?\n\n");
  EXPECT_THAT(power({"n[8:9],!n1", "status"}).errors,
              HasSubstr("error: no node of the inventory is meant by 'n[8:9],!n1'"));
}

// To read it as a file would wait for ever.
TEST_F(Machines, HaveNoPasswordInAFifo) {
  os::remove_file(desk_.path() + "/secret");
  ASSERT_EQ(::mkfifo((desk_.path() + "/secret").c_str(), 0600), 0);
  const Spoken told = power({"n1", "status"});
  EXPECT_THAT(told.out, HasSubstr("/secret' is a FIFO, and must be a regular file"));
  EXPECT_EQ(told.status, 2);
}

TEST_F(Machines, AreCheckedAgainstTheInventory) {
  const Spoken good = speak(with_inventory({"bmc", "check", "n1"}));
  EXPECT_EQ(good.out, "NODE  POWER  MODEL  SERIAL       FIRMWARE  FINDINGS\n"
                      "n1    on     R640   SN-10.0.0.1  2.65      none\n");
  EXPECT_EQ(good.status, 0);
  desk_.write("host_vars/n2.yml", "hardware: {serial: SN-other}\n");
  const Spoken bad = speak(with_inventory({"bmc", "check", "all", "--json"}));
  EXPECT_EQ(bad.status, 2);
  EXPECT_THAT(bad.out,
              HasSubstr("its serial number is 'SN-10.0.0.2', the inventory says 'SN-other'"));
  desk_.write("tells-no-serial", "");
  const Spoken silent = speak(with_inventory({"bmc", "check", "n1"}));
  EXPECT_EQ(silent.status, 2);
  EXPECT_THAT(silent.out,
              HasSubstr("it tells no serial number, the inventory says 'SN-10.0.0.1'\n"));
}

TEST_F(Machines, HaveTheirFurtherFindingsUnderTheFirst) {
  desk_.write("host_vars/n1.yml", "bmc: {address: \"redfish+http://127.0.0.1:9\"}\n");
  const Spoken told = speak(with_inventory({"bmc", "check", "n1", "--timeout", "2"}));
  EXPECT_THAT(told.out, MatchesRegex("NODE .*\nn1 .* the password travels in clear: .*\n"
                                     "         *'http://127.0.0.1:9' cannot be talked to.*\n"));
}

TEST_F(Machines, AreNamedOnceWhereTheyHaveNoBmc) {
  desk_.write("bare.yml", "all: {vars: {provisioner_schema: 1}, hosts: {n9: {}}}\n");
  EXPECT_THAT(speak({"power", "n9", "status", "-i", "bare.yml"}).out,
              MatchesRegex("NODE .*\nn9 +unknown +[0-9.]+ +the inventory names no BMC\n"));
  EXPECT_THAT(speak({"power", "n9", "status", "-i", "bare.yml", "--json"}).out,
              HasSubstr("\"hint\": \"give its address as bmc.address: "));
}

TEST_F(Machines, TellTheirSensorsAndLogs) {
  EXPECT_EQ(speak(with_inventory({"bmc", "sensors", "n1"})).out,
            "SENSOR  READING  UNIT       STATE\nInlet   23       degrees C  ok\n");
  EXPECT_THAT(speak(with_inventory({"bmc", "log", "n1"})).out,
              HasSubstr("01/02/2026 10:00:00            Fan #0x01, Failure, Asserted"));
  EXPECT_EQ(speak(with_inventory({"bmc", "log", "all"})).errors,
            "error: one node is asked at a time, 'all' means 2\n");
}

TEST_F(Machines, HaveAConsoleThatGetsItsPasswordByDescriptor) {
  const Spoken shown = speak_on_terminal(with_inventory({"console", "n1"}));
  EXPECT_THAT(shown.out, HasSubstr("console of 10.0.0.1, password calvin-9"));
  EXPECT_EQ(shown.status, 0);
  EXPECT_THAT(os::require_file(desk_.path() + "/asked"), testing::Not(HasSubstr("calvin-9")));
}

TEST_F(Machines, OfRedfishSayWhatIsMissingForAConsole) {
  desk_.write("host_vars/n1.yml", "bmc: {address: \"redfish://10.0.0.1\"}\n");
  EXPECT_EQ(speak(with_inventory({"console", "n1"})).errors,
            "error: Redfish has no console of its own\n"
            "hint: where the BMC speaks IPMI too, name it as ipmi://HOST; its web page may have "
            "one\n");
}

}  // namespace
}  // namespace provisioner::cli
