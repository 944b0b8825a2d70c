// Instances as a user asks for them, from an inventory of two nodes that nobody asks anything.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "small_site.h"

namespace provisioner::platform {
namespace {

using cli::speak;
using cli::Spoken;
using testing::HasSubstr;
using testing::Not;

class InstanceCommand : public testing::Test {
 protected:
  static Spoken ask(const std::vector<std::string>& words) {
    std::vector<std::string> all = {"instance"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"-i", "hosts.yml"});
    return speak(all);
  }

  SmallSite site_;
};

// A second one, whose record is sound.
void add_instance_qa(SmallSite& site) {
  site.desk().write("hosts_qa.yml", "instance_qa: {hosts: {q01: }}\ncontrol: {hosts: {q01: }}\n");
}

TEST_F(InstanceCommand, ListGoesOnWhereARecordCannotBeRead) {
  add_instance_qa(site_);
  for (const char* garbage : {"x", "[", "{\"passed\": 3}", "[]", ""}) {
    site_.write_state("gates.json", garbage);
    const Spoken said = ask({"list", "-i", "hosts_qa.yml"});
    EXPECT_EQ(said.status, 0) << garbage;
    EXPECT_THAT(said.out,
                HasSubstr("main      plain                  2      x.example.org  unreadable"));
    EXPECT_THAT(said.out,
                HasSubstr("qa        plain                  1      x.example.org  not proved"));
    EXPECT_THAT(
        said.errors,
        HasSubstr("warning: what proves 'main' cannot be read: " + site_.state("gates.json") + ":"))
        << garbage;
  }
}

TEST_F(InstanceCommand, ListNamesARecordThatIsNoFile) {
  os::make_directories(site_.state("gates.json"));
  const Spoken said = ask({"list"});
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.errors, HasSubstr("'" + site_.state("gates.json") + "' is a directory"));
}

TEST_F(InstanceCommand, ListTellsProgramsWhyARecordCannotBeRead) {
  site_.write_state("gates.json", "x");
  EXPECT_THAT(ask({"list", "--json"}).out, HasSubstr("\"objection\": \"what proves 'main' cannot"));
}

TEST_F(InstanceCommand, ListGoesOnWhereALockCannotBeRead) {
  site_.desk().write("instances/main.lock", "garbage: [\n");
  const Spoken said = ask({"list"});
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.out, HasSubstr("unreadable  unreadable"));
  EXPECT_THAT(said.errors, HasSubstr(site_.path("instances/main.lock:")));
}

TEST_F(InstanceCommand, ReadsNoLockOfAnotherInventoryInTheSameFolder) {
  site_.desk().write("instances/main.lock", "instance: main\ninventory: other.yml\nfrom: qa\n");
  const Spoken said = ask({"show", "main"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("error: this lock is of the inventory 'other.yml', and not of "
                                     "'hosts.yml'\n"));
  EXPECT_THAT(said.errors, HasSubstr("give one a folder of its own"));
}

TEST_F(InstanceCommand, ReadsAnInventoryDirectoryWithItsLocks) {
  site_.desk().write("all/hosts.yml",
                     "instance_main: {hosts: {n01: }}\ncontrol: {hosts: {n01: }}\n");
  site_.desk().write("all/instances/main.lock", "from: qa\nkubernetes_version: v1.34.4\n");
  const Spoken said = speak({"instance", "list", "-i", "all"});
  EXPECT_EQ(said.errors, "");
  EXPECT_THAT(said.out, HasSubstr("main      plain                  1"));
}

TEST_F(InstanceCommand, HasNoValuesByTheNamesOfFolders) {
  site_.desk().write("site_x/hosts.yml",
                     "instance_main: {hosts: {n01: }}\ncontrol: {hosts: {n01: }}\n");
  site_.desk().write("site_x/group_vars/all.yml", "colour: red\n");
  site_.desk().write("site_x/group_vars/instance_main.yml", "shade: dark\n");
  const Spoken said = speak({"instance", "show", "main", "-i", "site_x/hosts.yml"});
  EXPECT_THAT(said.out, HasSubstr("shade"));
  EXPECT_THAT(said.out, Not(HasSubstr("colour")));
}

TEST_F(InstanceCommand, OfAnotherFormIsToldWithItsPlace) {
  site_.say("stage_name: [prod]\ninstance_domain: \"{{ nowhere }}\"\n");
  const Spoken said = ask({"list"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors,
              HasSubstr("group_vars/instance_main.yml:1:13: error: 'stage_name' is a text, found a "
                        "list\n"));
  EXPECT_THAT(said.errors, HasSubstr("'nowhere' is undefined"));
}

TEST_F(InstanceCommand, ShowsNoPassword) {
  site_.say(
      "db_url: postgres://gen3:hunter22@pg.example.org/db\n"
      "identity: {ldap: {url: \"ldaps://l\", bind_password: swordfish}}\n"
      "slack_webhook: https://hooks.example.org/T0/abcdef\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"show", "main"}, {"show", "main", "--json"}}) {
    const Spoken said = ask(words);
    EXPECT_EQ(said.status, 0);
    EXPECT_THAT(said.out, HasSubstr("postgres://gen3:***@pg.example.org/db"));
    for (const char* secret : {"hunter22", "swordfish", "abcdef"})
      EXPECT_THAT(said.out, Not(HasSubstr(secret)));
  }
}

TEST_F(InstanceCommand, DiffersInNoPasswordThatItShows) {
  add_instance_qa(site_);
  site_.say("db_url: postgres://gen3:hunter22@pg/db\n");
  site_.desk().write("group_vars/instance_qa.yml", "db_url: postgres://gen3:swordfish@other/db\n");
  const Spoken said = ask({"diff", "main", "qa", "-i", "hosts_qa.yml"});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.out, HasSubstr("postgres://gen3:***@other/db"));
  EXPECT_THAT(said.out, Not(HasSubstr("hunter22")));
  EXPECT_THAT(said.out, Not(HasSubstr("swordfish")));
}

TEST_F(InstanceCommand, IsCalledTheSameByAllCommandsWhereThereIsNone) {
  const std::string text =
      "error: there is no instance 'mian' in the inventory\nhint: did you mean 'main'?\n";
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"instance", "show", "mian"},
        {"access", "show", "mian"},
        {"gates", "run", "mian"},
        {"users", "report", "mian"},
        {"handoff", "plain", "mian"},
        {"profile", "explain", "mian"},
        {"cluster", "status", "mian"}}) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"-i", "hosts.yml"});
    const Spoken said = speak(all);
    EXPECT_EQ(said.status, 1) << words[0];
    EXPECT_EQ(said.errors, text) << words[0];
  }
}

TEST_F(InstanceCommand, TellsAFileThatIsNoYamlAndNothingElse) {
  site_.desk().write("hosts.yml", "instance_main: {hosts: {n01: }\n");
  for (const char* command : {"access", "profile"}) {
    const Spoken said = speak({command, command == std::string("access") ? "show" : "explain",
                               "main", "-i", "hosts.yml"});
    EXPECT_EQ(said.status, 1);
    EXPECT_EQ(said.errors,
              "hosts.yml:2:1: error: this is not YAML: did not find expected ',' or '}'\n"
              "hosts.yml:1:16: while parsing a flow mapping\n"
              "hint: a comma is missing here, or a bracket or quote before it is not closed\n\n"
              "1 error in the inventory\nerror: the inventory has mistakes\n");
  }
}

}  // namespace
}  // namespace provisioner::platform
