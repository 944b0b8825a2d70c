#include "provisioner/node/deploy/report.h"

#include <gtest/gtest.h>

#include <vector>

#include "provisioner/base/base/error.h"
#include "tests/support/small_server.h"

namespace provisioner::deploy {
namespace {

using fetch::HttpClient;
using fetch::SmallServer;

// A boot service that gives a new token with each answer, and keeps what it was told.
class Reports : public testing::Test {
 protected:
  std::string answer(const SmallServer::Call& call) {
    calls.push_back(call);
    if (!next_answer.empty()) return std::exchange(next_answer, "");
    return SmallServer::ok(R"({"token": "token-)" + std::to_string(calls.size()) +
                           R"(", "action": ")" + action + R"("})");
  }

  std::string failure_of(const std::string& stage) {
    try {
      reporter.report(stage, {});
    } catch (const base::Error& error) {
      return error.message();
    }
    return "no failure";
  }

  // Time that stands still until a test moves it.
  struct SetClock : os::Clock {
    os::Instant now() const override { return os::Instant(time); }
    std::chrono::system_clock::time_point wall() const override { return {}; }
    std::chrono::milliseconds time{1'000'000};
  };

  std::vector<SmallServer::Call> calls;
  std::string next_answer, action = "go on";
  SetClock clock;
  SmallServer server{[this](const SmallServer::Call& call) { return answer(call); }};
  HttpClient client{server.url()};
  Reporter reporter{client, base::Secret("token-0")};
};

TEST_F(Reports, UseEachTokenOnce) {
  reporter.report("booted", {{"facts", value::Dict{{"disks", value::List{}}}}});
  reporter.report("writing", {{"done", 1}, {"of", 2}});
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].path, "/report/booted");
  EXPECT_EQ(calls[0].token, "token-0");
  EXPECT_EQ(calls[0].body, R"({"facts": {"disks": []}})");
  EXPECT_EQ(calls[1].token, "token-1");
  EXPECT_EQ(calls[1].body, R"({"done": 1, "of": 2})");
}

TEST_F(Reports, HaveNoTokenLeftOnceAnAnswerIsLost) {
  next_answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{";
  EXPECT_EQ(failure_of("booted"), "the server's answer cannot be read: partial message");
  EXPECT_FALSE(reporter.can_report());
  EXPECT_EQ(failure_of("failed"), "there is no token left to report 'failed' with");
  EXPECT_EQ(calls.size(), 1u);
}

TEST_F(Reports, EndWhereTheTokenIsRefused) {
  next_answer = SmallServer::answer(403, R"({"because": "it was used"})");
  EXPECT_EQ(failure_of("booted"), "the boot service refuses 'booted': it was used");
  EXPECT_FALSE(reporter.can_report());
}

TEST_F(Reports, SayWhyThereIsNoOrder) {
  next_answer = SmallServer::answer(409, R"({"because": "the plan\u001b[2J is too old"})");
  EXPECT_EQ(failure_of("booted"),
            R"(the boot service has no order: the plan\x1b[2J is too old)");
}

TEST_F(Reports, RefuseAnswersThatTheyDoNotUnderstand) {
  next_answer = SmallServer::ok("[]");
  EXPECT_EQ(failure_of("booted"), "the answer to 'booted' is no JSON object");
}

TEST_F(Reports, RefuseUnknownActions) {
  action = "erase all";
  EXPECT_EQ(failure_of("booted"), "the answer to 'booted' has the unknown action 'erase all'");
}

TEST_F(Reports, OfProgressComeAtMostEveryTwoSecondsAndAtEdges) {
  std::vector<std::string> said;
  Progress progress(reporter, clock, [&](const std::string& line) { said.push_back(line); });
  progress.tell("write", 0, 100);
  progress.tell("write", 10, 100);
  clock.time += std::chrono::milliseconds(1999);
  progress.tell("write", 20, 100);
  clock.time += std::chrono::milliseconds(1);
  progress.tell("write", 30, 100);
  progress.tell("write", 100, 100);
  progress.tell("finish", 0, 1);
  std::vector<std::string> bodies;
  for (const SmallServer::Call& call : calls) bodies.push_back(call.body);
  EXPECT_EQ(bodies, (std::vector<std::string>{R"({"step": "write", "done": 0, "of": 100})",
                                              R"({"step": "write", "done": 30, "of": 100})",
                                              R"({"step": "write", "done": 100, "of": 100})",
                                              R"({"step": "finish", "done": 0, "of": 1})"}));
  EXPECT_EQ(said, (std::vector<std::string>{"write: 0 of 100", "write: 100 of 100",
                                            "finish: 0 of 1"}));
}

TEST_F(Reports, OfProgressEndTheWorkWhereTheAnswerIsNotToGoOn) {
  action = "reboot";
  Progress progress(reporter, clock, [](const std::string&) {});
  EXPECT_THROW(progress.tell("write", 0, 100), base::Error);
}

}  // namespace
}  // namespace provisioner::deploy
