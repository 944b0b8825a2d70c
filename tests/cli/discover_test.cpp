// What nodes have, from what was found before and from files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Discovered : public testing::Test {
 protected:
  Discovered() {
    desk_.write("hosts.yml",
                "all:\n  hosts:\n    n1: {}\n    n2: {}\n"
                "    n3: {disks: [{name: system, serial: \"{{ nobody }}\"}]}\n");
    desk_.write("facts.json",
                R"([{"node": "n1", "facts": {"disks": [{"name": "sda", "size": 999653638144,
                     "serial": "\u001b[31mX"}]}}, {"node": "n2", "facts": {}}])");
  }
  static Spoken discover(std::vector<std::string> words) {
    words.insert(words.begin(), {"discover", "-i", "hosts.yml"});
    return speak(words);
  }

  Desk desk_;
};

TEST_F(Discovered, AreShownWithTheirDisks) {
  const Spoken told = discover({"n1,n2", "--from", "facts.json"});

  EXPECT_EQ(told.status, exit_fine) << told.errors;
  EXPECT_THAT(told.out, StartsWith("NODE  DISK  SIZE     SERIAL     WWN  MODEL  SEEN\n"
                                   "n1    sda   1000 GB  \\x1b[31mX              20"));
  EXPECT_THAT(told.out, HasSubstr("\nn2    -     -        -          -    -      20"));
}

TEST_F(Discovered, AreNamedWhereNobodyLooked) {
  discover({"n1", "--from", "facts.json"});

  const Spoken told = discover({"n1,n2", "--stored"});

  EXPECT_EQ(told.errors, "n2: its hardware was never looked at\n");
  EXPECT_EQ(told.status, exit_not_so);
}

TEST_F(Discovered, AreNoCheckWhereNothingIsKnown) {
  const Spoken told = discover({"n2,n3", "--stored", "--check"});

  EXPECT_EQ(told.errors, "n2: its hardware was never looked at\nn3: 'nobody' is undefined\n");
  EXPECT_EQ(told.status, exit_not_so);
}

TEST_F(Discovered, AreNoCheckWhereTheyToldNothing) {
  store::NodeRecords records = store::NodeRecords::open(desk_.path() + "/state");
  records.put_hardware({"n1", {}, "ram disk", value::Dict{}});
  records.put_hardware({"n2", {}, "ram disk", value::Dict{{"disks", value::List{}}}});
  for (const std::string node : {"n1", "n2"})
    records.put_state({node, "discovered", "", "alice@ctl1", {}});

  const Spoken told = discover({"n1,n2", "--stored", "--check"});

  EXPECT_EQ(told.errors,
            "n1: it has told nothing of its disks and links: it is not checked; look again: "
            "provisioner discover n1 --check\n"
            "n2: it has told nothing of its links: it is not checked; look again: provisioner "
            "discover n2 --check\n");
  EXPECT_EQ(told.status, exit_not_so);
  EXPECT_EQ(records.state("n1")->state, "discovered");
  EXPECT_EQ(records.state("n2")->state, "discovered");
}

TEST_F(Discovered, AreVerifiedWhereTheyToldAll) {
  store::NodeRecords records = store::NodeRecords::open(desk_.path() + "/state");
  const value::Dict all{{"disks", value::List{}}, {"links", value::List{}}};
  records.put_hardware({"n1", {}, "ram disk", all});
  records.put_state({"n1", "discovered", "", "alice@ctl1", {}});

  EXPECT_EQ(discover({"n1", "--stored", "--check"}).status, exit_fine);
  EXPECT_EQ(records.state("n1")->state, "verified");

  records.put_hardware({"n1", {}, "ram disk", value::Dict{}});
  discover({"n1", "--stored", "--check"});
  EXPECT_EQ(records.state("n1")->state, "discovered");
}

// Its one interface is told down, as in a boot in which it is not the one that is brought up.
class SeenInAReimage : public Discovered {
 protected:
  SeenInAReimage() {
    desk_.write("hosts.yml",
                "all:\n  hosts:\n    n1: {network: {interfaces: [{name: eno1}]}}\n"
                "    n2: {network: {interfaces: [{name: eno1}]}}\n");
    records_.put_hardware({"n1", {}, store::seen_in_reimage, facts()});
    records_.put_state({"n1", "discovered", "", "alice@ctl1", {}});
  }
  static value::Value facts() {
    return value::Dict{{"disks", value::List{}},
                       {"links", value::List{value::Dict{{"name", "eno1"},
                                                         {"has_carrier", false}}}}};
  }

  store::NodeRecords records_ = store::NodeRecords::open(desk_.path() + "/state");
};

TEST_F(SeenInAReimage, AreCheckedWithoutTheirLinks) {
  const std::vector<std::string> words = {"discover", "-i", "hosts.yml", "n1", "--stored",
                                          "--check"};

  const Spoken told = speak(words);

  EXPECT_EQ(told.errors,
            "the links of n1 were not looked at: a boot for a re-image leaves them down; look "
            "again: provisioner discover NODES --check\n");
  EXPECT_EQ(told.status, exit_fine);
  EXPECT_THAT(all_that_is_shown(words).out,
              HasSubstr("1 node checked, 1 of them without its links: no differences\n"));
  EXPECT_THAT(discover({"n1", "--stored", "--check", "--json"}).out,
              HasSubstr("\"nodes_without_links\": [\n        \"n1\"\n"));
}

TEST_F(SeenInAReimage, AreNotVerified) {
  discover({"n1", "--stored", "--check"});
  EXPECT_EQ(records_.state("n1")->state, "discovered");

  records_.put_hardware({"n1", {}, "ssh", facts()});
  EXPECT_THAT(discover({"n1", "--stored", "--check"}).out, HasSubstr("link eno1"));
}

TEST_F(SeenInAReimage, TakeNoLinksWithThemIntoAFile) {
  desk_.write("facts.json", discover({"n1", "--stored", "--json"}).out);

  EXPECT_THAT(discover({"n1", "--from", "facts.json", "--check"}).errors,
              HasSubstr("n1: it has told nothing of its links: it is not checked"));
}

TEST_F(Discovered, AreReadFromFilesOfFactsAlone) {
  desk_.write("empty.json", "");
  desk_.write("dict.json", "{}");

  EXPECT_THAT(discover({"n1", "--from", "empty.json"}).errors,
              StartsWith("empty.json:1:1: error: this is not JSON"));
  EXPECT_EQ(discover({"n1", "--from", "dict.json"}).errors,
            "error: 'dict.json' holds no facts of hardware: expected a list\n"
            "hint: it is what 'provisioner discover NODES --json' prints\n");
}

TEST_F(Discovered, AreAPageAloneWhereItGoesToTheOutput) {
  discover({"n1", "--from", "facts.json"});

  EXPECT_THAT(discover({"n1", "--stored", "--check", "--html", "-"}).out,
              StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(discover({"n1", "--stored", "--check", "--html", "-", "--json"}).errors,
            "error: --json and --html - both are the whole output\n"
            "hint: a file for one of them: --html racks.html\n");
}

}  // namespace
}  // namespace provisioner::cli
