#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "tests/action/act.h"

namespace provisioner::action {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using value::Dict;
using value::Value;

// A node whose curl answers what the server has, and remembers what it was told.
class GetUrl : public testing::Test {
 protected:
  GetUrl() {
    act.node.files.put("/srv", host::FileType::directory, "", 0755);
    act.on_call = [this](const CallModule& call) -> std::optional<Reply> {
      if (call.module != "command") return std::nullopt;
      orders = value::text_or(Value(call.arguments), "stdin", "");
      words.clear();
      for (const Value& word : call.arguments.find("argv")->list()) words.push_back(word.text());
      Reply reply;
      if (!served) {
        reply.outcome.ending = wire::Ending::failed;
        reply.outcome.result = Dict{{"stderr", "curl: (22) The requested URL returned error: 404"}};
        return reply;
      }
      const std::size_t start = orders.find("output = \"") + 10;
      act.node.files.put(orders.substr(start, orders.find('"', start) - start),
                         host::FileType::file, *served, 0644);
      reply.outcome.ending = wire::Ending::changed;
      return reply;
    };
  }

  Dict arguments(const std::string& checksum = "") const {
    return {{"url", "https://example.org/files/tool?x=1"},
            {"dest", "/srv/tool"},
            {"checksum", checksum},
            {"mode", "0755"}};
  }
  std::string on_node(const std::string& path) const {
    const auto* found = act.node.files.find(path, host::Follow::yes);
    return found == nullptr ? "<nothing>" : found->content;
  }

  std::optional<std::string> served = "program";
  std::string orders;
  std::vector<std::string> words;
  Act act;
};

const std::string right = "sha256:" + crypto::sha256("program");

TEST_F(GetUrl, PutsTheFileInItsPlace) {
  const Result result = act.run("get_url", arguments(right));
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(on_node("/srv/tool"), "program");
  EXPECT_EQ(act.node.files.find("/srv/tool", host::Follow::yes)->status.mode, 0755U);
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "msg", ""), "OK (7 bytes)");
  EXPECT_THAT(words, ElementsAre("curl", "--fail", "--silent", "--show-error", "--location",
                                 "--connect-timeout", "10", "--speed-limit", "1", "--speed-time",
                                 "10", "--config", "-"));
}

TEST_F(GetUrl, FetchesNothingWhereTheFileIsThere) {
  act.run("get_url", arguments(right));
  act.asked.clear();
  const Result again = act.run("get_url", arguments(right));
  EXPECT_EQ(again.outcome.ending, wire::Ending::ok);
  EXPECT_EQ(value::text_or(Value(again.outcome.result), "msg", ""), "file already exists");
  EXPECT_THAT(act.asked, ElementsAre("stat", "file"));
}

TEST_F(GetUrl, LeavesTheOldFileWhereTheNewOneIsAnother) {
  act.run("get_url", arguments(right));
  served = "altered";
  const std::string wanted = crypto::sha256("newer");
  const Result result = act.run("get_url", arguments("sha256:" + wanted));
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "msg", ""),
            "The checksum for /srv/tool did not match " + wanted + "; it was " +
                crypto::sha256("altered") + ".");
  EXPECT_EQ(on_node("/srv/tool"), "program");
}

TEST_F(GetUrl, SaysWhatTheServerAnswers) {
  served.reset();
  const Result result = act.run("get_url", arguments(right));
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_THAT(value::text_or(Value(result.outcome.result), "msg", ""), HasSubstr("404"));
  EXPECT_EQ(on_node("/srv/tool"), "<nothing>");
}

TEST_F(GetUrl, NamesAFileInAFolderAfterTheUrl) {
  Dict told = arguments(right);
  told.set("dest", "/srv");
  act.run("get_url", told);
  EXPECT_EQ(on_node("/srv/tool"), "program");
}

TEST_F(GetUrl, FetchesNothingInCheckMode) {
  act.check = true;
  const Result result = act.run("get_url", arguments(right));
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_THAT(act.asked, ElementsAre("stat"));
}

TEST_F(GetUrl, TellsPasswordsToCurlAndToNobodyElse) {
  Dict told = arguments();
  told.set("url_username", "alice");
  told.set("url_password", "s3\"cret");
  told.set("headers", Value(Dict{{"X-Token", "t0ken"}}));
  const Result result = act.run("get_url", told);
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_THAT(orders, HasSubstr("user = \"alice:s3\\\"cret\""));
  EXPECT_THAT(orders, HasSubstr("header = \"X-Token: t0ken\""));
  EXPECT_THAT(base::join(words, " "), Not(HasSubstr("cret")));
}

TEST_F(GetUrl, LetsNoLineOfAHeaderBecomeAnOrderToCurl) {
  Dict told = arguments();
  told.set("headers", Value(Dict{{"X-Token", "t0ken\noutput = \"/etc/passwd\""}}));
  const Result result = act.run("get_url", told);
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "msg", ""),
            "'headers' holds a line break or another control character");
  EXPECT_THAT(act.asked, testing::IsEmpty());
}

TEST_F(GetUrl, RefusesAChecksumThatIsNone) {
  const Result result = act.run("get_url", arguments("sha256=abc"));
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "msg", ""),
            "The checksum parameter has to be in format <algorithm>:<checksum>");
}

}  // namespace
}  // namespace provisioner::action
