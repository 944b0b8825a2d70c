// One controller, one agent: what goes in, what comes out, and what is left afterwards.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"
#include "tests/support/agent_client.h"
#include "tests/support/processes.h"

namespace provisioner::agent {
namespace {

using testing::HasSubstr;
using tests::AgentClient;
using tests::request_of;
using tests::text_of;
using value::Dict;
using value::List;
using value::Value;
using wire::Ending;
using wire::FrameKind;

class Session : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  wire::Request shell(const std::string& command) const {
    return request_of("shell", Dict{{"_raw_params", command}});
  }

  os::TemporaryDirectory directory_;
  AgentClient agent_{{AGENT}};
};

std::size_t files_open_in(pid_t pid) {
  return os::entries("/proc/" + std::to_string(pid) + "/fd").size();
}

std::size_t resident_kib(pid_t pid) {
  const std::string status = os::require_file("/proc/" + std::to_string(pid) + "/status");
  return std::stoul(status.substr(status.find("VmRSS:") + 6));
}

TEST_F(Session, BeginsWithWhoServes) {
  EXPECT_EQ(value::integer_or(agent_.hello(), "version", 0), wire::protocol_version);
  EXPECT_EQ(value::integer_or(agent_.hello(), "pid", 0), agent_.pid());
  EXPECT_EQ(value::integer_or(agent_.hello(), "uid", -1), ::geteuid());
  EXPECT_EQ(value::text_or(agent_.hello(), "boot_id", "").size(), 36U);
}

TEST_F(Session, ReadsAStateOfTheNode) {
  os::write_file(path("a"), "text");

  const auto outcome = agent_.call(request_of("stat", Dict{{"path", path("a")}}));

  EXPECT_EQ(outcome.ending, Ending::ok);
  EXPECT_THAT(text_of(outcome, "stat"), HasSubstr("\"size\": 4"));
}

TEST_F(Session, ChangesAFileOnceOnly) {
  const auto request =
      request_of("copy", Dict{{"dest", path("a")}, {"content", "new\n"}, {"mode", "0640"}});

  const auto first = agent_.call(request), second = agent_.call(request);

  EXPECT_EQ(first.ending, Ending::changed);
  EXPECT_EQ(second.ending, Ending::ok);
  EXPECT_EQ(os::require_file(path("a")), "new\n");
  EXPECT_EQ(os::entries(directory_.path()), std::vector<std::string>{"a"});
}

TEST_F(Session, RunsACommand) {
  const auto outcome = agent_.call(shell("echo out; echo err >&2; exit 3"));

  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_EQ(text_of(outcome, "stdout"), "out");
  EXPECT_EQ(text_of(outcome, "stderr"), "err");
  EXPECT_EQ(text_of(outcome, "rc"), "3");
}

TEST_F(Session, ChangesNothingInCheckModeAndShowsWhatItWould) {
  auto request = request_of("copy", Dict{{"dest", path("a")}, {"content", "new\n"}});
  request.check = request.diff = true;

  const auto outcome = agent_.call(request);

  EXPECT_EQ(outcome.ending, Ending::changed);
  ASSERT_FALSE(outcome.differences.empty());
  EXPECT_EQ(outcome.differences.front().after, "new\n");
  EXPECT_FALSE(os::exists(path("a")));
}

TEST_F(Session, ServesASecondRequestWhileTheFirstRuns) {
  agent_.submit(1, shell("while [ ! -e " + path("go") + " ]; do sleep 0.01; done; echo waited"));
  agent_.submit(2, shell("touch " + path("go")));

  EXPECT_EQ(agent_.outcome(2).ending, Ending::changed);
  EXPECT_EQ(text_of(agent_.outcome(1), "stdout"), "waited");
}

TEST_F(Session, RefusesASecondTaskOfTheSameNumber) {
  agent_.submit(1, shell("while [ ! -e " + path("go") + " ]; do sleep 0.01; done"));
  agent_.submit(1, shell("true"));

  EXPECT_EQ(text_of(agent_.outcome(1), "msg"), "a task with this number is under way already");
  os::write_file(path("go"), "");
  EXPECT_EQ(agent_.outcome(1).ending, Ending::changed);
}

TEST_F(Session, AnswersAPing) {
  agent_.send({FrameKind::ping, 7, {}});

  EXPECT_EQ(agent_.await(FrameKind::pong, 7).body, "");
}

TEST_F(Session, NamesAModuleItDoesNotHave) {
  const auto outcome = agent_.call(request_of("no_such", Dict{}));

  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_EQ(text_of(outcome, "msg"), "this agent has no module 'no_such'");
}

TEST_F(Session, EndsARequestThatIsNoneAndGoesOn) {
  agent_.send({FrameKind::request, 1, "\x01"});

  EXPECT_EQ(agent_.outcome(1).ending, Ending::failed);
  EXPECT_EQ(agent_.call(shell("true")).ending, Ending::changed);
}

TEST_F(Session, KeepsBytesThatAreNoText) {
  const auto outcome = agent_.call(shell("printf 'a\\377b\\000c'"));

  EXPECT_EQ(outcome.ending, Ending::changed);
  EXPECT_THAT(text_of(outcome, "stdout"), testing::StartsWith("a"));
  EXPECT_THAT(text_of(outcome, "stdout"), testing::EndsWith("c"));
}

TEST_F(Session, CutsAnEndlessOutput) {
  const auto outcome = agent_.call(shell("head -c 20000000 /dev/zero | tr '\\0' x"));

  EXPECT_EQ(outcome.ending, Ending::changed);
  EXPECT_THAT(text_of(outcome, "stdout"), testing::EndsWith("[output cut at 8 MiB]"));
}

TEST_F(Session, SaysThatAResultIsTooLargeToBeSent) {
  const os::Descriptor file(::open(path("large").c_str(), O_CREAT | O_WRONLY, 0600));
  ASSERT_EQ(::ftruncate(file.number(), 60 << 20), 0);

  const auto outcome = agent_.call(request_of("slurp", Dict{{"src", path("large")}}));

  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_THAT(text_of(outcome, "msg"), HasSubstr("more than the 64 MiB that can be sent"));
}

TEST_F(Session, PutsAStagedContentInPlace) {
  const std::string content(300'000, 'x'), digest = crypto::sha256(content);
  agent_.stage(content);
  auto request = request_of("copy", Dict{{"dest", path("a")},
                                         {"_digest", digest},
                                         {"_checksum", crypto::digest("sha1", content)},
                                         {"_size", 300'000}});
  request.blobs = {digest};

  const auto outcome = agent_.call(request);

  EXPECT_EQ(outcome.ending, Ending::changed) << text_of(outcome, "msg");
  EXPECT_EQ(os::require_file(path("a")), content);
}

TEST_F(Session, RefusesAContentThatArrivedDamaged) {
  const std::string digest = crypto::sha256("what was meant");
  agent_.stage("what came", digest);
  auto request = request_of("copy", Dict{{"dest", path("a")}, {"_digest", digest}});
  request.blobs = {digest};

  const auto outcome = agent_.call(request);

  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_EQ(text_of(outcome, "msg"), "a content arrived damaged: its SHA-256 is not " + digest);
  EXPECT_FALSE(os::exists(path("a")));
}

TEST_F(Session, SaysThatAContentIsMissing) {
  auto request = request_of("copy", Dict{{"dest", path("a")}, {"_digest", crypto::sha256("x")}});
  request.blobs = {crypto::sha256("x")};

  EXPECT_EQ(text_of(agent_.call(request), "msg"), "a content that the task needs did not arrive");
}

TEST_F(Session, LeavesNoStagedContentBehind) {
  const std::string word = "/provisioner-blobs." + std::to_string(agent_.pid()) + ".";
  agent_.stage("content");
  agent_.send({FrameKind::ping, 1, {}});
  agent_.await(FrameKind::pong, 1);
  ASSERT_FALSE(os::glob("/run" + word + "*").empty() && os::glob("/dev/shm" + word + "*").empty());

  EXPECT_EQ(agent_.end(), 0);

  EXPECT_TRUE(os::glob("/run" + word + "*").empty() && os::glob("/dev/shm" + word + "*").empty());
}

TEST_F(Session, LeavesNoHalfMadeFileBehind) {
  agent_.submit(1, request_of("copy", Dict{{"dest", path("a")},
                                           {"content", "new\n"},
                                           {"validate", "/bin/sh -c 'sleep 60' %s"}}));
  tests::wait_until("the new file is looked at",
                    [&] { return !os::entries(directory_.path()).empty(); });

  EXPECT_EQ(agent_.end(), 0);

  EXPECT_EQ(os::entries(directory_.path()), std::vector<std::string>());
}

TEST_F(Session, EndsWithAByeToo) {
  agent_.send({FrameKind::bye, 0, {}});

  EXPECT_EQ(agent_.end(), 0);
}

TEST_F(Session, RefusesWhatIsNoFrame) {
  agent_.send_bytes("GET / HTTP/1.1\r\n\r\n");

  EXPECT_EQ(value::text_or(agent_.refusal(), "msg", ""),
            "something else came where a frame should begin: 'GET / HTTP/1.1\\x0d\n\\x0d\n'");
  EXPECT_EQ(agent_.end(), 1);
}

TEST_F(Session, RefusesAnotherVersion) {
  agent_.send_bytes(std::string("Pv\x63\x04\0\0\0\0\0\0\0\0", 12));

  EXPECT_THAT(value::text_or(agent_.refusal(), "msg", ""),
              HasSubstr("the other side speaks version 99 of the protocol, this is version 1"));
}

TEST_F(Session, RefusesAFrameThatClaimsToBeHuge) {
  agent_.send_bytes(std::string("Pv\x01\x01\0\0\0\1\xff\xff\xff\xff", 12));

  EXPECT_THAT(value::text_or(agent_.refusal(), "msg", ""),
              HasSubstr("a frame claims to be larger than a frame may be"));
}

TEST_F(Session, KeepsNothingOfHundredsOfRequests) {
  const auto request = request_of("stat", Dict{{"path", directory_.path()}});
  for (int warm = 0; warm < 20; ++warm) agent_.call(request);
  const std::size_t files = files_open_in(agent_.pid()), memory = resident_kib(agent_.pid());

  for (int count = 0; count < 300; ++count) agent_.call(request);

  // An answer is sent a moment before the pipe that it came through is closed.
  tests::wait_until("no more files are open", [&] { return files_open_in(agent_.pid()) <= files; });
  EXPECT_LT(resident_kib(agent_.pid()), memory + 4096);  // the sanitizers keep records
}

}  // namespace
}  // namespace provisioner::agent
