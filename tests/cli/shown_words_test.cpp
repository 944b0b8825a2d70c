// What a record keeps of a command line.

#include "provisioner/front/cli/shown_words.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/secret.h"

namespace provisioner::cli {
namespace {

TEST(ShownWords, CanBeGivenToAShellAgain) {
  EXPECT_EQ(shown_words({"run", "site.yml", "-l", "web & db"}),
            "provisioner run site.yml -l 'web & db'");
}

TEST(ShownWords, HideValuesOfExtraVariablesInEveryForm) {
  EXPECT_EQ(shown_words({"run", "-e", "k=v", "-ek=v", "-bKek=v", "-vve", "k=v", "--extra-vars",
                         "k=v", "--extra-vars=k=v", "s.yml"}),
            "provisioner run -e ... -e... -bKe... -vve ... --extra-vars ... --extra-vars=... "
            "s.yml");
}

TEST(ShownWords, ShowTheNamesOfFilesOfVariables) {
  EXPECT_EQ(shown_words({"run", "-e", "@v.yml", "-e@w.yml"}), "provisioner run -e @v.yml -e@w.yml");
}

TEST(ShownWords, LeaveOtherOptionsAlone) {
  EXPECT_EQ(shown_words({"run", "-i", "e,", "-ue", "k=v"}), "provisioner run -i e, -ue k=v");
}

TEST(ShownWords, MaskKnownSecrets) {
  const base::Secret secret("correct horse battery");
  EXPECT_EQ(shown_words({"run", "correct horse battery"}).find("horse"), std::string::npos);
}

}  // namespace
}  // namespace provisioner::cli
