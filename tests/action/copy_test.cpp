#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/action/act.h"

namespace provisioner::action {
namespace {

using testing::ElementsAre;
using value::Dict;
using value::List;
using value::Value;

class Copy : public testing::Test {
 protected:
  Copy() {
    act.folders = {controller.path()};
    act.node.files.put("/srv", host::FileType::directory, "", 0755);
  }

  std::string on_controller(const std::string& name, const std::string& text, mode_t mode = 0644) {
    const std::string path = os::join_path(controller.path(), name);
    os::make_directories(os::parent_of(path));
    os::write_file(path, text, mode);
    return path;
  }
  std::string on_node(const std::string& path) const {
    const auto* found = act.node.files.find(path, host::Follow::yes);
    return found == nullptr ? "<nothing>" : found->content;
  }
  std::uint32_t mode_on_node(const std::string& path) const {
    return act.node.files.find(path, host::Follow::yes)->status.mode;
  }

  os::TemporaryDirectory controller;
  Act act;
};

TEST_F(Copy, WritesATextInOneCall) {
  const Result result = act.run("copy", {{"content", "hello\n"}, {"dest", "/srv/a"}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(on_node("/srv/a"), "hello\n");
  EXPECT_THAT(act.asked, ElementsAre("copy"));
}

TEST_F(Copy, LeavesTheFileAloneWhenItIsThere) {
  act.run("copy", {{"content", "hello\n"}, {"dest", "/srv/a"}});
  const Result again = act.run("copy", {{"content", "hello\n"}, {"dest", "/srv/a"}});
  EXPECT_EQ(again.outcome.ending, wire::Ending::ok);
}

TEST_F(Copy, WritesADictAsJson) {
  act.run("copy",
          {{"content", Dict{{"a", 1}, {"b", List{true, Value()}}}}, {"dest", "/srv/a.json"}});
  EXPECT_EQ(on_node("/srv/a.json"), R"({"a": 1, "b": [true, null]})");
}

TEST_F(Copy, WritesOtherContentAsPythonWould) {
  act.run("copy", {{"content", true}, {"dest", "/srv/a"}});
  EXPECT_EQ(on_node("/srv/a"), "True");
}

TEST_F(Copy, FindsAFileInTheFilesFolder) {
  on_controller("files/motd", "welcome");
  const Result result = act.run("copy", {{"src", "motd"}, {"dest", "/srv/"}});
  EXPECT_EQ(on_node("/srv/motd"), "welcome");
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "dest", ""), "/srv/motd");
}

TEST_F(Copy, KeepsTheModeWhenAskedTo) {
  on_controller("files/tool", "#!/bin/sh\n", 0750);
  act.run("copy", {{"src", "tool"}, {"dest", "/srv/tool"}, {"mode", "preserve"}});
  EXPECT_EQ(mode_on_node("/srv/tool"), 0750U);
}

TEST_F(Copy, SendsALargeFileOnlyIfItDiffers) {
  on_controller("files/large", std::string(100'000, 'x'));
  act.run("copy", {{"src", "large"}, {"dest", "/srv/large"}});
  EXPECT_THAT(act.asked, ElementsAre("copy?", "copy"));
  EXPECT_EQ(act.bytes_sent, 100'000U);
  act.asked.clear();
  const Result again = act.run("copy", {{"src", "large"}, {"dest", "/srv/large"}});
  EXPECT_THAT(act.asked, ElementsAre("copy?"));
  EXPECT_EQ(act.bytes_sent, 100'000U);
  EXPECT_EQ(again.outcome.ending, wire::Ending::ok);
}

TEST_F(Copy, SendsNothingLargeInCheckMode) {
  on_controller("files/large", std::string(100'000, 'x'));
  act.check = true;
  const Result result = act.run("copy", {{"src", "large"}, {"dest", "/srv/large"}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(act.bytes_sent, 0U);
  EXPECT_EQ(on_node("/srv/large"), "<nothing>");
}

TEST_F(Copy, ShowsADiffOfAMiddlingFile) {
  on_controller("files/middling", std::string(50'000, 'x'));
  act.diff = true;
  const Result result = act.run("copy", {{"src", "middling"}, {"dest", "/srv/middling"}});
  ASSERT_FALSE(result.outcome.differences.empty());
  EXPECT_EQ(result.outcome.differences.front().after.size(), 50'000U);
}

TEST_F(Copy, TakesADirectoryWithItsNameOrOnlyWhatIsInIt) {
  on_controller("files/tree/a", "1");
  on_controller("files/tree/sub/b", "2");
  act.run("copy", {{"src", "tree"}, {"dest", "/srv/whole"}});
  act.run("copy", {{"src", "tree/"}, {"dest", "/srv/inside"}});
  EXPECT_EQ(on_node("/srv/whole/tree/sub/b"), "2");
  EXPECT_EQ(on_node("/srv/inside/a"), "1");
}

TEST_F(Copy, SaysThatADirectoryIsAllThere) {
  on_controller("files/tree/a", "1");
  on_controller("files/tree/sub/b", "2");
  act.run("copy", {{"src", "tree/"}, {"dest", "/srv/inside"}});
  const Result again = act.run("copy", {{"src", "tree/"}, {"dest", "/srv/inside"}});
  EXPECT_EQ(again.outcome.ending, wire::Ending::ok);
  EXPECT_EQ(value::text_or(Value(again.outcome.result), "dest", ""), "/srv/inside/");
}

TEST_F(Copy, MakesEmptyDirectoriesToo) {
  os::make_directories(os::join_path(controller.path(), "files/tree/empty"));
  act.run("copy", {{"src", "tree/"}, {"dest", "/srv/inside"}, {"directory_mode", "0700"}});
  EXPECT_EQ(mode_on_node("/srv/inside/empty"), 0700U);
}

TEST_F(Copy, MasksTheContentInTheInvocation) {
  const Result result = act.run("copy", {{"content", "s3cret-s3cret"}, {"dest", "/srv/a"}});
  const Value whole(result.outcome.result);
  EXPECT_EQ(value::text_or(*whole.find("invocation")->find("module_args"), "content", ""),
            "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER");
}

TEST_F(Copy, CopiesOnTheNodeItself) {
  act.node.files.put("/srv/from", host::FileType::file, "there", 0644);
  act.run("copy", {{"src", "/srv/from"}, {"dest", "/srv/to"}, {"remote_src", true}});
  EXPECT_EQ(on_node("/srv/to"), "there");
}

struct Refusal {
  const char* name;
  Dict arguments;
  std::string message;
};

class CopyRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(CopyRefusal, SaysWhy) {
  Act act;
  act.node.files.put("/srv", host::FileType::directory, "", 0755);
  const Result result = act.run("copy", GetParam().arguments);
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_EQ(value::text_or(Value(result.outcome.result), "msg", ""), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(Cases, CopyRefusal,
                         testing::Values(Refusal{"TextIntoADirectoryByName",
                                                 {{"content", "x"}, {"dest", "/srv/"}},
                                                 "can not use content with a dir as dest"},
                                         Refusal{"TextIntoADirectoryThatIsThere",
                                                 {{"content", "x"}, {"dest", "/srv"}},
                                                 "can not use content with a dir as dest"}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_F(Copy, NamesEveryPlaceItLookedAt) {
  try {
    act.run("copy", {{"src", "nope"}, {"dest", "/srv/a"}});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(),
              "Could not find or access 'nope'\nSearched in:\n\t" + controller.path() +
                  "/files/nope\n\t" + controller.path() +
                  "/nope on the Ansible Controller.\nIf you are using a module and expect the file "
                  "to exist on the remote, see the remote_src option");
  }
}

}  // namespace
}  // namespace provisioner::action
