// What nodes that boot are told, and what becomes of what they say.

#include "provisioner/machine/reimage/job_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

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

// Two nodes of one rack, at a desk whose racks share.
class SharingDesk : public Desk {
 protected:
  // The way of a node up to its first report of the image; answers the next token.
  std::string begin_at(const std::string& node, int number) {
    BootOrder mine = order(Errand::write);
    mine.macs = {"00:00:5e:00:53:0" + std::to_string(number)};
    mine.address = "10.78.0.1" + std::to_string(number) + "/24";
    mine.rack = "A1";
    mine.deploy = Dict{{"host_name", node}, {"manifest", std::string(64, 'm')}};
    records_.put_state({node, "armed", "the BMC is told", "alice@ctl1", {}});
    jobs_.begin(node, "7", to_value(mine));
    for (const image::ArmedNode& armed : sharing_.armed())
      if (armed.node == node) return script_token(armed);
    return "";
  }
  std::string script_token(const image::ArmedNode& armed) {
    const std::string script = sharing_.boot_script(armed.script_path.substr(6), armed.address).body;
    const std::string mark = "provisioner.token=";
    return script.substr(script.find(mark) + mark.size(), 32);
  }
  // What is answered to a report of a node that serves at port 9000.
  Value tell(JobDesk& desk, const std::string& stage, std::string& token, Dict said,
             std::int64_t kept) {
    if (stage != "booted")
      said.set("rack", Dict{{"port", 9000}, {"chunks", 100}, {"first", 0}, {"kept", kept},
                            {"next", kept % 100}, {"taken", 123}});
    const http::Answer answer =
        desk.report(stage, token, value::write_json(Value(std::move(said))), "10.78.0.11");
    EXPECT_EQ(answer.status, 200) << answer.body;
    token = next(answer);
    return value::read_json(answer.body);
  }
  static std::vector<std::string> peers_in(const Value& answer) {
    std::vector<std::string> urls;
    if (const Value* peers = answer.find("peers"))
      for (const Value& url : peers->list()) urls.push_back(url.text());
    return urls;
  }

  JobDesk sharing_{state(), "http://10.78.0.1:8087",
                   [](const std::string&) { return std::nullopt; }, JobDesk::Racks::sharing};
};

TEST_F(SharingDesk, NamesPeersAndHasWhoIsDoneServeTheOthers) {
  std::string one = begin_at("n01", 1), two = begin_at("n02", 2);
  const Value booted = tell(sharing_, "booted", one, {{"facts", Dict{}}}, 0);
  EXPECT_TRUE(booted.find("peers") != nullptr && booted.find("start") != nullptr);
  tell(sharing_, "booted", two, {{"facts", Dict{}}}, 0);
  const Dict half{{"step", "write"}, {"done", 50}, {"of", 100}};
  EXPECT_THAT(peers_in(tell(sharing_, "writing", one, half, 50)), testing::IsEmpty());
  EXPECT_THAT(peers_in(tell(sharing_, "writing", two, half, 50)),
              testing::ElementsAre("http://10.78.0.11:9000"));

  const Value last = tell(sharing_, "installed", one, {{"host_keys", List{host_key}}}, 100);

  EXPECT_EQ(value::text_or(last, "action", ""), "serve");
  EXPECT_EQ(value::integer_or(last, "seconds", 0), 10);
  EXPECT_EQ(records_.state("n01")->state, "installed");
  EXPECT_EQ(jobs_.last_outcome("n01"), "installed");
  EXPECT_THAT(peers_in(tell(sharing_, "writing", two, half, 60)),
              testing::ElementsAre("http://10.78.0.11:9000"));
  EXPECT_EQ(value::text_or(tell(sharing_, "installed", two, {{"host_keys", List{host_key}}}, 100),
                           "action", ""),
            "reboot");
}

TEST_F(SharingDesk, SaysWhereAnImageCameFrom) {
  std::string token = begin_at("n01", 1);
  sharing_.gave("10.78.0.11", 7000);  // kernel and RAM disk
  tell(sharing_, "booted", token, {{"facts", Dict{}}}, 0);
  sharing_.gave("10.78.0.11", 500);
  sharing_.gave("10.78.0.66", 900);
  sharing_.gave("10.78.0.11", 77);
  tell(sharing_, "installed", token, {{"host_keys", List{host_key}}}, 100);
  EXPECT_EQ(last_line("n01"), "its image: 577 bytes from here, 123 from its rack");
}

TEST_F(SharingDesk, KnowsPeersAgainAfterItWasKilled) {
  std::string one = begin_at("n01", 1), two = begin_at("n02", 2);
  tell(sharing_, "booted", one, {{"facts", Dict{}}}, 0);
  tell(sharing_, "booted", two, {{"facts", Dict{}}}, 0);
  JobDesk again(state(), "http://10.78.0.1:8087", [](const std::string&) { return std::nullopt; },
                JobDesk::Racks::sharing);
  const Dict half{{"step", "write"}, {"done", 50}, {"of", 100}};
  tell(again, "writing", one, half, 50);
  EXPECT_THAT(peers_in(tell(again, "writing", two, half, 50)),
              testing::ElementsAre("http://10.78.0.11:9000"));
}

TEST_F(SharingDesk, SaysNothingOfPeersWhereRacksAreApart) {
  std::string one = begin_at("n01", 1), two = begin_at("n02", 2);
  tell(desk_, "booted", one, {{"facts", Dict{}}}, 0);
  tell(desk_, "booted", two, {{"facts", Dict{}}}, 0);
  const Dict half{{"step", "write"}, {"done", 50}, {"of", 100}};
  EXPECT_EQ(tell(desk_, "writing", one, half, 50).find("peers"), nullptr);
  EXPECT_EQ(value::text_or(tell(desk_, "installed", one, {{"host_keys", List{host_key}}}, 100),
                           "action", ""),
            "reboot");
}

TEST_F(SharingDesk, KeepsTheRackInTheOrder) {
  BootOrder mine = order(Errand::write);
  mine.rack = "A1";
  EXPECT_EQ(order_of(to_value(mine)).rack, "A1");
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
