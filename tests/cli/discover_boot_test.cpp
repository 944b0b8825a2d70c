// Restarts for a look at the hardware: as guarded as a re-image. No node here answers: nothing
// listens at TCP port 9 of this machine, which says so at once, as no network would. The BMC of
// node N is at 10.0.0.N.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ipmitool_double.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;

class Restarts : public testing::Test {
 protected:
  // Nodes of a guarded group, each with a BMC that says that it is off.
  void write_nodes(int count, const std::string& guard) {
    std::string text = "guarded:\n  vars:\n    reimage_guard: " + guard +
                       "\n    ansible_host: 127.0.0.1\n    ansible_port: 9\n"
                       "    bmc: {address: \"ipmi://{{ place }}?pause=0\", user: root, "
                       "password: calvin-9}\n"
                       "    hardware: {serial: \"SN-{{ place }}\"}\n  hosts:\n";
    for (int number = 1; number <= count; ++number) {
      text += "    n" + std::to_string(number) + ": {place: " + bmc(number) +
              ", network: {interfaces: [{name: eno1, mac: \"00:00:5e:00:53:01\", addresses: "
              "[10.78.0.11/24]}]}}\n";
      bmcs_.switch_to(bmc(number), "off");
    }
    desk_.write("hosts.yml", text);
  }
  static Spoken boot(std::vector<std::string> more) {
    std::vector<std::string> words = {"discover", "-i", "hosts.yml", "--boot"};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }
  void put(const std::string& node, const std::string& state) {
    records_.put_state({node, state, "a DIMM", "alice@ctl1", {}});
  }
  bool has_jobs() const { return !jobs_.open_jobs().empty(); }
  static std::string bmc(int number) { return "10.0.0." + std::to_string(number); }

  Desk desk_;
  IpmitoolDouble bmcs_{desk_};
  store::NodeRecords records_ = store::NodeRecords::open(desk_.path() + "/state");
  store::BootJobs jobs_ = store::BootJobs::open(desk_.path() + "/state");
};

// What says that nothing but the RAM disk itself is missing.
constexpr const char* would_begin = "provisioner image build";

TEST_F(Restarts, SpareAProtectedGroup) {
  write_nodes(1, "{protected: true}");

  const Spoken told = boot({"n1"});

  EXPECT_EQ(told.errors,
            "n1: REFUSED: 'guarded' is protected: --allow-protected guarded agrees to that\n"
            "refused: nothing was done\n");
  EXPECT_EQ(told.status, exit_not_so);
  EXPECT_FALSE(has_jobs());
  EXPECT_THAT(boot({"n1", "--allow-protected", "guarded"}).errors, HasSubstr(would_begin));
}

TEST_F(Restarts, LeaveAGroupWhatItNeeds) {
  write_nodes(3, "{alive: ssh, minimum: 1}");

  const Spoken told = boot({"n1"});

  EXPECT_THAT(told.errors, HasSubstr("n1: REFUSED: 'guarded' needs 1 of 3 alive, and none would be "
                                     "(n2 does not answer"));
  EXPECT_EQ(told.status, exit_not_so);
  EXPECT_THAT(boot({"n1", "--allow-below", "guarded"}).errors, HasSubstr(would_begin));
  EXPECT_THAT(boot({"n1", "--allow-below", "gaurded"}).errors,
              HasSubstr("hint: did you mean 'guarded'?"));
}

TEST_F(Restarts, OfManyNodesNeedTheirNumber) {
  write_nodes(21, "{alive: ssh, minimum: 1}");
  const std::vector<std::string> all = {"all", "--allow-below", "guarded"};

  EXPECT_THAT(boot(all).errors, HasSubstr("error: this restarts 21 nodes: say so by --count 21\n"));
  EXPECT_THAT(boot({"all", "--allow-below", "guarded", "--count", "20"}).errors,
              HasSubstr("error: --count says 20, but this restarts 21 nodes\n"));
  EXPECT_THAT(boot({"all", "--allow-below", "guarded", "--count", "21"}).errors,
              HasSubstr(would_begin));
}

TEST_F(Restarts, OfNodesAtWorkNeedAYes) {
  write_nodes(2, "{alive: ssh, minimum: 1}");
  put("n1", "in service");
  jobs_.begin("n2", "7", value::Dict{});
  const std::vector<std::string> both = {"all", "--allow-below", "guarded"};

  EXPECT_THAT(boot(both).errors,
              HasSubstr("error: a restart of nodes that work, or may, needs --yes where nobody can "
                        "be asked\n"
                        "hint: they are n1 (is 'in service'), n2 (has a boot job of run 7)\n"));
  EXPECT_THAT(boot({"all", "--allow-below", "guarded", "--yes"}).errors, HasSubstr(would_begin));
}

// Its sshd may be down while it works, or it is a machine of somebody else's.
TEST_F(Restarts, OfNodesWithTheirPowerOnNeedAYes) {
  write_nodes(3, "{alive: ssh, minimum: 1}");
  put("n1", "in service");
  for (const int number : {1, 2}) bmcs_.switch_to(bmc(number), "on");

  EXPECT_THAT(boot({"all", "--allow-below", "guarded"}).errors,
              HasSubstr("error: a restart of nodes that work, or may, needs --yes where nobody can "
                        "be asked\n"
                        "hint: they are n1 (is 'in service'), n2 (its power is on)\n"));
  EXPECT_THAT(boot({"n3", "--allow-below", "guarded"}).errors, HasSubstr(would_begin));
  EXPECT_THAT(boot({"n2", "--allow-below", "guarded", "--yes"}).errors, HasSubstr(would_begin));
  EXPECT_EQ(bmcs_.power_of(bmc(2)), "on\n");
}

TEST_F(Restarts, LeaveNodesAloneWhoseBmcIsNotTheirs) {
  write_nodes(2, "{protected: true}");
  desk_.write("host_vars/n1.yml", "hardware: {serial: SN-other}\n");
  desk_.write("locked-" + bmc(2), "");

  const Spoken told = boot({"all", "--allow-protected", "guarded", "--yes"});

  EXPECT_THAT(told.errors, HasSubstr("n1: the BMC is that of serial number 'SN-10.0.0.1', the "
                                     "inventory says 'SN-other': nothing was done (is "
                                     "bmc.address another machine's? see: provisioner bmc check)\n"
                                     "n2: the BMC at 10.0.0.2 does not take this user and "
                                     "password (see bmc.user and bmc.password_file"));
  EXPECT_EQ(told.status, exit_not_so);
  EXPECT_FALSE(has_jobs());
  EXPECT_EQ(bmcs_.times_asked(bmc(2)), 1);
}

TEST_F(Restarts, TellWhereABmcHasNoSerialNumber) {
  write_nodes(1, "{protected: true}");
  desk_.write("tells-no-serial", "");

  EXPECT_THAT(boot({"n1", "--allow-protected", "guarded"}).errors,
              HasSubstr("warning: n1: its BMC tells no serial number, the inventory says "
                        "'SN-10.0.0.1': whether it is this machine's was not checked\n"));
}

TEST_F(Restarts, AreAskedForAtATerminal) {
  write_nodes(1, "{protected: true}");
  put("n1", "in service");
  const std::vector<std::string> words = {"discover", "n1", "-i", "hosts.yml", "--boot",
                                          "--allow-protected", "guarded"};

  const Spoken no = speak_on_terminal(words, "no\n");
  EXPECT_THAT(no.out, HasSubstr("This restarts 1 node, of which work, or may: n1 (is 'in "
                                "service'). Type yes to do it: "));
  EXPECT_THAT(no.out, HasSubstr("error: it was not meant: nothing was done"));
  EXPECT_THAT(speak_on_terminal(words, "yes\n").out, HasSubstr(would_begin));

  put("n1", "verified");
  EXPECT_THAT(speak_on_terminal(words).out, HasSubstr(would_begin));
  bmcs_.switch_to(bmc(1), "on");
  EXPECT_THAT(speak_on_terminal(words, "no\n").out,
              HasSubstr("of which work, or may: n1 (its power is on). Type yes to do it: "));
}

TEST_F(Restarts, LeaveAloneWhatSomebodyWorksOn) {
  write_nodes(1, "{protected: true}");
  put("n1", "maintenance");

  const Spoken told = boot({"n1", "--allow-protected", "guarded"});

  EXPECT_THAT(told.errors, HasSubstr("n1: REFUSED: it is in maintenance since "));
  EXPECT_THAT(told.errors, HasSubstr("Z, by alice@ctl1: a DIMM ("));
  EXPECT_EQ(told.status, exit_not_so);
}

TEST_F(Restarts, AreRefusedBeforeAnythingIsAsked) {
  write_nodes(2, "{protected: true}");

  EXPECT_EQ(boot({"all", "--json"}).out, "");
  EXPECT_EQ(bmcs_.times_asked(bmc(1)) + bmcs_.times_asked(bmc(2)), 0);
}

}  // namespace
}  // namespace provisioner::cli
