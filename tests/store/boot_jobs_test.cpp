// Plans, boot jobs, one-time tokens.

#include "provisioner/base/store/boot_jobs.h"

#include "tests/store/own_store.h"

namespace provisioner::store {
namespace {

constexpr std::chrono::seconds half_an_hour{1800}, no_time{-1};

class Jobs : public testing::Test {
 protected:
  std::int64_t begin(const std::string& node) {
    return jobs_.begin(node, "7", Value(Dict{{"node", node}}));
  }
  TokenUse boot(const std::string& token) {
    return jobs_.use_token(token, "boot", "booted", half_an_hour);
  }
  TokenUse report(const std::string& token) {
    return jobs_.use_token(token, "booted", "writing installed", half_an_hour);
  }

  os::TemporaryDirectory directory_;
  BootJobs jobs_ = BootJobs::open(directory_.path() + "/state");
};

TEST_F(Jobs, GoFromStageToStageByATokenEach) {
  const std::string token = jobs_.arm(begin("n01"), half_an_hour);

  const TokenUse booted = boot(token);
  const TokenUse reported = report(booted.next);
  const TokenUse written = jobs_.use_token(reported.next, "installed", "", half_an_hour);

  EXPECT_EQ(booted.answer, TokenAnswer::good);
  EXPECT_EQ(reported.answer, TokenAnswer::good);
  EXPECT_EQ(written.answer, TokenAnswer::good);
  EXPECT_EQ(written.job->node, "n01");
  EXPECT_EQ(token.size(), 32U);
  EXPECT_NE(booted.next, token);
}

TEST_F(Jobs, RefuseATokenThatWasUsed) {
  const std::string token = jobs_.arm(begin("n01"), half_an_hour);
  boot(token);

  const TokenUse again = boot(token);

  EXPECT_EQ(again.answer, TokenAnswer::used);
  EXPECT_EQ(again.next, "");
  EXPECT_EQ(again.job->node, "n01");
}

TEST_F(Jobs, RefuseATokenOfAnotherStage) {
  const TokenUse booted = boot(jobs_.arm(begin("n01"), half_an_hour));

  EXPECT_EQ(jobs_.use_token(booted.next, "installed", "", half_an_hour).answer,
            TokenAnswer::wrong_stage);
  EXPECT_EQ(report(booted.next).answer, TokenAnswer::good);
}

TEST_F(Jobs, RefuseATokenThatIsTooOldOrNobodys) {
  const std::string old = jobs_.arm(begin("n01"), no_time);

  EXPECT_EQ(boot(old).answer, TokenAnswer::expired);
  EXPECT_EQ(boot("00000000000000000000000000000000").answer, TokenAnswer::unknown);
  EXPECT_EQ(boot("").answer, TokenAnswer::unknown);
}

TEST_F(Jobs, VoidTheTokensOfAnEarlierBoot) {
  const std::int64_t job = begin("n01");
  const TokenUse first = boot(jobs_.arm(job, half_an_hour));
  const TokenUse second = boot(jobs_.arm(job, half_an_hour));

  EXPECT_EQ(report(first.next).answer, TokenAnswer::used);
  EXPECT_EQ(report(second.next).answer, TokenAnswer::good);
}

TEST_F(Jobs, CountFetchesUntilTheNodeReports) {
  const std::int64_t job = begin("n01");
  boot(jobs_.arm(job, half_an_hour));
  const TokenUse second = boot(jobs_.arm(job, half_an_hour));
  EXPECT_EQ(second.job->fetches, 2);

  EXPECT_EQ(report(second.next).job->fetches, 0);
}

TEST_F(Jobs, EndWithTheirTokens) {
  const std::int64_t job = begin("n01");
  const std::string token = jobs_.arm(job, half_an_hour);
  jobs_.end(job, "installed");

  EXPECT_EQ(boot(token).answer, TokenAnswer::used);
  EXPECT_FALSE(jobs_.open_job("n01"));
}

TEST_F(Jobs, AreAsOldAsWhoeverTookThemUp) {
  const std::int64_t job = begin("n01");
  const WallTime then = std::chrono::floor<std::chrono::microseconds>(
      std::chrono::system_clock::now() - half_an_hour);

  EXPECT_TRUE(jobs_.take_up(job, then));
  EXPECT_EQ(jobs_.open_job("n01")->begun, then);
  jobs_.end(job, "installed");
  EXPECT_FALSE(jobs_.take_up(job, then));
}

TEST_F(Jobs, KnowWhetherTheirNodeCame) {
  const std::int64_t job = begin("n01");
  const std::string token = jobs_.arm(job, half_an_hour);
  EXPECT_FALSE(jobs_.was_fetched(job));
  boot(token);
  EXPECT_TRUE(jobs_.was_fetched(job));
}

TEST_F(Jobs, TellWhichOtherRunHasEndedAfterThem) {
  const WallTime before = std::chrono::system_clock::now() - half_an_hour;
  const WallTime later = std::chrono::system_clock::now() + half_an_hour;
  jobs_.end(jobs_.begin("n01", "6", Value(Dict{})), "installed", JobEnd::installed);
  begin("n01");
  EXPECT_EQ(jobs_.installed_after("n01", "7", later), std::nullopt);
  EXPECT_EQ(jobs_.installed_after("n01", "8", before), "6");

  jobs_.end(jobs_.begin("n01", "8", Value(Dict{})), "installed", JobEnd::installed);

  EXPECT_EQ(jobs_.installed_after("n01", "7", later), "8");
  EXPECT_EQ(jobs_.installed_after("n02", "7", before), std::nullopt);
}

TEST_F(Jobs, TellWhatWasLastWritten) {
  EXPECT_FALSE(jobs_.last_write("n01"));
  const std::int64_t first = jobs_.begin("n01", "6", Value(Dict{{"image", "a"}}));
  EXPECT_FALSE(jobs_.last_write("n01"));
  jobs_.set_written(first);
  const auto half = jobs_.last_write("n01");
  ASSERT_TRUE(half);
  EXPECT_FALSE(half->is_whole);
  EXPECT_TRUE(jobs_.open_job("n01")->has_written);

  jobs_.end(first, "installed", JobEnd::installed);
  jobs_.end(jobs_.begin("n01", "7", Value(Dict{})), "it was not written", JobEnd::refused);

  const auto whole = jobs_.last_write("n01");
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->is_whole);
  EXPECT_GE(whole->time, half->time);
  EXPECT_EQ(value::text_or(whole->order, "image", ""), "a");
  EXPECT_EQ(jobs_.last_job("n01")->end, JobEnd::refused);
  EXPECT_EQ(jobs_.last_job("n01", "6")->end, JobEnd::installed);
  EXPECT_FALSE(jobs_.last_job("n02"));
}

TEST_F(Jobs, AreOneANode) {
  const std::string token = jobs_.arm(begin("n01"), half_an_hour);
  begin("n01");
  begin("n02");

  EXPECT_EQ(jobs_.open_jobs().size(), 2U);
  EXPECT_EQ(boot(token).answer, TokenAnswer::used);
}

TEST_F(Jobs, KeepNoTokenThatCouldBeRead) {
  const std::string token = jobs_.arm(begin("n01"), half_an_hour);
  for (const char* file : {"/state/state.db", "/state/state.db-wal"}) {
    const std::string bytes = os::read_file(directory_.path() + file).value_or("");
    EXPECT_EQ(bytes.find(token), std::string::npos) << file;
  }
}

TEST_F(Jobs, AreToldOfARunWithTheirEnds) {
  const std::int64_t first = begin("n01"), second = begin("n02");
  jobs_.begin("n03", "8", Value(Dict{}));
  boot(jobs_.arm(first, half_an_hour));
  jobs_.arm(second, half_an_hour);
  jobs_.end(first, "installed", JobEnd::installed);

  const std::vector<JobRecord> ends = jobs_.jobs_of_run("7");

  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].node, "n01");
  EXPECT_EQ(ends[0].outcome, "installed");
  EXPECT_TRUE(ends[0].was_fetched);
  ASSERT_TRUE(ends[0].ended);
  EXPECT_GE(*ends[0].ended, ends[0].begun);
  EXPECT_EQ(ends[1].node, "n02");
  EXPECT_EQ(ends[1].outcome, "");
  EXPECT_FALSE(ends[1].ended || ends[1].was_fetched);
  EXPECT_TRUE(jobs_.jobs_of_run("9").empty());
}

TEST_F(Jobs, TakeAnApprovalOnce) {
  const Value plan(Dict{{"nodes", value::List{"n01"}}});
  const std::string digest = jobs_.keep_plan(plan, half_an_hour);

  EXPECT_EQ(jobs_.use_plan(digest.substr(0, 12), "alice@ctl1").plan, plan);
  EXPECT_NE(refusal_of([&] { jobs_.use_plan(digest, "bob@ctl1"); })
                .find("' was used already, by alice@ctl1 at "),
            std::string::npos);
}

TEST_F(Jobs, RefuseAnApprovalThatIsTooOldOrShortOrUnknown) {
  const std::string old = jobs_.keep_plan(Value(Dict{}), no_time);
  const std::string hint = "\nhint: make a new one: the same command without --apply";

  EXPECT_NE(refusal_of([&] { jobs_.use_plan(old, "a"); }).find("' is too old: it lived until "),
            std::string::npos);
  EXPECT_EQ(refusal_of([&] { jobs_.use_plan(old.substr(0, 11), "a"); }),
            "error: the plan '" + old.substr(0, 11) + "' is not known" + hint);
  EXPECT_EQ(refusal_of([&] { jobs_.use_plan("abcdefabcdef", "a"); }),
            "error: the plan 'abcdefabcdef' is not known" + hint);
}

}  // namespace
}  // namespace provisioner::store
