#include "provisioner/node/deploy/stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "tests/deploy/orders.h"
#include "tests/support/small_server.h"

namespace provisioner::deploy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using fetch::HttpClient;
using fetch::SmallServer;

// A boot service with a list of answers, and a machine whose disk is not real.
class Stages : public testing::Test {
 protected:
  std::string answer(const SmallServer::Call& call) {
    paths.push_back(call.path.substr(8) + (call.body.size() < 200 ? " " + call.body : ""));
    if (answers.empty()) return SmallServer::answer(403, "{}");
    const std::string next = answers.front();
    answers.erase(answers.begin());
    if (next.empty()) return "";
    return SmallServer::ok(R"({"token": "t", )" + next + "}");
  }

  static std::string write_order() {
    return R"("action": "write", "order": )" + value::write_json(whole_order());
  }

  End walk() {
    Machine machine;
    machine.facts = [] { return value::Dict{{"disks", value::List{}}}; };
    machine.install = [this](const Order& order, const value::List&, Progress& progress) {
      ordered = order.host_name;
      progress.tell("write", 0, 10);
      if (!failure.empty()) throw base::Error(base::Kind::refused, failure);
      return std::vector<std::string>{"ssh-ed25519 AAAA root@n03"};
    };
    machine.say = [this](const std::string& line) { said.push_back(line); };
    machine.pause = [this](std::chrono::seconds time) { pauses.push_back(time.count()); };
    machine.serve = [this](std::chrono::seconds most) { servings.push_back(most.count()); };
    HttpClient client(server.url());
    Reporter reporter(client, base::Secret("t"));
    return walk_stages(reporter, machine, os::system_clock());
  }

  std::vector<std::string> answers, paths, said;
  std::vector<std::int64_t> pauses, servings;
  std::string ordered, failure;
  SmallServer server{[this](const SmallServer::Call& call) { return answer(call); }};
};

TEST_F(Stages, GoFromBootedToInstalled) {
  answers = {write_order(), R"("action": "go on")", R"("action": "reboot")"};
  EXPECT_EQ(walk(), End::reboot);
  EXPECT_EQ(ordered, "n03");
  EXPECT_THAT(paths, ElementsAre(R"(booted {"facts": {"disks": []}})",
                                 R"(writing {"step": "write", "done": 0, "of": 10})",
                                 R"(installed {"host_keys": ["ssh-ed25519 AAAA root@n03"]})"));
  EXPECT_TRUE(pauses.empty());
}

TEST_F(Stages, ServeTheRackOnceAllIsReported) {
  for (const char* seconds : {"40", "99999", "-1", "true"}) {
    answers = {write_order(), R"("action": "go on")",
               R"("action": "serve", "seconds": )" + std::string(seconds)};
    EXPECT_EQ(walk(), End::reboot);
  }
  EXPECT_THAT(servings, ElementsAre(40, 300, 0, 0));
  EXPECT_TRUE(pauses.empty());
}

TEST_F(Stages, WaitAsLongAsTheyAreTold) {
  answers = {R"("action": "wait", "seconds": 7)", R"("action": "wait", "seconds": 999999)",
             R"("action": "power off")"};
  EXPECT_EQ(walk(), End::power_off);
  EXPECT_THAT(paths, ElementsAre(R"(booted {"facts": {"disks": []}})", "waiting {}", "waiting {}"));
  EXPECT_THAT(pauses, ElementsAre(7, 3600));
}

TEST_F(Stages, TellWhatFailed) {
  answers = {write_order(), R"("action": "go on")", R"("action": "power off")"};
  failure = "the disk with serial 'S1' is in use";
  EXPECT_EQ(walk(), End::power_off);
  EXPECT_EQ(paths.back(),
            R"(failed {"because": "the disk with serial 'S1' is in use", "is_refused": true})");
  EXPECT_EQ(said.back(), "failed: the disk with serial 'S1' is in use");
}

TEST_F(Stages, RebootAfterAPauseWhereAnAnswerWasLost) {
  answers = {""};
  EXPECT_EQ(walk(), End::reboot);
  EXPECT_EQ(paths.size(), 1u);
  EXPECT_THAT(said.back(), HasSubstr("failed: "));
  EXPECT_THAT(pauses, ElementsAre(30));
}

TEST_F(Stages, RebootAfterAPauseWhereTheTokenIsRefused) {
  EXPECT_EQ(walk(), End::reboot);
  EXPECT_THAT(said.back(), HasSubstr("the boot service refuses 'booted'"));
  EXPECT_THAT(pauses, ElementsAre(30));
}

TEST_F(Stages, TellThatAnOrderIsNoGood) {
  answers = {R"("action": "write", "order": {"manifest": "x"})", R"("action": "reboot")"};
  EXPECT_EQ(walk(), End::reboot);
  EXPECT_EQ(paths.back(),
            R"(failed {"because": "the order's 'manifest' is no SHA-256 in hex", )"
            R"("is_refused": false})");
}

}  // namespace
}  // namespace provisioner::deploy
