// The options of `run`: ansible-playbook's flags with ansible-playbook's meaning.

#include "provisioner/front/cli/run_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "provisioner/base/base/error.h"
#include "provisioner/language/inventory/inventory.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::ElementsAre;

RunWords parsed(std::vector<std::string> words) {
  RunWords parsed;
  CLI::App app;
  add_run_options(app, parsed);
  std::reverse(words.begin(), words.end());
  app.parse(words);
  return parsed;
}

run::Options options_of(const std::vector<std::string>& words) {
  base::Diagnostics diagnostics;
  return run_options(parsed(words), AnsibleConfig::load(diagnostics), diagnostics);
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    options_of(words);
  } catch (const base::Error& error) {
    return error.render();
  }
  return "";
}

// Each as `ansible-playbook --help` of 2.14 names it.
TEST(RunWords, KnowEveryFlagOfAnsiblePlaybook) {
  for (const std::string flag : {"-v",
                                 "--verbose",
                                 "-k",
                                 "--ask-pass",
                                 "--force-handlers",
                                 "--flush-cache",
                                 "-b",
                                 "--become",
                                 "-K",
                                 "--ask-become-pass",
                                 "-C",
                                 "--check",
                                 "--syntax-check",
                                 "-D",
                                 "--diff",
                                 "--list-hosts",
                                 "--ask-vault-password",
                                 "--ask-vault-pass",
                                 "-J",
                                 "--list-tasks",
                                 "--list-tags",
                                 "--step"})
    EXPECT_NO_THROW(parsed({flag, "site.yml"})) << flag;
  for (const std::string option : {"--private-key",
                                   "--key-file",
                                   "-u",
                                   "--user",
                                   "--ssh-common-args",
                                   "--sftp-extra-args",
                                   "--scp-extra-args",
                                   "--ssh-extra-args",
                                   "--connection-password-file",
                                   "--conn-pass-file",
                                   "--become-user",
                                   "--become-password-file",
                                   "--become-pass-file",
                                   "-t",
                                   "--tags",
                                   "--skip-tags",
                                   "-i",
                                   "--inventory",
                                   "--inventory-file",
                                   "-l",
                                   "--limit",
                                   "-e",
                                   "--extra-vars",
                                   "--vault-id",
                                   "--vault-password-file",
                                   "--vault-pass-file",
                                   "-M",
                                   "--module-path",
                                   "--start-at-task"})
    EXPECT_NO_THROW(parsed({option, "x", "site.yml"})) << option;
  for (const std::string connection : {"-c", "--connection"})
    EXPECT_NO_THROW(parsed({connection, "local", "site.yml"})) << connection;
  EXPECT_NO_THROW(parsed({"--become-method", "su", "site.yml"}));
  for (const std::string number : {"-T", "--timeout", "-f", "--forks"})
    EXPECT_NO_THROW(parsed({number, "7", "site.yml"})) << number;
}

TEST(RunWords, TakeShortFlagsTogetherAndValuesGluedOn) {
  const RunWords words = parsed({"-bDvvv", "-f7", "-uadmin", "-ex=1", "site.yml"});
  EXPECT_TRUE(words.become && words.diff);
  EXPECT_EQ(words.verbosity, 3);
  EXPECT_EQ(words.forks, 7);
  EXPECT_EQ(words.user, "admin");
  EXPECT_THAT(words.extra_vars, ElementsAre("x=1"));
}

TEST(RunWords, KeepListsOfExtraVariablesAsTheyWereTyped) {
  EXPECT_THAT(parsed({"-e", "[1,2]", "-e", "{\"a\": [1, 2]}", "site.yml"}).extra_vars,
              ElementsAre("[1,2]", "{\"a\": [1, 2]}"));
}

TEST(RunWords, TakeOptionsBehindThePlaybooks) {
  const RunWords words =
      parsed({"a.yml", "b.yml", "-i", "one,", "-i", "two,", "-l", "x", "-l", "y"});
  EXPECT_THAT(words.playbooks, ElementsAre("a.yml", "b.yml"));
  EXPECT_THAT(words.inventories, ElementsAre("one,", "two,"));
  EXPECT_EQ(words.limit, "y");
}

TEST(RunOptions, JoinTagsOfAllWords) {
  const Desk desk;
  const run::Options options = options_of({"-t", "a,b", "-t", "c", "--skip-tags", "d, e", "s.yml"});
  EXPECT_THAT(options.tags, ElementsAre("a", "b", "c"));
  EXPECT_THAT(options.skip_tags, ElementsAre("d", "e"));
}

TEST(RunOptions, ReadExtraVariablesInEveryForm) {
  Desk desk;
  desk.write("more.yml", "from_file: [1, 2]\nlast: file\n");
  const value::Dict extra = options_of({"-e", "a=1 b='two words'", "-e", "{\"c\": true}", "-e",
                                        "@more.yml", "-e", "last=word", "s.yml"})
                                .extra_vars;
  EXPECT_EQ(*extra.find("a"), value::Value("1"));
  EXPECT_EQ(*extra.find("b"), value::Value("two words"));
  EXPECT_EQ(*extra.find("c"), value::Value(true));
  EXPECT_EQ(*extra.find("from_file"), value::Value(value::List{1, 2}));
  EXPECT_EQ(*extra.find("last"), value::Value("word"));
}

TEST(RunOptions, WarnOfDoubledExtraVariablesInAFile) {
  Desk desk;
  desk.write("more.yml", "a: 1\na: 2\n");
  base::Diagnostics diagnostics;
  const value::Dict extra =
      run_options(parsed({"-e", "@more.yml", "s.yml"}), AnsibleConfig::load(diagnostics), diagnostics)
          .extra_vars;
  EXPECT_EQ(*extra.find("a"), value::Value(2));
  ASSERT_EQ(diagnostics.warnings().size(), 1U);
  EXPECT_EQ(diagnostics.warnings().front().pos().line, 2U);
}

TEST(RunOptions, RefuseExtraVariablesThatAreNone) {
  const Desk desk;
  EXPECT_EQ(refusal({"-e", "nonsense", "s.yml"}),
            "error: -e takes key=value words, a JSON object or @file, not 'nonsense'");
}

TEST(RunOptions, RefuseToAskBeforeEachTask) {
  const Desk desk;
  EXPECT_EQ(refusal({"--step", "s.yml"}),
            "error: --step is not there\nhint: see what would change by: provisioner plan, or run "
            "parts of it with --tags and --start-at-task");
}

TEST(RunOptions, LetThePlanCheckAndDiffer) {
  const Desk desk;
  RunWords words = parsed({"s.yml"});
  words.is_plan = true;
  base::Diagnostics diagnostics;
  const run::Options options = run_options(words, AnsibleConfig::load(diagnostics), diagnostics);
  EXPECT_TRUE(options.check && options.diff && options.is_plan);
}

TEST(RunOptions, LetWordsStandOverTheConfiguration) {
  Desk desk;
  desk.write("ansible.cfg", "[defaults]\nremote_user = cfg\nforks = 3\ntimeout = 4\n");
  const run::Options by_file = options_of({"s.yml"});
  EXPECT_EQ(by_file.remote_user, "cfg");
  EXPECT_EQ(by_file.forks, 3);
  EXPECT_EQ(by_file.timeout, 4);
  desk.set("ANSIBLE_REMOTE_USER", "env");
  EXPECT_EQ(options_of({"s.yml"}).remote_user, "env");
  const run::Options by_word = options_of({"-u", "word", "-f", "9", "-T", "5", "s.yml"});
  EXPECT_EQ(by_word.remote_user, "word");
  EXPECT_EQ(by_word.forks, 9);
  EXPECT_EQ(by_word.timeout, 5);
}

TEST(RunOptions, ReadPasswordsFromFiles) {
  Desk desk;
  desk.write("become", "sudo me\n");
  desk.write("ssh", "#!/bin/sh\necho from a program\n", 0755);
  const run::Options options = options_of(
      {"--become-password-file", "become", "--connection-password-file", "./ssh", "s.yml"});
  EXPECT_EQ(options.become_password.reveal(), "sudo me");
  EXPECT_EQ(options.connection_password.reveal(), "from a program");
}

TEST(RunOptions, ReadVaultPasswordsByLabel) {
  Desk desk;
  desk.write("prod.txt", "opens-prod\n");
  desk.write("plain.txt", "opens-plain\n");
  const auto secrets =
      options_of({"--vault-id", "prod@prod.txt", "--vault-password-file", "plain.txt", "s.yml"})
          .vault_secrets;
  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_EQ(secrets[0].label, "prod");
  EXPECT_EQ(secrets[0].password.reveal(), "opens-prod");
  EXPECT_EQ(secrets[1].label, "default");
}

TEST(RunOptions, SayWhichPasswordFileIsMissingOrEmpty) {
  Desk desk;
  desk.write("empty", "\n");
  EXPECT_EQ(refusal({"--become-password-file", "absent", "s.yml"}),
            "error: there is no password file 'absent'");
  EXPECT_EQ(refusal({"--vault-password-file", "empty", "s.yml"}),
            "error: the password file 'empty' is empty");
}

TEST(RunOptions, SplitTheWordsForSshAsAShellDoes) {
  const Desk desk;
  EXPECT_THAT(options_of({"--ssh-common-args", "-o ProxyCommand='ssh -W %h:%p b' -J x", "s.yml"})
                  .ssh_common_args,
              ElementsAre("-o", "ProxyCommand=ssh -W %h:%p b", "-J", "x"));
}

}  // namespace
}  // namespace provisioner::cli
