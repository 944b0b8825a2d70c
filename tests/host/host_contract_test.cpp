// What every Host promises: one suite, run on the node in memory and on the real one (in a
// directory of its own).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "provisioner/base/os/files.h"
#include "provisioner/node/host/host_view.h"
#include "provisioner/node/host/local_host.h"
#include "tests/support/fake_host.h"

namespace provisioner::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Subject {
  std::shared_ptr<os::TemporaryDirectory> directory;  // of the real one
  std::shared_ptr<Host> host;
  std::string root;
};

Subject fake() {
  auto host = std::make_shared<support::FakeHost>();
  host->files.put("/root/t", FileType::directory, "", 0755);
  for (const char* program : {"true", "false"}) {
    const int status = std::string_view(program) == "true" ? 0 : 1;
    host->programs[program] = [status](support::FakeHost&, const Host::Command&) {
      CommandResult answer;
      answer.status = status;
      return answer;
    };
  }
  return {nullptr, host, "/root/t"};
}

Subject local() {
  auto directory = std::make_shared<os::TemporaryDirectory>("host-contract");
  return {directory, make_local_host(), directory->path()};
}

struct Named {
  const char* name;
  Subject (*make)();
};

class HostContract : public testing::TestWithParam<Named> {
 protected:
  std::string at(const std::string& name) const { return subject_.root + "/" + name; }
  Host& host() { return *subject_.host; }

  void write(const std::string& name, const std::string& text, wire::Attributes attributes = {}) {
    wire::WriteFile step;
    step.path = at(name);
    step.content.bytes = text;
    step.attributes = attributes;
    host().perform(step);
  }

  std::string failure_of(const wire::Step& step) {
    try {
      host().perform(step);
      return "";
    } catch (const base::Error& error) {
      return error.message();
    }
  }

 private:
  Subject subject_ = GetParam().make();
};

TEST_P(HostContract, SaysNothingOfWhatIsNotThere) {
  EXPECT_FALSE(host().status(at("none"), Follow::no).has_value());
  EXPECT_FALSE(host().read_file(at("none"), 100).has_value());
  EXPECT_FALSE(host().entries(at("none")).has_value());
  EXPECT_FALSE(host().link_target(at("none")).has_value());
  EXPECT_FALSE(host().digest(at("none"), "sha1").has_value());
}

TEST_P(HostContract, TakesAPathThroughAFileForMissing) {
  write("file", "a");

  EXPECT_FALSE(host().status(at("file/below"), Follow::yes).has_value());
}

TEST_P(HostContract, WritesANewFileWithTheModeOfTheUmask) {
  write("file", "text");

  EXPECT_EQ(host().read_file(at("file"), 100), "text");
  EXPECT_EQ(host().status(at("file"), Follow::no)->mode, 0666 & ~host().umask());
  EXPECT_EQ(host().digest(at("file"), "md5"), "1cb251ec0d568de6a929b520c4aed8d1");
}

TEST_P(HostContract, KeepsTheModeOfAFileItWritesAgain) {
  write("file", "old", {std::nullopt, std::nullopt, 0600});

  write("file", "new");

  EXPECT_EQ(host().status(at("file"), Follow::no)->mode, 0600u);
  EXPECT_EQ(host().read_file(at("file"), 100), "new");
}

TEST_P(HostContract, LeavesNothingBesideAFileItWrote) {
  write("file", "text");

  EXPECT_THAT(*host().entries(at("")), ElementsAre("file"));
}

TEST_P(HostContract, WritesNothingWhereTheValidatorSaysNo) {
  write("file", "old");
  wire::WriteFile step;
  step.path = at("file");
  step.content.bytes = "new";
  step.validate = {"false", "%s"};

  const CommandResult answer = host().perform(step);

  EXPECT_EQ(answer.status, 1);
  EXPECT_EQ(host().read_file(at("file"), 100), "old");
  EXPECT_THAT(*host().entries(at("")), ElementsAre("file"));
}

TEST_P(HostContract, KeepsTheOldContentAsABackup) {
  write("file", "old");
  wire::WriteFile step;
  step.path = at("file");
  step.content.bytes = "new";
  step.backup = true;

  host().perform(step);

  EXPECT_EQ(host().read_file(host().backup_name(at("file")), 100), "old");
  EXPECT_EQ(host().read_file(at("file"), 100), "new");
}

// What is written to another name of the old file is not written to the backup.
TEST_P(HostContract, KeepsABackupOfAFileWithTwoNamesForItself) {
  write("file", "old");
  host().perform(wire::MakeLink{at("other"), at("file"), true});
  wire::WriteFile step;
  step.path = at("file");
  step.content.bytes = "new";
  step.backup = true;

  host().perform(step);

  const auto backup = host().status(host().backup_name(at("file")), Follow::no);
  ASSERT_TRUE(backup.has_value());
  EXPECT_EQ(backup->links, 1U);
  EXPECT_EQ(host().read_file(at("other"), 100), "old");
}

TEST_P(HostContract, CopiesAFileOfTheNode) {
  write("from", "text");
  wire::WriteFile step;
  step.path = at("to");
  step.content.file = at("from");

  host().perform(step);

  EXPECT_EQ(host().read_file(at("to"), 100), "text");
}

TEST_P(HostContract, ReplacesALinkAndNotWhatItLeadsTo) {
  write("real", "old");
  host().perform(wire::MakeLink{at("link"), "real", false});

  write("link", "new");

  EXPECT_FALSE(host().link_target(at("link")).has_value());
  EXPECT_EQ(host().read_file(at("real"), 100), "old");
}

TEST_P(HostContract, DoesNotWriteOverADirectory) {
  host().perform(wire::MakeDirectory{at("dir"), {}});
  wire::WriteFile step;
  step.path = at("dir");

  EXPECT_THAT(failure_of(step), HasSubstr("is a directory"));
}

TEST_P(HostContract, DoesNotWriteBelowAMissingDirectory) {
  wire::WriteFile step;
  step.path = at("none/file");

  EXPECT_EQ(failure_of(step), "cannot write '" + at("none/file") + "': no such file or directory");
}

TEST_P(HostContract, MakesADirectoryWithItsMode) {
  host().perform(wire::MakeDirectory{at("dir"), {std::nullopt, std::nullopt, 0710}});

  const auto status = host().status(at("dir"), Follow::no);
  EXPECT_EQ(status->type, FileType::directory);
  EXPECT_EQ(status->mode, 0710u);
}

TEST_P(HostContract, DoesNotMakeADirectoryTwice) {
  host().perform(wire::MakeDirectory{at("dir"), {}});

  EXPECT_THAT(failure_of(wire::MakeDirectory{at("dir"), {}}), HasSubstr("file exists"));
}

TEST_P(HostContract, MakesAndTurnsALink) {
  host().perform(wire::MakeLink{at("link"), "a", false});
  host().perform(wire::MakeLink{at("link"), "b", false});

  EXPECT_EQ(host().link_target(at("link")), "b");
  EXPECT_EQ(host().status(at("link"), Follow::no)->type, FileType::link);
  EXPECT_FALSE(host().status(at("link"), Follow::yes).has_value());
  EXPECT_THAT(*host().entries(at("")), ElementsAre("link"));
}

TEST_P(HostContract, MakesAHardLinkOnceAndAgain) {
  write("real", "text");
  host().perform(wire::MakeLink{at("name"), at("real"), true});
  host().perform(wire::MakeLink{at("name"), at("real"), true});

  EXPECT_EQ(host().status(at("name"), Follow::no)->inode,
            host().status(at("real"), Follow::no)->inode);
  EXPECT_THAT(*host().entries(at("")), ElementsAre("name", "real"));
}

TEST_P(HostContract, DoesNotLinkOverADirectory) {
  host().perform(wire::MakeDirectory{at("dir"), {}});

  EXPECT_THAT(failure_of(wire::MakeLink{at("dir"), "a", false}), HasSubstr("is a directory"));
}

TEST_P(HostContract, RemovesALinkAndNotItsTarget) {
  write("real", "text");
  host().perform(wire::MakeLink{at("link"), "real", false});

  host().perform(wire::Remove{at("link"), true});

  EXPECT_THAT(*host().entries(at("")), ElementsAre("real"));
}

TEST_P(HostContract, RemovesATreeOnlyWhereTold) {
  host().perform(wire::MakeDirectory{at("dir"), {}});
  write("dir/file", "text");

  EXPECT_THAT(failure_of(wire::Remove{at("dir"), false}), HasSubstr("directory not empty"));
  host().perform(wire::Remove{at("dir"), true});

  EXPECT_FALSE(host().status(at("dir"), Follow::no).has_value());
}

TEST_P(HostContract, RemovesNothingTwice) {
  EXPECT_EQ(failure_of(wire::Remove{at("none"), false}), "");
}

TEST_P(HostContract, ChangesTheModeOfWhatALinkLeadsTo) {
  write("real", "text");
  host().perform(wire::MakeLink{at("link"), "real", false});

  host().perform(wire::SetAttributes{at("link"), {std::nullopt, std::nullopt, 0600}, true});

  EXPECT_EQ(host().status(at("real"), Follow::no)->mode, 0600u);
}

TEST_P(HostContract, LeavesTheModeOfALinkAlone) {
  write("real", "text", {std::nullopt, std::nullopt, 0644});
  host().perform(wire::MakeLink{at("link"), "real", false});

  host().perform(wire::SetAttributes{at("link"), {std::nullopt, std::nullopt, 0600}, false});

  EXPECT_EQ(host().status(at("real"), Follow::no)->mode, 0644u);
}

TEST_P(HostContract, TouchesAFileIntoBeing) {
  host().perform(wire::TouchFile{at("flag"), 1000.5, 2000.25});

  const auto status = host().status(at("flag"), Follow::no);
  EXPECT_EQ(status->size, 0u);
  EXPECT_DOUBLE_EQ(status->access_time, 1000.5);
  EXPECT_DOUBLE_EQ(status->modification_time, 2000.25);
}

TEST_P(HostContract, AnswersWhatAProgramEndedWith) {
  wire::RunProgram step;
  step.argv = {"false"};
  step.accepted = {};

  EXPECT_EQ(host().perform(step).status, 1);
}

TEST_P(HostContract, FailsWhereAProgramEndsOtherwiseThanAccepted) {
  wire::RunProgram step;
  step.argv = {"false"};

  EXPECT_THAT(failure_of(step), HasSubstr("'false' ended with 1"));
}

TEST_P(HostContract, SaysThatAUsersProgramIsNotThere) {
  Host::Command command;
  command.argv = {"no-such-program"};

  EXPECT_EQ(host().run(command).error, ENOENT);
}

TEST_P(HostContract, KnowsRootByNameAndNumber) {
  EXPECT_EQ(host().account("root")->uid, 0u);
  EXPECT_EQ(host().account(0u)->name, "root");
  EXPECT_EQ(host().group("root")->gid, 0u);
  EXPECT_FALSE(host().account("no-such-user").has_value());
  EXPECT_FALSE(host().group(4'000'000'000u).has_value());
}

TEST_P(HostContract, NamesABackupTheSameThroughATask) {
  EXPECT_EQ(host().backup_name("/a"), host().backup_name("/a"));
  EXPECT_THAT(host().backup_name("/a"), testing::ContainsRegex("^/a\\.[0-9]+\\.[0-9-]+@[0-9:]+~$"));
}

INSTANTIATE_TEST_SUITE_P(Hosts, HostContract,
                         testing::Values(Named{"Fake", fake}, Named{"Local", local}),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace provisioner::host
