// What nodes are told of each other where racks share.

#include <gmock/gmock.h>

#include "tests/reimage/desk.h"

namespace provisioner::reimage {
namespace {

using value::Dict;
using value::List;
using value::Value;

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
    const std::string token = armed.script_path.substr(std::string("/boot/").size());
    const std::string script = sharing_.boot_script(token, armed.address).body;
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
  EXPECT_EQ(jobs_.last_job("n01")->end, store::JobEnd::installed);
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

}  // namespace
}  // namespace provisioner::reimage
