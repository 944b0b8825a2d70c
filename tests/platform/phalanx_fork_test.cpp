// P-13: Phalanx's own command over a copy of a fork. The checkout is real git's; a double of the
// command writes down what it was asked and sees.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/front/platform/gates_phalanx.h"

namespace provisioner::platform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PhalanxForkGate : public testing::Test {
 protected:
  PhalanxForkGate() {
    write("checkout/environments/values.yaml", "fork: true\n");
    write("checkout/environments/values-old.yaml", "name: old\n");
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"init", "--quiet"},
          {"add", "--all"},
          {"-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "one"}}) {
      std::vector<std::string> argv = {"git", "-C", path("checkout")};
      argv.insert(argv.end(), words.begin(), words.end());
      os::run_checked({.argv = argv});
    }
    write("checkout/environments/values.yaml", "fork: changed, and not committed\n");
  }

  void write(const std::string& name, const std::string& text, unsigned mode = 0644) {
    os::make_directories(os::parent_of(path(name)));
    os::write_file(path(name), text, mode);
  }
  std::string path(const std::string& name) const { return os::join_path(place_.path(), name); }
  // It objects to what is asked by these words, and tells all that it was asked.
  void have_command(const std::string& objects_to) {
    write("checkout/.venv/bin/phalanx",
          "#!/bin/sh\necho \"$* ($(cat environments/values.yaml) $(cat "
          "environments/values-one.yaml) ${VAULT_TOKEN:-none}) $(helm)\" >>" +
              path("asked") + "\nif [ \"$1 $2\" = '" + objects_to +
              "' ]; then echo 'Error: unknown application nosuch'; exit 1; fi\n",
          0755);
    write("programs/helm", "#!/bin/sh\necho our helm\n", 0755);
  }
  PhalanxFork fork(const std::string& token = "") const {
    return {.checkout = path("checkout"),
            .environment = "one",
            .programs = path("programs"),
            .files = {{"phalanx/environments/values-one.yaml", "name: one"},
                      {"phalanx/install.sh", "echo no file of the fork's"}},
            .token = token.empty() ? base::Secret() : base::Secret(token)};
  }

  os::TemporaryDirectory place_;
};

std::vector<std::string> told_by(const std::vector<gates::Line>& lines) {
  std::vector<std::string> texts;
  for (const gates::Line& line : lines)
    texts.push_back(line.kind == gates::Line::Kind::right ? line.what : "wrong: " + line.why);
  return texts;
}

TEST_F(PhalanxForkGate, LaysTheBundleOverWhatIsCommittedAndAsksTheForksOwnCommand) {
  have_command("nothing");
  EXPECT_THAT(told_by(lines_of(fork())),
              ElementsAre("'phalanx environment lint' has nothing against it",
                          "'phalanx environment template' has nothing against it"));
  EXPECT_EQ(os::require_file(path("asked")),
            "environment lint one (fork: true name: one none) our helm\n"
            "environment template one (fork: true name: one none) our helm\n");
  EXPECT_FALSE(os::is_file(path("checkout/environments/values-one.yaml")));
}

TEST_F(PhalanxForkGate, NamesWhatTheCommandObjectsTo) {
  have_command("environment lint");
  EXPECT_THAT(told_by(lines_of(fork())),
              ElementsAre("wrong: 'phalanx environment lint' objects: Error: unknown application "
                          "nosuch",
                          "'phalanx environment template' has nothing against it"));
}

TEST_F(PhalanxForkGate, TakesARepositoryOutOfReachForNothingThatWasLookedAt) {
  write("checkout/.venv/bin/phalanx",
        "#!/bin/sh\necho 'Error: looks like \"https://charts.example.org\" is not a valid chart "
        "repository or cannot be reached: Get: dial tcp: lookup charts.example.org' >&2\nexit 1\n",
        0755);
  const auto lines = lines_of(fork());
  ASSERT_EQ(lines.size(), 2U);
  for (const gates::Line& line : lines) {
    EXPECT_EQ(line.kind, gates::Line::Kind::lack);
    EXPECT_THAT(line.what, HasSubstr("' does not reach what it needs: Error: looks like"));
  }
}

TEST_F(PhalanxForkGate, HasSecretsAuditedByATokenOfVaults) {
  have_command("secrets audit");
  const auto lines = lines_of(fork("token-4711"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(told_by(lines).back(),
            "wrong: 'phalanx secrets audit' objects: Error: unknown application nosuch");
  EXPECT_THAT(lines.back().hint, HasSubstr("phalanx secrets sync"));
  EXPECT_THAT(os::require_file(path("asked")),
              HasSubstr("secrets audit one (fork: true name: one token-4711)"));
}

TEST_F(PhalanxForkGate, SaysThatThereIsNoCommandOrNoCheckout) {
  try {
    lines_of(fork());
    FAIL() << "it found a command";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "the program 'phalanx' is neither in '" + path("checkout") +
                                   "/.venv/bin' nor on the path of this controller");
    EXPECT_THAT(error.hint(), HasSubstr("pip install . in the checkout"));
  }
  PhalanxFork none = fork();
  none.checkout = path("nowhere");
  EXPECT_THROW(lines_of(none), base::Error);
}

}  // namespace
}  // namespace provisioner::platform
