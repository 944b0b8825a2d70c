// Gates as a user runs them, on two nodes that refuse all connections.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "small_site.h"

namespace provisioner::platform {
namespace {

using cli::speak;
using cli::Spoken;
using testing::HasSubstr;
using testing::Not;

class GatesCommand : public testing::Test {
 protected:
  static Spoken run_gates(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"gates", "run", "main", "-i", "hosts.yml"};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }

  SmallSite site_;
};

TEST_F(GatesCommand, PutsOneFormOnTheStandardOutput) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--json", "--page", "-"},
                                                {"--json", "--junit", "-"},
                                                {"--page", "-", "--junit", "-"}}) {
    const Spoken said = run_gates(words);
    EXPECT_EQ(said.status, 1);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.errors,
              "error: one form at a time: --json, --page -, or --junit -\n"
              "hint: the others may go to files: --page FILE, --junit FILE\n");
  }
  EXPECT_EQ(run_gates({"--page", "a", "--junit", "./a"}).errors,
            "error: --page and --junit name the same file: 'a'\n");
}

TEST_F(GatesCommand, ShowsItsResultsAlsoWhereTheyCannotBeKept) {
  os::make_directories(site_.state("gates.json/in-the-way"));
  const Spoken said = run_gates({"--json"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.out, HasSubstr("\"id\": \"C-17\""));
  EXPECT_THAT(said.errors, HasSubstr("gates.json'"));
  EXPECT_THAT(said.errors, HasSubstr("hint: what is shown above is not kept: run the gates again"));
}

TEST_F(GatesCommand, WritesWhatItCanWhereSomethingCannotBeWritten) {
  os::make_directories(site_.state("gates.json/in-the-way"));
  const Spoken said = run_gates({"--json", "--page", "page.html"});
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(os::is_file(site_.path("page.html")));
}

TEST_F(GatesCommand, TellsVariablesOfAnotherFormBeforeItAsksAnybody) {
  site_.say("gates_image: [a]\ngates_capacity: {memory: 157GB}\n");
  const Spoken said = run_gates();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("group_vars/instance_main.yml:1:14: error: 'gates_image' is a "
                                     "text, found a list\n"));
  EXPECT_THAT(said.errors, HasSubstr("2:26: error: '157GB' is no quantity\n"));
  EXPECT_THAT(said.errors, HasSubstr("error: what the inventory tells the gates of 'main' has "
                                     "mistakes\n"));
  EXPECT_THAT(said.errors, Not(HasSubstr("looking at")));
}

TEST_F(GatesCommand, TellsWhatRolesWouldNotTakeBeforeItAsksAnybody) {
  site_.say("pod_network: calico\ngates_image: [a]\n");
  const Spoken said = run_gates();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("main.yml:1:14: error: 'pod_network' is one of cilium, "));
  EXPECT_THAT(said.errors, HasSubstr("main.yml:2:14: error: 'gates_image' is a text, "));
  EXPECT_THAT(said.errors, Not(HasSubstr("looking at")));
}

TEST_F(GatesCommand, HoldsNoClusterAgainstADeclarationWithMistakes) {
  site_.say("access: {namespaces: {portal: {aspct: api}}}\n");
  const Spoken said = run_gates();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("error: there is no key 'aspct' here\n"));
  EXPECT_THAT(said.errors, Not(HasSubstr("looking at")));
}

TEST_F(GatesCommand, TellsGroupsThatAreNoneBeforeItAsksAnybody) {
  site_.say("gates_many_groups: {user: ada, uid: 5001, gid: 5001, groups: [70001]}\n");
  const Spoken said = run_gates();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors,
              HasSubstr("group_vars/instance_main.yml:1:62: error: these are 2 groups, and NFS "
                        "tells a server of all of them\n"));
  EXPECT_THAT(said.errors, Not(HasSubstr("looking at")));
}

TEST_F(GatesCommand, TellsNodesForNotebooksThatShowNoRoomForImages) {
  const Spoken said = run_gates({"--json", "--gate", "P-9"});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.out, HasSubstr("room for images: it does not answer, or has no "
                                  "/var/lib/containerd"));
}

TEST_F(GatesCommand, ReadsNoRecordOfUsersForGatesThatDoNotAskForIt) {
  site_.write_state("users.json", "garbage");
  const Spoken said = run_gates({"--json", "--gate", "C-3"});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.errors, Not(HasSubstr("users.json")));
}

TEST_F(GatesCommand, TellsARecordOfUsersThatIsNoneAsOneGate) {
  site_.write_state("users.json", "garbage");
  const Spoken said = run_gates({"--json", "--gate", "P-7"});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.out, HasSubstr("\"result\": \"not run\""));
  EXPECT_THAT(said.out, HasSubstr(site_.state("users.json") + ":1:1: this is not JSON"));
}

TEST_F(GatesCommand, SaysWhatIsLeftWhereASignalEndsIt) {
  site_.say("ansible_ssh_common_args: \"-o ProxyCommand='sh -c \\\"kill -INT " +
            std::to_string(::getpid()) + "; sleep 30\\\"'\"\n");
  const Spoken said = run_gates();
  EXPECT_EQ(said.status, 130);
  EXPECT_THAT(said.errors,
              HasSubstr("error: stopped: no gate was begun, and nothing is left on the cluster\n"));
  EXPECT_FALSE(os::exists(site_.state("gates.json")));
}

TEST(GatesList, FitsOnATerminal) {
  const Spoken said = speak({"gates", "list"});
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.out, HasSubstr("C-3   pods\n      pages between pods of all nodes"));
  for (const std::string_view line : base::lines_of(said.out)) EXPECT_LE(line.size(), 80U);
}

}  // namespace
}  // namespace provisioner::platform
