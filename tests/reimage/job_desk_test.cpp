// What nodes that boot are told, and what becomes of what they say.

#include "provisioner/machine/reimage/job_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"

namespace provisioner::reimage {
namespace {

using testing::HasSubstr;
using value::Dict;
using value::List;
using value::Value;

// A public key in wire form (RFC 4253, 6.6), as a line of its file.
constexpr const char* host_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN6w8lV/STEDPTsjMBH9RjJv1J/Kglge4nOK0GaQ07uC root@n01";

BootOrder order(Errand errand) {
  BootOrder order;
  order.errand = errand;
  order.macs = {"00:00:5e:00:53:41", "00:00:5e:00:53:81"};
  order.address = "10.78.0.11/24";
  order.kernel = std::string(64, 'a');
  order.ram_disk = std::string(64, 'b');
  order.arguments = "console=ttyS0";
  order.deploy = Dict{{"host_name", "n01"}};
  return order;
}

class Desk : public testing::Test {
 protected:
  std::string state() const { return directory_.path() + "/state"; }
  std::int64_t begin(Errand errand) {
    records_.put_state({"n01", "armed", "the BMC is told", "alice@ctl1", {}});
    return jobs_.begin("n01", "7", to_value(order(errand)));
  }
  std::string boot_token() {
    return desk_.armed().front().script_path.substr(std::string("/boot/").size());
  }
  // The token that the boot script hands on to the RAM disk.
  std::string fetch_script() {
    const std::string script = desk_.boot_script(boot_token(), "10.78.0.11").body;
    const std::string mark = "provisioner.token=";
    return script.substr(script.find(mark) + mark.size(), 32);
  }
  http::Answer report(const std::string& stage, const std::string& token, Dict said) {
    return desk_.report(stage, token, value::write_json(Value(std::move(said))), "10.78.0.11");
  }
  static std::string next(const http::Answer& answer) {
    return value::text_or(value::read_json(answer.body), "token", "");
  }
  static std::string action(const http::Answer& answer) {
    return value::text_or(value::read_json(answer.body), "action", "");
  }
  std::string stage() const { return records_.state("n01")->state; }
  std::string last_line(const std::string& node) const {
    std::string last;
    records_.each_line(node, {}, [&](const store::NodeLine& line) { last = line.text; });
    return last;
  }

  os::TemporaryDirectory directory_;
  store::BootJobs jobs_ = store::BootJobs::open(state());
  store::NodeRecords records_ = store::NodeRecords::open(state());
  store::HostKeyStore keys_ = store::HostKeyStore::open(state());
  JobDesk desk_{state(), "http://10.78.0.1:8087", [](const std::string&) { return std::nullopt; }};
};

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

  const http::Answer booted = report("booted", fetch_script(), {{"facts", Dict{{"disks", List{}}}}});
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
  EXPECT_TRUE(records_.hardware("n01"));
}

TEST_F(Desk, TakesUpWhatAKilledOneLeftAfterTheEndOfAJob) {
  const std::int64_t job = begin(Errand::write);
  report("booted", fetch_script(), {{"facts", Dict{{"disks", List{}}}}});
  jobs_.end(job, "installed");
  ASSERT_EQ(stage(), "writing");

  const JobDesk again(state(), "http://10.78.0.1:8087",
                      [](const std::string&) { return std::nullopt; });

  EXPECT_EQ(stage(), "installed");
}

TEST_F(Desk, SwitchesANodeOffThatWasOnlyToBeLookedAt) {
  begin(Errand::look);

  EXPECT_EQ(action(report("booted", fetch_script(), {{"facts", Dict{}}})), "power off");
  EXPECT_EQ(stage(), "discovered");
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

TEST(BootScript, HasANodeListenThatWasOrderedTo) {
  BootOrder listening = order(Errand::look);
  listening.listens = true;
  EXPECT_THAT(boot_script(order_of(to_value(listening)), "http://10.78.0.1:8087",
                          std::string(32, 'c')),
              HasSubstr(" provisioner.look=lldp "));
}

TEST(BootScript, HoldsNothingButWordsOfAFixedForm) {
  const std::string script =
      boot_script(order(Errand::write), "http://10.78.0.1:8087", std::string(32, 'c'));

  EXPECT_THAT(script, HasSubstr("provisioner.token=" + std::string(32, 'c')));
  EXPECT_THAT(script, HasSubstr(" console=ttyS0\n"));
  EXPECT_THAT(script, testing::Not(HasSubstr("provisioner.look")));
  for (const char* evil : {"a\nshell", "${net0/mac}", "a;b", "a && b"}) {
    BootOrder wrong = order(Errand::write);
    wrong.arguments = evil;
    EXPECT_THROW(boot_script(wrong, "http://10.78.0.1:8087", std::string(32, 'c')), std::exception);
  }
}

}  // namespace
}  // namespace provisioner::reimage
