// A run from its failure to its good end, and what is refused on the way. The plays need no node.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/store/database.h"
#include "provisioner/base/store/run_store.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

std::string playbook(const std::string& task) {
  return "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n    - " + task +
         "\n";
}

void write_failing(Desk& desk) {
  desk.write("site.yml", playbook("fail: {msg: not yet}\n      when: not is_mended"));
  desk.write("vars.yml", "is_mended: false\n");
}

const std::vector<std::string> run = {"run", "site.yml", "-e", "@vars.yml"};

TEST(Resume, GoesOnWhereARunFailed) {
  Desk desk;
  write_failing(desk);
  const Spoken failed = speak(run);
  EXPECT_EQ(failed.status, 2);
  EXPECT_THAT(failed.errors, HasSubstr("do the rest: provisioner resume 1\n"));
  EXPECT_EQ(speak({"resume", "1"}).status, 2);
  desk.write("vars.yml", "is_mended: true\n");
  EXPECT_EQ(speak({"resume", "last"}).status, 0);
  const Spoken again = speak({"resume", "1"});
  EXPECT_EQ(again.status, 2);
  EXPECT_EQ(again.errors,
            "error: run 1 has ended well: nothing is left to do\n"
            "hint: see: provisioner runs show 1\n");
}

TEST(Resume, RefusesAChangedPlaybookUnlessToldOtherwise) {
  Desk desk;
  write_failing(desk);
  speak(run);
  desk.write("site.yml", playbook("debug: {msg: another}"));
  const Spoken refused = speak({"resume", "1"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, StartsWith("error: the playbook has changed since run 1 began: it "
                                         "was "));
  EXPECT_EQ(speak({"resume", "1", "--accept-changes"}).status, 0);
}

TEST(Resume, StaysPossibleWhereItsNodesAreHeldByAnother) {
  Desk desk;
  desk.write("site.yml", "- hosts: n01\n  gather_facts: false\n  tasks:\n    - raw: 'true'\n");
  EXPECT_EQ(speak({"run", "site.yml", "-i", "n01,", "-e", "ansible_host=127.0.0.1", "-e",
                   "ansible_port=1"})
                .status,
            4);
  store::RunStore other = store::RunStore::open(desk.path() + "/state");
  other.lock(other.begin_run({"run", "bob@ctl2", value::Value(value::Dict{})}), {"n01"});

  const Spoken refused = speak({"resume", "1"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, StartsWith("error: n01 is held by run 2 of bob@ctl2 since "));

  other.unlock("2");
  EXPECT_EQ(speak({"resume", "1"}).status, 4);
}

TEST(Runs, AreListedAndReported) {
  Desk desk;
  write_failing(desk);
  speak(run);
  EXPECT_THAT(speak({"runs", "list"}).out, HasSubstr("failed (2)"));
  EXPECT_THAT(speak({"runs", "list", "--json"}).out, HasSubstr("\"exit_code\": 2"));
  const Spoken report = speak({"runs", "report", "last", "-o", "page.html"});
  EXPECT_EQ(report.out, desk.path() + "/page.html\n");
}

TEST(Runs, AreReportedWhereALinkLeadsAndThroughADeviceThatStays) {
  Desk desk;
  desk.write("site.yml", playbook("debug: {msg: hello}"));
  ASSERT_EQ(speak({"run", "site.yml"}).status, 0);
  desk.write("page.html", "");
  ASSERT_EQ(::symlink("page.html", "link.html"), 0);
  ASSERT_EQ(::symlink("/dev/null", "nothing.html"), 0);
  EXPECT_EQ(speak({"runs", "report", "last", "-o", "link.html"}).status, 0);
  EXPECT_EQ(speak({"runs", "report", "last", "-o", "nothing.html"}).status, 0);
  EXPECT_EQ(os::real_path("link.html"), os::real_path("page.html"));
  EXPECT_THAT(os::require_file("page.html"), HasSubstr("<html"));
  EXPECT_EQ(os::real_path("nothing.html"), "/dev/null");
  EXPECT_THAT(speak({"run", "site.yml", "--report", "no/place.html"}).errors,
              HasSubstr("there is no directory"));
}

TEST(Runs, AreVerified) {
  Desk desk;
  write_failing(desk);
  speak(run);
  const Spoken whole = speak({"runs", "verify", "1"});
  EXPECT_EQ(whole.status, 0);
  EXPECT_THAT(whole.out, MatchesRegex("run 1: [0-9]+ records, as they were written\n"
                                      "digest over all: sha256:[0-9a-f]+\n"));

  store::Database::open(desk.path() + "/state")
      .execute("UPDATE events SET data = replace(data, 'not yet', 'never') WHERE sequence = 3");
  const Spoken altered = speak({"runs", "verify", "last"});
  EXPECT_EQ(altered.status, 2);
  EXPECT_THAT(altered.out, StartsWith("run 1: record 3 (host_finished of localhost) does not match "
                                      "its digest: it was altered, or what stands before it\n"));
  EXPECT_THAT(speak({"runs", "verify", "1", "--json"}).out, HasSubstr("\"problems\": [\n"));
}

TEST(Runs, DoNotKeepExtraVariablesInTheOpen) {
  Desk desk;
  write_failing(desk);
  speak({"run", "site.yml", "-e", "@vars.yml", "-e", "pin=canary4711"});
  EXPECT_THAT(speak({"runs", "list", "--json"}).out, HasSubstr("-e @vars.yml -e ...\""));
}

}  // namespace
}  // namespace provisioner::cli
