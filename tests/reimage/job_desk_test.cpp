// What nodes that boot are told, and what becomes of what they say.

#include <gmock/gmock.h>

#include <limits>

#include "tests/reimage/desk.h"

namespace provisioner::reimage {
namespace {

using testing::HasSubstr;
using value::Dict;
using value::List;

TEST_F(Desk, ArmsNodesWithAJobAlone) {
  EXPECT_TRUE(desk_.armed().empty());
  begin(Errand::write);

  const auto armed = desk_.armed();

  ASSERT_EQ(armed.size(), 1U);
  EXPECT_EQ(armed.front().address, "10.78.0.11");
  EXPECT_EQ(armed.front().macs.size(), 2U);
  EXPECT_EQ(desk_.armed().front().script_path, armed.front().script_path);
}

TEST_F(Desk, LeadsANodeToItsNewSystem) {
  begin(Errand::write);

  const Dict facts{{"facts", Dict{{"disks", List{}}}}};
  const http::Answer booted = report("booted", fetch_script(), facts);
  EXPECT_EQ(action(booted), "write");
  EXPECT_EQ(value::text_or(*value::read_json(booted.body).find("order"), "host_name", ""), "n01");
  const http::Answer writing =
      report("writing", next(booted), {{"step", "write"}, {"done", 50}, {"of", 200}});
  EXPECT_EQ(action(writing), "go on");
  EXPECT_EQ(records_.state("n01")->detail, "write, 25 %");
  const http::Answer installed =
      report("installed", next(writing), {{"host_keys", List{host_key}}});

  EXPECT_EQ(action(installed), "reboot");
  EXPECT_EQ(stage(), "installed");
  EXPECT_TRUE(desk_.armed().empty());
  ASSERT_EQ(keys_.keys_of("n01").size(), 1U);
  EXPECT_EQ(keys_.keys_of("n01").front().state, store::KeyState::expected);
  ASSERT_TRUE(records_.hardware("n01"));
  EXPECT_EQ(records_.hardware("n01")->source, store::seen_in_reimage);
}

TEST_F(Desk, CountsWhateverNumbersANodeSays) {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  begin(Errand::write);
  http::Answer last = report("booted", fetch_script(), {{"facts", Dict{{"disks", List{}}}}});
  const auto told = [&](std::int64_t done, std::int64_t of) {
    last = report("writing", next(last), {{"done", done}, {"of", of}});
    return records_.state("n01")->detail;
  };

  EXPECT_EQ(told(largest, largest), "100 %");
  EXPECT_EQ(told(largest / 2, largest), "50 %");
  EXPECT_EQ(told(largest, 1), "100 %");
  EXPECT_EQ(told(std::numeric_limits<std::int64_t>::min(), 7), "0 %");
  EXPECT_EQ(told(1, -1), "");
}

TEST_F(Desk, TakesUpWhatAKilledOneLeftAfterTheEndOfAJob) {
  const std::int64_t job = begin(Errand::write);
  report("booted", fetch_script(), {{"facts", Dict{{"disks", List{}}}}});
  jobs_.end(job, "installed", store::JobEnd::installed);
  ASSERT_EQ(stage(), "writing");

  const JobDesk again(state(), "http://10.78.0.1:8087",
                      [](const std::string&) { return std::nullopt; });

  EXPECT_EQ(stage(), "installed");
}

TEST_F(Desk, SwitchesANodeOffThatWasOnlyToBeLookedAt) {
  begin(Errand::look);

  EXPECT_EQ(action(report("booted", fetch_script(), {{"facts", Dict{}}})), "power off");
  EXPECT_EQ(stage(), "discovered");
  EXPECT_EQ(records_.hardware("n01")->source, "ram disk");
  EXPECT_FALSE(jobs_.open_job("n01"));
}

TEST_F(Desk, RefusesATokenThatWasUsedAndNotesIt) {
  begin(Errand::write);
  const std::string token = boot_token();
  desk_.boot_script(token, "10.78.0.11");

  EXPECT_EQ(desk_.boot_script(token, "10.78.0.66").status, 403);
  EXPECT_EQ(last_line("n01"), "refused 'boot' from 10.78.0.66: the token is used before");
}

TEST_F(Desk, NotesAGuessUnderNobodysName) {
  EXPECT_EQ(desk_.report("booted", std::string(32, '0'), "{}", "10.78.0.66").status, 403);
  EXPECT_EQ(last_line(""), "refused 'booted' from 10.78.0.66: the token is unknown");
}

TEST_F(Desk, NotesWhatNeverCameToIt) {
  desk_.refused("10.78.0.66", "a file", "there is no such file");
  EXPECT_EQ(last_line(""), "refused 'a file' from 10.78.0.66: there is no such file");

  begin(Errand::write);
  desk_.armed();
  desk_.refused("10.78.0.11", "a request", "it was answered 431");
  EXPECT_EQ(last_line("n01"), "refused 'a request' from 10.78.0.11: it was answered 431");
}

TEST_F(Desk, GivesOutAnotherTokenWhereTheLastIsTooOld) {
  const std::int64_t job = begin(Errand::write);
  const std::string first = boot_token();
  jobs_.arm(job, std::chrono::seconds(-1));

  const std::string second = boot_token();

  EXPECT_NE(second, first);
  EXPECT_EQ(desk_.boot_script(second, "10.78.0.11").status, 200);
}

TEST_F(Desk, DisarmsANodeThatFetchesAndNeverReports) {
  begin(Errand::write);
  for (int fetch = 0; fetch < 3; ++fetch)
    EXPECT_EQ(desk_.boot_script(boot_token(), "10.78.0.11").status, 200);
  records_.add_line({"n01", {}, "console", "Kernel panic - not syncing: no init"});

  EXPECT_EQ(desk_.boot_script(boot_token(), "10.78.0.11").status, 409);
  EXPECT_EQ(stage(), "failed");
  EXPECT_EQ(records_.state("n01")->detail,
            "it fetched the boot script 3 times and never reported: disarmed; its kernel panicked: "
            "'Kernel panic - not syncing: no init'");
  EXPECT_TRUE(desk_.armed().empty());
}

TEST_F(Desk, EndsTheJobOfANodeWhoseKeysAreNone) {
  begin(Errand::write);
  const http::Answer booted = report("booted", fetch_script(), {{"facts", Dict{}}});

  EXPECT_EQ(report("installed", next(booted), {{"host_keys", List{"ssh-rsa AAAA"}}}).status, 409);
  EXPECT_EQ(stage(), "failed");
  EXPECT_FALSE(jobs_.open_job("n01"));
  EXPECT_TRUE(keys_.keys_of("n01").empty());
}

TEST_F(Desk, KeepsWhatANodeSaysOfItsFailure) {
  begin(Errand::write);
  const http::Answer booted = report("booted", fetch_script(), {{"facts", Dict{}}});

  report("failed", next(booted), {{"because", "the disk 'sda' is gone"}});

  EXPECT_EQ(stage(), "failed");
  EXPECT_EQ(records_.state("n01")->detail, "the disk 'sda' is gone");
}

TEST_F(Desk, SendsANodeBackToItsDiskWhereItsRamDiskRefuses) {
  begin(Errand::write);
  const http::Answer booted = report("booted", fetch_script(), {{"facts", Dict{}}});

  const Dict refusal{{"because", "on the disk lies LVM2_member"}, {"is_refused", true}};
  const http::Answer answer = report("failed", next(booted), refusal);

  EXPECT_THAT(answer.body, HasSubstr("\"reboot\""));
  EXPECT_EQ(stage(), "failed");
  EXPECT_EQ(jobs_.last_job("n01")->end, store::JobEnd::refused);
  EXPECT_EQ(jobs_.last_job("n01")->outcome,
            "refused by its RAM disk: on the disk lies LVM2_member");
}

TEST_F(Desk, SwitchesOffANodeWhoseDiskIsHalfWritten) {
  begin(Errand::write);
  const http::Answer booted = report("booted", fetch_script(), {{"facts", Dict{}}});
  const http::Answer writing =
      report("writing", next(booted), {{"step", "write"}, {"done", 0}, {"of", 10}});

  EXPECT_THAT(report("failed", next(writing), {{"because", "it broke"}}).body,
              HasSubstr("\"power off\""));
  EXPECT_EQ(jobs_.last_job("n01")->end, store::JobEnd::other);
}

TEST_F(Desk, SwitchesOffANodeThatAnEarlierBootHasHalfWritten) {
  begin(Errand::write);
  const http::Answer first = report("booted", fetch_script(), {{"facts", Dict{}}});
  report("writing", next(first), {{"step", "write"}, {"done", 0}, {"of", 10}});
  records_.put_state({"n01", "armed", "", "alice@ctl1", {}});  // a power cycle
  const http::Answer second = report("booted", fetch_script(), {{"facts", Dict{}}});

  const Dict refusal{{"because", "there is another disk"}, {"is_refused", true}};
  EXPECT_THAT(report("failed", next(second), refusal).body, HasSubstr("\"power off\""));
}

TEST_F(Desk, GivesNoBootScriptToANodeThatNobodyArmed) {
  begin(Errand::write);
  records_.put_state({"n01", "in service", "", "alice@ctl1", {}});

  EXPECT_EQ(desk_.boot_script(boot_token(), "10.78.0.11").status, 409);
  EXPECT_EQ(stage(), "in service");
  EXPECT_EQ(last_line("n01"), "refused to boot service: from 'in service' to 'booting' is no step");
}

TEST_F(Desk, DoesNotLetAnOvertakenReportEndTheJob) {
  const std::int64_t job = begin(Errand::write);
  const http::Answer booted = report("booted", fetch_script(), {{"facts", Dict{}}});
  records_.put_state({"n01", "armed", "a power cycle", "alice@ctl1", {}});

  EXPECT_EQ(report("writing", next(booted), {{"done", 1}, {"of", 2}}).status, 409);
  EXPECT_EQ(stage(), "armed");
  EXPECT_EQ(jobs_.open_job("n01")->id, job);
}

TEST_F(Desk, LeavesANodeInMaintenanceAlone) {
  begin(Errand::write);
  const http::Answer booted = report("booted", fetch_script(), {{"facts", Dict{}}});
  records_.put_state({"n01", "maintenance", "a DIMM", "alice@ctl1", {}});

  EXPECT_EQ(report("installed", next(booted), {{"host_keys", List{host_key}}}).status, 409);
  EXPECT_EQ(stage(), "maintenance");
  EXPECT_TRUE(keys_.keys_of("n01").empty());
}

TEST_F(Desk, KnowsWhoseMacItSaw) {
  begin(Errand::write);
  desk_.armed();
  desk_.saw("00:00:5e:00:53:81", "dhcp", "DHCPDISCOVER");
  desk_.saw("00:00:5e:00:53:99", "dhcp", "DHCPDISCOVER of a stranger");

  EXPECT_EQ(last_line("n01"), "DHCPDISCOVER");
}

}  // namespace
}  // namespace provisioner::reimage
