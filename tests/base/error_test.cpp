#include "provisioner/base/base/error.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/secret.h"

namespace provisioner::base {
namespace {

Pos at(const std::string& text, std::uint32_t line, std::uint32_t column) {
  return {register_source("site.yml", text), line, column};
}

TEST(Error, ShowsPlaceLineCaretContextAndHint) {
  Error error(Kind::input, "there is no module 'pakage'", at("a\n  pakage: {}\n", 2, 3));
  error.add_context("while reading task 'x'", at("a\n  pakage: {}\n", 1, 1));
  error.set_hint("did you mean 'package'?");
  EXPECT_EQ(error.render(),
            "site.yml:2:3: error: there is no module 'pakage'\n"
            "    2 |   pakage: {}\n"
            "      |   ^\n"
            "site.yml:1:1: while reading task 'x'\n"
            "hint: did you mean 'package'?");
}

TEST(Error, StandsUnderTheLetterBehindTabsAndLongLetters) {
  EXPECT_EQ(Error(Kind::input, "here", at("\té: x\n", 1, 6)).render(),
            "site.yml:1:6: error: here\n"
            "    1 | \té: x\n"
            "      | \t   ^");
}

TEST(Error, ShowsNoSecretOfALine) {
  EXPECT_EQ(Error(Kind::input, "here", at("db_password: hunter2\n", 1, 1)).render(),
            "site.yml:1:1: error: here\n"
            "    1 | db_password: ********\n"
            "      | ^");
  EXPECT_EQ(Error(Kind::input, "here", at("db_password: hunter2\n", 1, 16)).render(),
            "site.yml:1:16: error: here");
}

// The line as it is shown where an error stands at its beginning.
std::string shown_line(const std::string& line) {
  const std::string text = Error(Kind::input, "here", at(line + "\n", 1, 1)).render();
  const std::size_t begin = text.find(" | ") + 3;
  return text.substr(begin, text.find('\n', begin) - begin);
}

TEST(Error, ShowsBehindAKeyOfSecretsWhatCanBeNone) {
  for (const char* line :
       {"external_secrets: true", "external_secrets: False", "client_secret: null", "secret: ~",
        "external_secrets: platform", "external_secrets: provisioner", "external_secrets: site",
        "{external_secrets: absent, ingress: site}", "[{secret: no}]", "{secret: , a: b}",
        "{\"secret\": true}", "become_password: ", "secrets:", "use_token=yes"})
    EXPECT_EQ(shown_line(line), line);
}

TEST(Error, HidesBehindAKeyOfSecretsAllThatCanBeOne) {
  for (const auto& [line, shown] : std::vector<std::pair<std::string, std::string>>{
           {"secret: hunter2", "secret: "},
           {"secret: 4711", "secret: "},
           {"secret: truely", "secret: "},
           {"secret: true enough", "secret: "},
           {"secret: true, enough", "secret: "},
           {"secret: \"true\"", "secret: \""},
           {"secret: 'no", "secret: '"},
           {"secret: {a: hunter2}", "secret: "},
           {"secret: true # not hunter2", "secret: true "},
           {"secret: # hunter2", "secret: "},
           {"db_password: platform", "db_password: "},
           {"{a: [b], secret: site hunter2}", "{a: [b], secret: "},
           {"{external_secrets: true, client_secret: hunter2}",
            "{external_secrets: true, client_secret: "}})
    EXPECT_EQ(shown_line(line), shown + "********");
}

TEST(Error, ShowsNoLineOfAVault) {
  const Pos pos{register_source(Source{"vault.yml", "a: b\n", true}), 1, 1};
  EXPECT_EQ(Error(Kind::input, "here", pos).render(), "vault.yml:1:1: error: here");
}

TEST(Error, LetsNoLineReachATerminalAsItIs) {
  EXPECT_EQ(Error(Kind::input, "here", at("a\x1b[31m\n", 1, 1)).render(),
            "site.yml:1:1: error: here\n"
            "    1 | a\\x1b[31m\n"
            "      | ^");
}

TEST(Error, LetsNoWordReachATerminalAsItIs) {
  Error error(Kind::input, "there is no suite '\x1b[31m'", at("a\n", 7, 1));
  error.add_context("while reading '\xff'").set_hint("did you mean '\x07'?\nsee the manual");

  EXPECT_EQ(error.render(),
            "site.yml:7:1: error: there is no suite '\\x1b[31m'\n"
            "while reading '\\xff'\n"
            "hint: did you mean '\\x07'?\n"
            "see the manual");
}

TEST(Error, SurvivesAPlaceThatIsNotThere) {
  EXPECT_EQ(Error(Kind::input, "here", at("a\n", 7, 9)).render(), "site.yml:7:9: error: here");
  EXPECT_EQ(Error(Kind::bug, "nowhere").render(), "error: nowhere");
}

TEST(WhileDoing, AddsWhatWasDone) {
  try {
    while_doing("reading 'x'", {}, [] { throw Error(Kind::failed, "cannot"); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.render(), "error: cannot\nwhile reading 'x'");
  }
}

TEST(Diagnostics, TellsAllInOrderOfPlace) {
  Diagnostics diagnostics;
  diagnostics.add(Error(Kind::input, "third"));
  diagnostics.add(Error(Kind::input, "second", at("a\nb\n", 2, 1)));
  diagnostics.add(Error(Kind::input, "first", at("a\nb\n", 1, 1)));
  EXPECT_EQ(diagnostics.render(", nothing was changed"),
            "site.yml:1:1: error: first\n    1 | a\n      | ^\n\n"
            "site.yml:2:1: error: second\n    2 | b\n      | ^\n\n"
            "error: third\n\n3 errors, nothing was changed");
}

TEST(Secret, IsHiddenInEveryFormItMayTake) {
  const Secret secret("correct horse");
  EXPECT_EQ(redact("say correct horse!"), "say ***!");
  EXPECT_EQ(redact("base64 Y29ycmVjdCBob3JzZQ=="), "base64 ***");
  EXPECT_EQ(redact("url correct%20horse"), "url ***");
  EXPECT_EQ(redact("hex 636f727265637420686f727365"), "hex ***");
  EXPECT_TRUE(holds_secret("xcorrect horsex"));
  EXPECT_FALSE(holds_secret("correct"));
}

TEST(Secret, HidesNoOrdinaryText) {
  const Secret shortest("abc");
  EXPECT_EQ(redact("abc"), "abc");
}

}  // namespace
}  // namespace provisioner::base
