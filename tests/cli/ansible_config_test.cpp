// ansible.cfg and the variables over it.

#include "provisioner/front/cli/ansible_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::ElementsAre;

AnsibleConfig load() {
  base::Diagnostics diagnostics;
  return AnsibleConfig::load(diagnostics);
}

std::string warnings_of(const std::string& text) {
  Desk desk;
  desk.write("ansible.cfg", text);
  base::Diagnostics diagnostics;
  AnsibleConfig::load(diagnostics);
  std::string warnings;
  for (const base::Error& warning : diagnostics.warnings())
    warnings += warning.render("warning") + "\n";
  return warnings;
}

TEST(AnsibleConfig, IsFoundWhereAnsibleFindsIt) {
  Desk desk;
  desk.write("home/.ansible.cfg", "[defaults]\nforks = 1\n");
  EXPECT_EQ(load().number("defaults", "forks", 0), 1);
  desk.write("ansible.cfg", "[defaults]\nforks = 2\n");
  EXPECT_EQ(load().number("defaults", "forks", 0), 2);
  desk.write("other/ansible.cfg", "[defaults]\nforks = 3\n");
  desk.set("ANSIBLE_CONFIG", desk.path() + "/other");
  EXPECT_EQ(load().number("defaults", "forks", 0), 3);
}

TEST(AnsibleConfig, IsNotReadInADirectoryThatAnybodyMayWriteTo) {
  Desk desk;
  desk.write("ansible.cfg", "[defaults]\nforks = 2\n");
  std::filesystem::permissions(desk.path(), std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  base::Diagnostics diagnostics;
  EXPECT_EQ(AnsibleConfig::load(diagnostics).path(), "");
  ASSERT_EQ(diagnostics.warnings().size(), 1U);
  EXPECT_EQ(diagnostics.warnings()[0].render("warning"),
            "warning: this directory can be written to by anybody: its ansible.cfg is not read\n"
            "hint: chmod o-w . or set ANSIBLE_CONFIG");
}

TEST(AnsibleConfig, ReadsCommentsColonsAndContinuedLines) {
  Desk desk;
  desk.write("ansible.cfg",
             "# words\n; words\n[defaults]\nremote_user: ops ; the team\ninventory = a,\n    b\n"
             "Timeout=5\nprivate_key_file = k#1\n");
  const AnsibleConfig config = load();
  EXPECT_EQ(config.text("defaults", "remote_user"), "ops");
  EXPECT_EQ(config.text("defaults", "inventory"), "a,\nb");
  EXPECT_EQ(config.number("defaults", "timeout", 0), 5);
  EXPECT_EQ(config.file("defaults", "private_key_file"), desk.path() + "/k#1");
}

TEST(AnsibleConfig, TakesPathsRelativeToTheFile) {
  Desk desk;
  desk.write("conf/ansible.cfg",
             "[defaults]\nroles_path = roles:~/mine:/abs\ninventory = {{CWD}}/h\n");
  desk.set("ANSIBLE_CONFIG", desk.path() + "/conf/ansible.cfg");
  const AnsibleConfig config = load();
  EXPECT_THAT(config.files("defaults", "roles_path", ':'),
              ElementsAre(desk.path() + "/conf/roles", desk.path() + "/home/mine", "/abs"));
  EXPECT_THAT(config.files("defaults", "inventory", ','), ElementsAre(desk.path() + "/h"));
}

TEST(AnsibleConfig, TakesPathsOfVariablesRelativeToTheWorkingDirectory) {
  Desk desk;
  desk.set("ANSIBLE_INVENTORY", "hosts,more");
  EXPECT_THAT(load().files("defaults", "inventory", ','),
              ElementsAre(desk.path() + "/hosts", desk.path() + "/more"));
}

TEST(AnsibleConfig, KnowsTheWordsForYes) {
  Desk desk;
  for (const char* yes : {"yes", "True", "1", "on", "t", "Y"}) {
    desk.set("ANSIBLE_BECOME", yes);
    EXPECT_TRUE(load().flag("privilege_escalation", "become", false)) << yes;
  }
  for (const char* no : {"no", "False", "0", "off", "perhaps"}) {
    desk.set("ANSIBLE_BECOME", no);
    EXPECT_FALSE(load().flag("privilege_escalation", "become", true)) << no;
  }
}

// The file of a large project, whole: nothing in it is worth a warning.
TEST(AnsibleConfig, ReadsWhatLargeProjectsWrite) {
  EXPECT_EQ(warnings_of("[ssh_connection]\npipelining=True\n"
                        "ssh_args = -o ControlMaster=auto -o ControlPersist=30m\n"
                        "[defaults]\nforce_valid_group_names = ignore\nhost_key_checking=False\n"
                        "gathering = smart\nfact_caching = jsonfile\nfact_caching_timeout = 86400\n"
                        "timeout = 300\nstdout_callback = default\ndisplay_skipped_hosts = no\n"
                        "library = ./library\ncallbacks_enabled = profile_tasks,ara_default\n"
                        "roles_path = roles:/usr/share/kubespray/roles\n"
                        "deprecation_warnings=False\n"
                        "inventory_ignore_extensions = ~, .orig, .bak\n"
                        "[inventory]\nignore_patterns = artifacts, credentials\n"),
            "");
}

TEST(AnsibleConfig, NamesTheNearestKey) {
  EXPECT_EQ(warnings_of("[defaults]\nrole_path = roles\n"),
            "ansible.cfg:2:1: warning: nothing is known about 'role_path' in [defaults]\n"
            "    2 | role_path = roles\n"
            "      | ^\n"
            "hint: did you mean 'roles_path'?\n");
}

TEST(AnsibleConfig, SaysThatAKeyStandsInAnotherSection) {
  EXPECT_EQ(warnings_of("[defaults]\nbecome = true\n"),
            "ansible.cfg:2:1: warning: nothing is known about 'become' in [defaults]\n"
            "    2 | become = true\n"
            "      | ^\n"
            "hint: it belongs to [privilege_escalation]\n");
}

TEST(AnsibleConfig, SaysThatAKeyStandsTwice) {
  EXPECT_EQ(warnings_of("[defaults]\nforks = 5\nforks = 50\n"),
            "ansible.cfg:3:1: warning: 'forks' stands here a second time, the last one counts\n"
            "    3 | forks = 50\n"
            "      | ^\n"
            "ansible.cfg:2:1: it stood here before\n");
}

TEST(AnsibleConfig, SaysWhatHasNoEffectHere) {
  EXPECT_EQ(warnings_of("[defaults]\nhash_behaviour = merge\njinja2_native = no\n"),
            "ansible.cfg:2:1: warning: 'hash_behaviour = merge' has no effect here: a variable is "
            "replaced whole, also a dict\n"
            "    2 | hash_behaviour = merge\n"
            "      | ^\n");
}

TEST(AnsibleConfig, RefusesALineThatIsNeither) {
  Desk desk;
  desk.write("ansible.cfg", "[defaults]\nforks\n");
  const Spoken spoken = speak({"run", "site.yml"});
  EXPECT_EQ(spoken.status, 4);
  EXPECT_EQ(spoken.errors,
            "ansible.cfg:2:1: error: this is neither a [section] nor 'key = value'\n"
            "    2 | forks\n"
            "      | ^\n");
}

TEST(AnsibleConfig, RefusesANumberThatIsNone) {
  Desk desk;
  desk.write("ansible.cfg", "[defaults]\nforks = many\n");
  const Spoken spoken = speak({"run", "site.yml"});
  EXPECT_EQ(spoken.status, 4);
  EXPECT_EQ(spoken.errors,
            "ansible.cfg:2:1: error: 'forks' must be a whole number, not 'many'\n"
            "    2 | forks = many\n"
            "      | ^\n");
}

}  // namespace
}  // namespace provisioner::cli
