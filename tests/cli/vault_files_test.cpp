// Files under a vault: what is wrong in one is told by its place, and no line of it is ever shown.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/os/files.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* play = "- hosts: localhost\n  connection: local\n  gather_facts: false\n";
constexpr const char* broken_variables = "user: alice\npin: four-two-four: 1\n";

class VaultFiles : public testing::Test {
 protected:
  VaultFiles() { desk_.write("pass", "opens\n"); }

  void seal(const std::string& name, const std::string& text) {
    desk_.write(name, crypto::seal_vault(text, {"default", base::Secret("opens")}, false));
  }
  void write_play(const std::string& rest) { desk_.write("site.yml", play + rest); }

  static std::string shown(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"run", "site.yml", "--vault-password-file", "pass"};
    words.insert(words.end(), more.begin(), more.end());
    return all_that_is_shown(words).out;
  }

  static void expect_hidden(const std::string& shown, const std::string& place) {
    EXPECT_THAT(shown, HasSubstr(place));
    EXPECT_THAT(shown, HasSubstr("error"));
    EXPECT_THAT(shown, Not(HasSubstr("four-two-four")));
  }

  Desk desk_;
};

TEST_F(VaultFiles, ThatAreGoodAreNotShownEither) {
  seal("secret.yml", "key: S3cr3t-Pa55\nuser: root\n");
  write_play(
      "  vars_files: [secret.yml]\n  tasks:\n    - debug: {msg: \"{{ key }} of {{ user }}\"}\n");
  EXPECT_THAT(shown({"-vvvv"}), HasSubstr("*** of root"));
}

TEST_F(VaultFiles, OfAPlayAreNotShown) {
  seal("secret.yml", broken_variables);
  write_play("  vars_files: [secret.yml]\n  tasks:\n    - debug: {msg: reached}\n");
  expect_hidden(shown(), "secret.yml:2:");
}

TEST_F(VaultFiles, ThatAPlayNamesByATemplateAreNotShown) {
  seal("secret.yml", broken_variables);
  write_play("  vars_files: [\"{{ 'secret' }}.yml\"]\n  tasks:\n    - debug: {msg: reached}\n");
  expect_hidden(shown(), "secret.yml:2:");
}

TEST_F(VaultFiles, OfATaskAreNotShown) {
  seal("secret.yml", broken_variables);
  write_play("  tasks:\n    - include_vars: secret.yml\n");
  expect_hidden(shown(), "secret.yml:2:");
}

TEST_F(VaultFiles, OfTheCommandLineAreNotShown) {
  seal("secret.yml", broken_variables);
  write_play("  tasks:\n    - debug: {msg: reached}\n");
  expect_hidden(shown({"-e", "@secret.yml"}), "secret.yml:2:");
}

TEST_F(VaultFiles, OfTasksAreNotShown) {
  seal("tasks.yml", "- debug: {msg: hello}\n- pign: {data: four-two-four}\n");
  write_play("  tasks:\n    - import_tasks: tasks.yml\n");
  expect_hidden(shown(), "tasks.yml:2:3: error: there is no module 'pign'");
}

TEST_F(VaultFiles, WhoseTemplatesFailAreNotShown) {
  seal("secret.yml", "user: alice\nlogin: \"{{ absent }} four-two-four\"\n");
  write_play("  vars_files: [secret.yml]\n  tasks:\n    - debug: {msg: \"{{ login }}\"}\n");
  expect_hidden(shown(), "secret.yml:2:12: error: 'absent' is undefined");
}

TEST_F(VaultFiles, ThatAreTemplatesAreNotShown) {
  seal("motd.j2", "Hello\n{{ absent }} four-two-four\n");
  write_play("  tasks:\n    - template: {src: motd.j2, dest: /nowhere/motd}\n");
  expect_hidden(shown(), "motd.j2:2:4: error: 'absent' is undefined");
}

TEST_F(VaultFiles, ThatAreNoTemplatesAreNotShown) {
  seal("motd.j2", "Hello\n{{ user four-two-four\n");
  write_play("  tasks:\n    - template: {src: motd.j2, dest: /nowhere/motd}\n");
  expect_hidden(shown(), "motd.j2:2:");
}

TEST_F(VaultFiles, ThatAreLookedUpAsTemplatesAreNotShown) {
  seal("motd.j2", "Hello\n{{ absent }} four-two-four\n");
  write_play("  tasks:\n    - debug: {msg: \"{{ lookup('template', 'motd.j2') }}\"}\n");
  expect_hidden(shown(), "motd.j2:2:4: error: 'absent' is undefined");
}

TEST_F(VaultFiles, ThatTemplatesIncludeAreNotShown) {
  seal("line.j2", "Hello\n{{ absent }} four-two-four\n");
  desk_.write("motd.j2", "{% include 'line.j2' %}\n");
  write_play("  tasks:\n    - template: {src: motd.j2, dest: /nowhere/motd}\n");
  expect_hidden(shown(), "line.j2:2:4: error: 'absent' is undefined");
}

// What is said of a doubled key where a play for two hosts names the file so.
std::string said_of_doubled_key(const Desk& desk, const std::string& name) {
  os::write_file("vars.yml", "size: 1\nsize: 2\n");
  os::write_file("site.yml",
                 "- hosts: all\n  connection: local\n  gather_facts: false\n  vars_files: [\"" +
                     name + "\"]\n  tasks:\n    - debug: {var: size}\n");
  return base::replace_all(all_that_is_shown({"run", "site.yml", "-i", "n1,n2,"}).out,
                           desk.path() + "/", "");
}

constexpr const char* doubled_key =
    "vars.yml:2:1: warning: the key 'size' stands here a second time, the last one counts\n"
    "    2 | size: 2\n"
    "      | ^\n"
    "vars.yml:1:1: it stood here before\n";

TEST(VariableFiles, TellOfADoubledKeyOnceForAllHosts) {
  const Desk desk;
  for (const char* name : {"vars.yml", "{{ 'vars' }}.yml"}) {
    const std::string said = said_of_doubled_key(desk, name);
    EXPECT_THAT(said, HasSubstr(doubled_key)) << name;
    EXPECT_EQ(said.find("a second time"), said.rfind("a second time")) << said;
  }
}

TEST(VariableFiles, TellOfADoubledKeyWhenTheyAreIncluded) {
  Desk desk;
  desk.write("vars.yml", "size: 1\nsize: 2\n");
  desk.write("site.yml", std::string(play) + "  tasks:\n    - include_vars: vars.yml\n");
  const Spoken spoken = all_that_is_shown({"run", "site.yml"});
  EXPECT_EQ(spoken.status, 0);
  EXPECT_THAT(base::replace_all(spoken.out, desk.path() + "/", ""), HasSubstr(doubled_key));
}

}  // namespace
}  // namespace provisioner::cli
