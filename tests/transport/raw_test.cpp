// Commands without an agent: each has its whole output and its status, at once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using tests::SshServer;

class Raw : public testing::Test {
 protected:
  SshServer server_;
  // Nothing but news wakes it.
  tests::Client client_{{.agent_path = AGENT, .keepalive = std::chrono::seconds(100)}};
  Endpoint endpoint_ = client_.endpoint(server_);
  Access access_ = client_.access(server_);
};

TEST_F(Raw, HasItsStatusAlsoWhereItsOutputEndsLongBefore) {
  EXPECT_EQ(client_.raw(endpoint_, access_, "echo out; exec >&- 2>&-; sleep 0.5; exit 3"),
            "3: out\n");
}

TEST_F(Raw, OfThisMachineHasItsStatusTooWhereItsOutputEndsLongBefore) {
  const Endpoint here{Endpoint::Kind::local, "localhost", 0, "", ""};

  EXPECT_EQ(client_.raw(here, access_, "echo out; exec >&- 2>&-; sleep 0.5; exit 3"), "3: out\n");
}

TEST_F(Raw, HasItsOutputOfBothStreamsWhole) {
  const std::string told = client_.raw(
      endpoint_, access_,
      "head -c 1000000 /dev/zero | tr '\\0' o; head -c 1000000 /dev/zero | tr '\\0' e >&2; exit 4");

  EXPECT_EQ(told, "4: " + std::string(1'000'000, 'o') + std::string(1'000'000, 'e'));
}

TEST_F(Raw, NamesTheSignalThatEndedItAsAShellDoes) {
  EXPECT_EQ(client_.raw(endpoint_, access_, "kill -TERM $$"), "143: ");
  EXPECT_EQ(client_.raw(endpoint_, access_, "kill -KILL $$"), "137: ");
  EXPECT_EQ(client_.raw(endpoint_, access_, "kill -HUP $$"), "129: ");
}

TEST_F(Raw, EndsThoughADaemonThatItLeftHoldsItsOutput) {
  EXPECT_EQ(client_.raw(endpoint_, access_, "sleep 1000 >/dev/null 2>&1 & echo done"), "0: done\n");
}

TEST_F(Raw, OfManyShortOnesEachHasItsOwnStatusAndOutput) {
  for (int round = 0; round < 25; ++round) {
    std::vector<wire::TaskNumber> tasks;
    for (int number = 0; number < 8; ++number)
      tasks.push_back(client_.submit_raw(endpoint_, access_, "exit " + std::to_string(number)));
    for (std::size_t number = 0; number < tasks.size(); ++number)
      EXPECT_EQ(client_.told(tasks[number]), std::to_string(number) + ": ");
  }
}

}  // namespace
}  // namespace provisioner::transport
