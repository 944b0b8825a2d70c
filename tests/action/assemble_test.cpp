#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "tests/action/act.h"

namespace provisioner::action {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using value::Value;

class Assemble : public testing::Test {
 protected:
  Assemble() {
    act.folders = {controller.path()};
    act.node.files.put("/srv", host::FileType::directory, "", 0755);
    for (const auto& [name, text] : {std::pair("20-b.conf", "b\n"), std::pair("10-a.conf", "a"),
                                     std::pair(".hidden", "h\n"), std::pair("readme", "r\n")})
      fragment(name, text);
    os::make_directories(os::join_path(controller.path(), "files/parts/15-directory"));
  }

  void fragment(const std::string& name, const std::string& text) {
    const std::string path = os::join_path(controller.path(), "files/parts/" + name);
    os::make_directories(os::parent_of(path));
    os::write_file(path, text, 0644);
  }
  std::string on_node(const std::string& path) const {
    const auto* found = act.node.files.find(path, host::Follow::yes);
    return found == nullptr ? "<nothing>" : found->content;
  }

  os::TemporaryDirectory controller;
  Act act;
};

TEST_F(Assemble, JoinsTheFragmentsOfTheController) {
  const Result result = act.run("assemble", {{"src", "parts"},
                                             {"dest", "/srv/whole"},
                                             {"remote_src", false},
                                             {"regexp", "conf$"},
                                             {"mode", "0600"}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(on_node("/srv/whole"), "a\nb\n");
  EXPECT_EQ(act.node.files.find("/srv/whole", host::Follow::yes)->status.mode, 0600U);
  EXPECT_THAT(act.asked, ElementsAre("copy"));
}

TEST_F(Assemble, LeavesTheFileAloneWhenItIsThere) {
  const value::Dict arguments{{"src", "parts"}, {"dest", "/srv/whole"}, {"remote_src", false}};
  act.run("assemble", arguments);
  const Result again = act.run("assemble", arguments);
  EXPECT_EQ(again.outcome.ending, wire::Ending::ok);
  EXPECT_EQ(value::text_or(Value(again.outcome.result), "dest", ""), "/srv/whole");
  EXPECT_EQ(value::text_or(Value(again.outcome.result), "md5sum", "").size(), 32U);
  EXPECT_FALSE(again.outcome.result.has("path"));
}

// As Ansible's action has it: a newline behind the delimiter, also where that ends with one.
TEST_F(Assemble, PutsADelimiterBetweenTheFragments) {
  act.run("assemble", {{"src", "parts"},
                       {"dest", "/srv/whole"},
                       {"remote_src", false},
                       {"ignore_hidden", true},
                       {"delimiter", "# --\\n"}});
  EXPECT_EQ(on_node("/srv/whole"), "a\n# --\n\nb\n# --\n\nr\n");
}

TEST_F(Assemble, RefusesWhatIsNoDirectory) {
  const Result result =
      act.run("assemble", {{"src", "parts/readme"}, {"dest", "/srv/whole"}, {"remote_src", false}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_THAT(value::text_or(Value(result.outcome.result), "msg", ""),
              HasSubstr("parts/readme) is not a directory"));
}

TEST_F(Assemble, LeavesTheFragmentsOfTheNodeToTheNode) {
  act.node.files.put("/parts", host::FileType::directory, "", 0755);
  act.node.files.put("/parts/a", host::FileType::file, "on the node\n", 0644);
  act.run("assemble", {{"src", "/parts"}, {"dest", "/srv/whole"}});
  EXPECT_EQ(on_node("/srv/whole"), "on the node\n");
  EXPECT_THAT(act.asked, ElementsAre("assemble"));
}

}  // namespace
}  // namespace provisioner::action
