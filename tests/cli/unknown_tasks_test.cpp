// Runs that were killed in the middle of an action: nobody knows whether it ran, so somebody has to
// say what becomes of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Unknown : public testing::Test {
 protected:
  // A run that its own task kills, once it has written a line into `ran`; told to be calm, it does
  // not.
  void cut_off(const std::string& more = "") {
    desk_.write("site.yml",
                "- hosts: localhost\n"
                "  connection: local\n"
                "  gather_facts: false\n"
                "  tasks:\n"
                "    - name: load the schema\n"
                "      raw: echo x >>ran; [ -e calm ] || kill -9 $PPID\n"
                "      register: loading\n"
                "      notify: tell\n" +
                    more +
                    "    - debug: {msg: \"changed {{ loading.changed }}\"}\n"
                    "  handlers:\n"
                    "    - name: tell\n"
                    "      debug: {msg: it is loaded}\n");
    ASSERT_EQ(speak_on_terminal({"run", "site.yml"}).status, 137);
    desk_.write("calm", "");
  }
  std::string state() const {
    return speak({"runs", "list"}).out.find("cut off") == std::string::npos ? "over" : "cut off";
  }
  static std::size_t times() { return base::lines_of(os::require_file("ran")).size(); }

  Desk desk_;
};

TEST_F(Unknown, ActionsAreNotRunAgainWhereNobodyCanBeAsked) {
  cut_off();

  const Spoken refused = speak({"resume", "1"});

  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.errors,
            "error: run 1 was cut off in actions of which nobody knows whether they ran; nothing "
            "was done\n"
            "'load the schema' (raw) on localhost\n"
            "hint: find out on the nodes, then say what becomes of them: --unknown rerun (run them "
            "again) or --unknown skip (count them as done); on a terminal each is asked about\n");
  EXPECT_EQ(times(), 1U);
  EXPECT_EQ(state(), "cut off");
}

// The task ends the agent that runs it.
TEST_F(Unknown, ActionsAreIgnoredWhereALostLinkDoesNotMatter) {
  desk_.write("site.yml",
              "- hosts: localhost\n"
              "  connection: local\n"
              "  gather_facts: false\n"
              "  tasks:\n"
              "    - shell: kill -9 $(cut -d' ' -f4 /proc/$PPID/stat)\n"
              "      ignore_unreachable: true\n"
              "    - debug: {msg: it goes on}\n");

  const Spoken told = speak_on_terminal({"run", "site.yml"});

  EXPECT_EQ(told.status, 0) << told.out;
  EXPECT_THAT(told.out, HasSubstr("...ignoring"));
  EXPECT_THAT(told.out, HasSubstr("it goes on"));
  EXPECT_THAT(told.out, HasSubstr("unreachable=0"));
  EXPECT_THAT(told.out, HasSubstr("ignored=1"));
}

TEST_F(Unknown, ActionsAreRunAgainWhereThatIsSaid) {
  cut_off();

  const Spoken resumed = speak_on_terminal({"resume", "1", "--unknown", "rerun"});

  EXPECT_EQ(resumed.status, 0) << resumed.out;
  EXPECT_THAT(resumed.out, HasSubstr("whether it ran is unknown, it is run again"));
  EXPECT_EQ(times(), 2U);
}

TEST_F(Unknown, ActionsThatCountAsDoneStillNotifyTheirHandlers) {
  cut_off();

  const Spoken resumed = speak_on_terminal({"resume", "1", "--unknown", "skip"});

  EXPECT_EQ(resumed.status, 0) << resumed.out;
  EXPECT_EQ(times(), 1U);
  EXPECT_THAT(resumed.out, HasSubstr("it counts as done"));
  EXPECT_THAT(resumed.out, HasSubstr("changed: [localhost]"));
  EXPECT_THAT(resumed.out, HasSubstr("changed True"));
  EXPECT_THAT(resumed.out, HasSubstr("it is loaded"));
}

TEST_F(Unknown, ActionsAreAskedAboutOnATerminal) {
  cut_off();

  const Spoken stopped = speak_on_terminal({"resume", "1"}, "s\n");
  EXPECT_EQ(stopped.status, 1);
  EXPECT_THAT(stopped.out,
              HasSubstr("run 1 was cut off in 'load the schema' (raw) on localhost: whether it ran "
                        "is unknown.\r\n"
                        "run it [a]gain, count it as [d]one, or [s]top here? "));
  EXPECT_EQ(state(), "cut off");

  const Spoken done = speak_on_terminal({"resume", "1"}, "what?\ndone\n");
  EXPECT_EQ(done.status, 0) << done.out;
  EXPECT_EQ(times(), 1U);
}

TEST_F(Unknown, ActionsThatChangeNothingByTheirOwnWordAreRunAgainUnasked) {
  cut_off("      changed_when: false\n");

  const Spoken resumed = speak_on_terminal({"resume", "1"});

  EXPECT_EQ(resumed.status, 0) << resumed.out;
  EXPECT_THAT(resumed.out, HasSubstr("whether it ran is unknown, it is looked at anew"));
  EXPECT_EQ(times(), 2U);
}

TEST_F(Unknown, ActionsOfALoopCountAsDoneWithAllItems) {
  cut_off("      loop: [one, two]\n");

  const Spoken resumed = speak_on_terminal({"resume", "1", "--unknown", "skip"});

  EXPECT_EQ(resumed.status, 0) << resumed.out;
  EXPECT_THAT(resumed.out, HasSubstr("changed: [localhost] => (item=one)"));
  EXPECT_THAT(resumed.out, HasSubstr("changed: [localhost] => (item=two)"));
  EXPECT_THAT(resumed.out, HasSubstr("changed True"));
}

TEST_F(Unknown, WishesAreThreeWords) {
  cut_off();

  const Spoken refused = speak({"resume", "1", "--unknown", "perhaps"});

  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--unknown"));
  EXPECT_EQ(times(), 1U);
}

}  // namespace
}  // namespace provisioner::cli
