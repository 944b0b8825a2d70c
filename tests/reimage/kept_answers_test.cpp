// How old the answers are that a decision is made of. The probe here answers after a while, by a
// clock that goes only where somebody waits.

#include "provisioner/machine/reimage/kept_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metal/fake_clock.h"

namespace provisioner::reimage {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

class SlowProbe : public GroupProbe {
 public:
  explicit SlowProbe(metal::FakeClock& clock) : clock_(clock) {}

  Answers ask(const std::vector<Question>& questions) override {
    std::vector<std::string> groups;
    Answers told;
    for (const Question& question : questions) {
      groups.push_back(question.guard->group);
      clock_.pass(seconds(7));
      for (const std::string& member : question.members)
        if (member != silent) told[question.guard->group][member] = {.is_alive = true};
    }
    asked.push_back(groups);
    return told;
  }

  std::vector<std::vector<std::string>> asked;
  std::string silent;

 private:
  metal::FakeClock& clock_;
};

class KeptAnswersOfGroups : public testing::Test {
 protected:
  static Guard guard(const std::string& group) {
    return read_guard(group, value::Dict{{"alive", "ssh"}}, {"n01", "n02", "n03"});
  }
  Verdict decide(const std::vector<Guard>& guards, const std::string& node = "n01") {
    return ask_guards(guards, {node}, {}, {}, kept_);
  }

  metal::FakeClock clock_;
  SlowProbe probe_{clock_};
  KeptAnswers kept_{probe_, clock_, seconds(10)};
  const Guard etcd_ = guard("etcd"), gpfs_ = guard("gpfs"), web_ = guard("web");
};

TEST_F(KeptAnswersOfGroups, AreOfOneAskingForADecision) {
  decide({etcd_, gpfs_});
  decide({etcd_, gpfs_});

  EXPECT_THAT(probe_.asked, ElementsAre(ElementsAre("etcd", "gpfs")));
}

TEST_F(KeptAnswersOfGroups, GrowOldTogether) {
  decide({etcd_, gpfs_});
  clock_.pass(seconds(9));
  decide({etcd_, gpfs_});
  clock_.pass(seconds(1));
  decide({etcd_, gpfs_});

  EXPECT_THAT(probe_.asked, ElementsAre(ElementsAre("etcd", "gpfs"), ElementsAre("etcd", "gpfs")));
}

TEST_F(KeptAnswersOfGroups, AreAskedForAnewWhereOneIsMissing) {
  decide({etcd_, gpfs_});
  clock_.pass(seconds(5));
  decide({etcd_, gpfs_, web_});
  clock_.pass(seconds(5));
  decide({etcd_, gpfs_});
  decide({etcd_}, "n02");  // nobody has asked n01 yet

  EXPECT_THAT(probe_.asked,
              ElementsAre(ElementsAre("etcd", "gpfs"), ElementsAre("etcd", "gpfs", "web"),
                          ElementsAre("etcd")));
}

TEST_F(KeptAnswersOfGroups, KnowWhoWasSilent) {
  probe_.silent = "n03";

  const Verdict verdict = decide({etcd_});
  decide({etcd_});

  EXPECT_THAT(verdict.objections.at("n01"),
              ElementsAre("'etcd' needs 2 of 3 alive, and only n02 would be (n03 gave no answer in "
                          "time): --allow-below etcd agrees to that"));
  EXPECT_EQ(probe_.asked.size(), 1U);
}

TEST_F(KeptAnswersOfGroups, AreForgottenOnDemand) {
  decide({etcd_});
  kept_.forget();
  decide({etcd_});

  EXPECT_EQ(probe_.asked.size(), 2U);
}

}  // namespace
}  // namespace provisioner::reimage
