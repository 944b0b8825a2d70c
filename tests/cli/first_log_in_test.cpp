// The first log-in to new systems: real SSH servers stand for them.

#include "provisioner/front/cli/first_log_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "spoken.h"
#include "tests/support/ssh_server.h"

namespace provisioner::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::chrono::seconds once{0};

class FirstLogIn : public testing::Test {
 protected:
  FirstLogIn() {
    desk_.write("known", new_.known_host() + "\n" + foreign_.known_host() + "\n");
    const auto host = [](const std::string& name, const tests::SshServer& server) {
      return "    " + name + ": {ansible_host: " + server.address() +
             ", ansible_port: " + std::to_string(server.port()) + "}\n";
    };
    desk_.write("hosts.yml", "all:\n  vars:\n    ansible_ssh_private_key_file: " +
                                 new_.key_file() +
                                 "\n    ansible_ssh_common_args: -o UserKnownHostsFile=" +
                                 desk_.path() + "/known\n  hosts:\n" + host("n01", new_) +
                                 host("n02", foreign_));
    words_.inventories = {"hosts.yml"};
  }

  Desk desk_;
  tests::SshServer new_, foreign_;  // the second one knows another key
  RunWords words_;
  std::atomic<int> stop_ = 0;
};

TEST_F(FirstLogIn, FindsNothingWrongWhereTheKeyIsTaken) {
  EXPECT_TRUE(try_log_in(words_, {"n01"}, once, stop_).empty());
}

TEST_F(FirstLogIn, TellsWhyAServerThatAnswersLetsNobodyIn) {
  EXPECT_THAT(try_log_in(words_, {"n01", "n02"}, once, stop_),
              ElementsAre(Pair("n02", HasSubstr("n02: "))));
}

// As while a system boots: it is tried until it lets us in, long before the patience is over.
TEST_F(FirstLogIn, IsTriedAgain) {
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    foreign_.accept_key_of(new_);
  });
  EXPECT_TRUE(try_log_in(words_, {"n02"}, std::chrono::minutes(1), stop_).empty());
}

TEST_F(FirstLogIn, IsNotTriedOnceItIsStopped) {
  stop_ = 2;
  const auto begun = std::chrono::steady_clock::now();
  try_log_in(words_, {"n02"}, std::chrono::hours(1), stop_);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(10));
}

}  // namespace
}  // namespace provisioner::cli
