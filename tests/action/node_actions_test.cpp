#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/action/act.h"

namespace provisioner::action {
namespace {

using testing::ElementsAre;
using testing::StartsWith;
using value::Dict;
using value::Value;

std::string text(const Result& result, const char* key) {
  return value::text_or(Value(result.outcome.result), key, "<none>");
}

Reply said(const std::string& out, int status = 0) {
  Reply reply;
  reply.outcome.ending = status == 0 ? wire::Ending::changed : wire::Ending::failed;
  reply.outcome.result = Dict{{"stdout", Value(out)}, {"stderr", ""}, {"rc", status}};
  return reply;
}

Reply lost() {
  Reply reply;
  reply.lost = base::Error(base::Kind::unreachable, "the link went");
  return reply;
}

std::string command_of(const CallModule& call) {
  return value::text_or(Value(call.arguments), "_raw_params", "");
}

TEST(Raw, RunsWithoutAnAgent) {
  Act act;
  act.on_raw = [](const std::string&) { return said("raw\n").outcome; };
  const Result result = act.run("raw", {{"_raw_params", "echo raw"}});
  EXPECT_THAT(act.asked, ElementsAre("raw:echo raw"));
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(text(result, "stdout"), "raw\n");
}

TEST(Raw, DoesNothingInCheckMode) {
  Act act;
  act.check = true;
  const Result result = act.run("raw", {{"_raw_params", "echo raw"}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::skipped);
}

// A node that goes down at `shutdown` and is back with another boot id after some lost connections.
struct Rebooting {
  int lost_connections = 3;
  bool changes_boot_id = true;
  bool is_down = false;

  std::optional<Reply> operator()(const CallModule& call) {
    const std::string command = command_of(call);
    if (command.find("shutdown") != command.npos) {
      is_down = true;
      return lost();
    }
    if (is_down && lost_connections-- > 0) return lost();
    if (command.starts_with("cat ")) return said(is_down && changes_boot_id ? "second" : "first");
    return said("root");
  }
};

TEST(Reboot, WaitsForAnotherBootId) {
  Act act;
  act.on_call = Rebooting();
  const Result result = act.run("reboot", {});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_TRUE(value::boolean_or(Value(result.outcome.result), "rebooted", false));
}

TEST(Reboot, GivesUpAtItsDeadline) {
  Act act;
  act.on_call = Rebooting{.lost_connections = 1'000'000};
  const Result result = act.run("reboot", {{"reboot_timeout", 60}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_EQ(text(result, "msg"), "Timed out waiting for last boot time check (timeout=60)");
  EXPECT_LE(value::integer_or(Value(result.outcome.result), "elapsed", 999), 60);
}

TEST(Reboot, DoesNotTakeTheOldBootForTheNew) {
  Act act;
  act.on_call = Rebooting{.changes_boot_id = false};
  const Result result = act.run("reboot", {{"reboot_timeout", 60}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
}

Reply refusal(bool is_lasting) {
  Reply reply;
  reply.outcome = {wire::Ending::failed,
                   Dict{{"msg", "'c2' does not answer"}, {"is_lasting", is_lasting}},
                   {}};
  return reply;
}

TEST(Reboot, WaitsForOthersThatAreComingBack) {
  Act act;
  act.on_call = Rebooting();
  int refusals = 2;
  act.on_leave = [&] { return refusals-- > 0 ? refusal(false) : Reply{}; };
  const Result result = act.run("reboot", {});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(std::ranges::count(act.asked, "leave"), 3);
  EXPECT_EQ(act.asked.back(), "back");
}

TEST(Reboot, LeavesANodeUpThatMayNotGo) {
  Act act;
  act.on_call = Rebooting();
  act.on_leave = [] { return refusal(true); };
  const Result result = act.run("reboot", {});
  EXPECT_EQ(text(result, "msg"), "it stays up: 'c2' does not answer");
  EXPECT_EQ(act.asked.back(), "leave");
}

TEST(Reboot, OnlySaysSoInCheckMode) {
  Act act;
  act.check = true;
  const Result result = act.run("reboot", {});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_TRUE(act.asked.empty());
}

TEST(WaitForConnection, AsksUntilTheNodeAnswers) {
  Act act;
  act.node.files.put("/", host::FileType::directory, "", 0755);
  int left = 2;
  act.on_call = [&](const CallModule&) {
    return left-- > 0 ? std::optional<Reply>(lost()) : std::nullopt;
  };
  const Result result = act.run("wait_for_connection", {{"delay", 5}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::ok);
  EXPECT_GE(value::integer_or(Value(result.outcome.result), "elapsed", 0), 5);
}

TEST(WaitForConnection, GivesUp) {
  Act act;
  act.on_call = [](const CallModule&) { return std::optional<Reply>(lost()); };
  const Result result = act.run("wait_for_connection", {{"timeout", 30}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_THAT(text(result, "msg"),
              StartsWith("timed out waiting for ping module test: the link went"));
}

class Script : public testing::Test {
 protected:
  Script() {
    act.folders = {controller.path()};
    act.node.files.put("/tmp", host::FileType::directory, "", 0777);
    os::write_file(os::join_path(controller.path(), "s.sh"), "#!/bin/sh\necho hi\n");
  }
  os::TemporaryDirectory controller;
  Act act;
};

TEST_F(Script, SendsRunsAndRemovesIt) {
  std::string ran;
  act.on_call = [&](const CallModule& call) -> std::optional<Reply> {
    if (call.module != "shell") return std::nullopt;
    ran = command_of(call);
    return said("hi\n");
  };
  const std::vector<std::string> before = act.node.files.listing();
  const Result result = act.run("script", {{"_raw_params", "s.sh 'a b' c"}});
  EXPECT_THAT(act.asked, ElementsAre("copy", "shell", "file"));
  EXPECT_TRUE(ran.ends_with(" 'a b' c")) << ran;
  EXPECT_EQ(text(result, "stdout"), "hi\n");
  EXPECT_EQ(act.node.files.listing(), before);
}

TEST_F(Script, IsSkippedWhereWhatItCreatesIsThere) {
  const Result result = act.run("script", {{"_raw_params", "s.sh"}, {"creates", "/tmp"}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::skipped);
  EXPECT_EQ(text(result, "msg"), "/tmp exists, matching creates option");
}

class Fetch : public testing::Test {
 protected:
  Fetch() {
    act.folders = {controller.path()};
    act.node.files.put("/etc/motd", host::FileType::file, "data\n", 0644);
  }
  std::string dest() const { return controller.path() + "/fetched"; }
  os::TemporaryDirectory controller;
  Act act;
};

TEST_F(Fetch, KeepsFilesOfHostsApart) {
  const Result result = act.run("fetch", {{"src", "/etc/motd"}, {"dest", Value(dest())}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(os::read_file(dest() + "/node/etc/motd"), "data\n");
}

TEST_F(Fetch, LeavesTheFileAloneWhenItIsThere) {
  act.run("fetch", {{"src", "/etc/motd"}, {"dest", Value(dest())}});
  act.asked.clear();
  const Result again = act.run("fetch", {{"src", "/etc/motd"}, {"dest", Value(dest())}});
  EXPECT_EQ(again.outcome.ending, wire::Ending::ok);
  EXPECT_THAT(act.asked, ElementsAre("stat"));
}

TEST_F(Fetch, GoesFlatIntoADirectory) {
  act.run("fetch", {{"src", "/etc/motd"}, {"dest", Value(dest() + "/")}, {"flat", true}});
  EXPECT_EQ(os::read_file(dest() + "/motd"), "data\n");
}

TEST_F(Fetch, FailsWhereTheFileIsMissing) {
  const Result result = act.run("fetch", {{"src", "/nope"}, {"dest", Value(dest())}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::failed);
  EXPECT_EQ(text(result, "msg"), "the remote file does not exist, not transferring, ignored");
}

TEST_F(Fetch, TakesAMissingFileLightlyWhenTold) {
  const Result result =
      act.run("fetch", {{"src", "/nope"}, {"dest", Value(dest())}, {"fail_on_missing", false}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::ok);
  EXPECT_EQ(text(result, "msg"), "the remote file does not exist, not transferring, ignored");
}

class Template : public testing::Test {
 protected:
  Template() {
    act.folders = {controller.path()};
    act.node.files.put("/srv", host::FileType::directory, "", 0755);
    act.scope.variables = {{"x", 5}};
  }
  void write(const std::string& text) {
    os::make_directories(controller.path() + "/templates");
    os::write_file(controller.path() + "/templates/t.j2", text, 0640);
  }
  std::string on_node(const std::string& path) const {
    return act.node.files.find(path, host::Follow::yes)->content;
  }
  os::TemporaryDirectory controller;
  Act act;
};

TEST_F(Template, RendersToTheNode) {
  write("hello {{ x }}\n");
  const Result result = act.run("template", {{"src", "t.j2"}, {"dest", "/srv/t"}});
  EXPECT_EQ(result.outcome.ending, wire::Ending::changed);
  EXPECT_EQ(on_node("/srv/t"), "hello 5\n");
}

TEST_F(Template, IsNamedForItsSourceInADirectory) {
  write("x");
  act.run("template", {{"src", "t.j2"}, {"dest", "/srv/"}, {"mode", "preserve"}});
  EXPECT_EQ(act.node.files.find("/srv/t.j2", host::Follow::yes)->status.mode, 0640U);
}

TEST_F(Template, KnowsItsOwnVariables) {
  write("{{ ansible_managed }} {{ template_path }} {{ template_destpath }}");
  act.run("template", {{"src", "t.j2"}, {"dest", "/srv/t"}});
  EXPECT_EQ(on_node("/srv/t"), "Ansible managed t.j2 /srv/t");
}

}  // namespace
}  // namespace provisioner::action
