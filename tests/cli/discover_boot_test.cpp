// Restarts for a look at the hardware: as guarded as a re-image. No node here answers: 240.0.0.0/4
// leads nowhere.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;

class Restarts : public testing::Test {
 protected:
  // Nodes of a guarded group, each with a BMC.
  void write_nodes(int count, const std::string& guard) {
    std::string text = "guarded:\n  vars:\n    reimage_guard: " + guard +
                       "\n    bmc: {address: \"ipmi://127.0.0.1:9\"}\n  hosts:\n";
    for (int number = 1; number <= count; ++number)
      text += "    n" + std::to_string(number) +
              ": {ansible_host: 240.0.0.1, network: {interfaces: [{name: eno1, mac: "
              "\"00:00:5e:00:53:01\", addresses: [10.78.0.11/24]}]}}\n";
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

  Desk desk_;
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
              HasSubstr("error: a restart of nodes at work needs --yes where nobody can be asked\n"
                        "hint: they are n1 (is 'in service'), n2 (has a boot job of run 7)\n"));
  EXPECT_THAT(boot({"all", "--allow-below", "guarded", "--yes"}).errors, HasSubstr(would_begin));
}

TEST_F(Restarts, AreAskedForAtATerminal) {
  write_nodes(1, "{protected: true}");
  put("n1", "in service");
  const std::vector<std::string> words = {"discover", "n1", "-i", "hosts.yml", "--boot",
                                          "--allow-protected", "guarded"};

  const Spoken no = speak_on_terminal(words, "no\n");
  EXPECT_THAT(no.out, HasSubstr("This restarts 1 node, of which at work: n1 (is 'in service'). Type "
                                "yes to do it: "));
  EXPECT_THAT(no.out, HasSubstr("error: it was not meant: nothing was done"));
  EXPECT_THAT(speak_on_terminal(words, "yes\n").out, HasSubstr(would_begin));
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
}

}  // namespace
}  // namespace provisioner::cli
