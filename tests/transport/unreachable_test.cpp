// Nodes that cannot be reached, each for its own reason.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/private_place.h"
#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using tests::SshServer;

// A port of this machine that takes connections (as long as its queue is not full) and says what it
// is told to say.
class Port {
 public:
  explicit Port(int backlog = 8) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    ::bind(listener_.number(), reinterpret_cast<sockaddr*>(&place), sizeof place);
    ::listen(listener_.number(), backlog);
    socklen_t size = sizeof place;
    ::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&place), &size);
    number_ = ::ntohs(place.sin_port);
  }
  int number() const { return number_; }
  void stop_listening() { listener_ = os::Descriptor(); }

  os::Descriptor accept() {
    return os::Descriptor(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  // A connection to it.
  os::Descriptor connect() const {
    os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    place.sin_port = ::htons(static_cast<std::uint16_t>(number_));
    ::connect(socket.number(), reinterpret_cast<sockaddr*>(&place), sizeof place);
    return socket;
  }

 private:
  os::Descriptor listener_;
  int number_ = 0;
};

class Unreachable : public testing::Test {
 protected:
  Unreachable() {
    access_.node = "n01";
    access_.connect_timeout = std::chrono::seconds(1);
    endpoint_.address = "127.0.0.1";
    endpoint_.user = "root";
  }
  std::string answer() { return client_.raw(endpoint_, access_, "true"); }

  tests::Client client_;
  Endpoint endpoint_;
  Access access_;
};

TEST_F(Unreachable, NothingListens) {
  Port port;
  endpoint_.port = port.number();
  port.stop_listening();
  client_.call(std::to_string(endpoint_.port), "PORT");

  EXPECT_EQ(answer(),
            "error: n01: 127.0.0.1 port PORT cannot be connected to: connection refused: nothing "
            "listens there, or a firewall says no");
}

TEST_F(Unreachable, NoAnswerAtAll) {
  Port port(0);
  const auto first = port.connect(), second = port.connect();  // its queue is full now
  endpoint_.port = port.number();
  client_.call(std::to_string(endpoint_.port), "PORT");

  EXPECT_EQ(answer(),
            "error: n01: 127.0.0.1 port PORT cannot be connected to: no answer in 1 s: it is "
            "switched off, or a firewall drops what is sent\n"
            "hint: a longer wait is asked for by -T (seconds)");
}

TEST_F(Unreachable, NameWithoutAnAddress) {
  endpoint_.address = "no-such-node.invalid";

  EXPECT_EQ(
      answer(),
      "error: n01: the name 'no-such-node.invalid' has no address: name or service not known\n"
      "hint: set 'ansible_host' to the node's address, or ask the resolver: getent hosts "
      "no-such-node.invalid");
}

TEST_F(Unreachable, NoNetworkAndNoRoute) {
  if (!tests::is_root()) GTEST_SKIP() << "a network of its own needs root";
  tests::with_own_network([&] {
    endpoint_.address = "203.0.113.7";
    EXPECT_EQ(answer(),
              "error: n01: 203.0.113.7 port 22 cannot be connected to: network is unreachable from "
              "here");
  });
}

TEST_F(Unreachable, NoRouteToTheHost) {
  if (!tests::is_root()) GTEST_SKIP() << "a network of its own needs root";
  tests::with_own_network([&] {
    os::run_checked({.argv = {"ip", "route", "add", "unreachable", "203.0.113.7"}});
    endpoint_.address = "203.0.113.7";
    EXPECT_EQ(answer(),
              "error: n01: 203.0.113.7 port 22 cannot be connected to: no route to host: it is "
              "switched off, or not in this network");
  });
}

TEST_F(Unreachable, ServerThatSaysNothing) {
  Port port;
  endpoint_.port = port.number();
  client_.call(std::to_string(endpoint_.port), "PORT");

  EXPECT_EQ(
      answer(),
      "error: n01: timed out while waiting for the greeting of 127.0.0.1 port PORT: the server "
      "is overloaded, frozen, or not an ssh server\n"
      "hint: a longer wait is asked for by -T (seconds)");
}

TEST_F(Unreachable, ServerThatClosesAtOnce) {
  Port port;
  endpoint_.port = port.number();
  client_.call(std::to_string(endpoint_.port), "PORT");
  const auto task = client_.submit_raw(endpoint_, access_, "true");
  port.accept();

  EXPECT_EQ(
      client_.told(task),
      "error: n01: 127.0.0.1 port PORT took the connection, but no ssh session came of it: the "
      "server closed the connection\n"
      "hint: its sshd may be starting, full ('MaxStartups'), or forbid this address: see its "
      "log, journalctl -u ssh");
}

TEST_F(Unreachable, ServerThatResetsTheConnection) {
  Port port;
  endpoint_.port = port.number();
  client_.call(std::to_string(endpoint_.port), "PORT");
  const auto task = client_.submit_raw(endpoint_, access_, "true");
  {
    const os::Descriptor server = port.accept();
    char greeting = 0;
    ASSERT_EQ(::read(server.number(), &greeting, 1), 1);
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(server.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  EXPECT_THAT(client_.told(task),
              testing::HasSubstr("n01: 127.0.0.1 port PORT took the connection, but no ssh "
                                 "session came of it: the server closed the connection\n"));
}

TEST_F(Unreachable, ServerThatSpeaksSomethingElse) {
  Port port;
  endpoint_.port = port.number();
  client_.call(std::to_string(endpoint_.port), "PORT");
  const auto task = client_.submit_raw(endpoint_, access_, "true");
  const os::Descriptor server = port.accept();
  const std::string text = "HTTP/1.1 400 Bad Request\r\nServer: \x1b[31mred\r\n\r\n";
  ASSERT_EQ(::write(server.number(), text.data(), text.size()), static_cast<ssize_t>(text.size()));

  EXPECT_THAT(client_.told(task),
              testing::HasSubstr("n01: timed out while waiting for the greeting"));
}

TEST_F(Unreachable, ServerThatIsFrozen) {
  SshServer server;
  endpoint_ = client_.endpoint(server);
  access_ = client_.access(server);
  access_.connect_timeout = std::chrono::seconds(1);
  server.send_to_all(SIGSTOP);

  EXPECT_EQ(
      answer(),
      "error: n01: timed out while waiting for the greeting of SERVER port 2022: the server is "
      "overloaded, frozen, or not an ssh server\n"
      "hint: a longer wait is asked for by -T (seconds)");
  server.send_to_all(SIGCONT);
}

TEST_F(Unreachable, IsTriedAsOftenAsIsAskedFor) {
  Port port;
  endpoint_.port = port.number();
  access_.connection_attempts = 3;
  const auto task = client_.submit_raw(endpoint_, access_, "true");
  port.accept();
  port.accept();
  port.accept();

  EXPECT_THAT(client_.told(task), testing::HasSubstr("no ssh session came of it"));
}

TEST_F(Unreachable, DoesNotKeepTheOthersWaiting) {
  Port silent;
  SshServer server;
  endpoint_.port = silent.number();
  access_.connect_timeout = std::chrono::seconds(30);
  client_.submit_raw(endpoint_, access_, "true");

  EXPECT_EQ(client_.raw(server, "echo in"), "0: in\n");
}

TEST_F(Unreachable, IsGivenUpWhenTheRunEnds) {
  Port silent;
  endpoint_.port = silent.number();
  access_.connect_timeout = std::chrono::seconds(300);
  const auto task = client_.submit_raw(endpoint_, access_, "true");
  const os::Descriptor server = silent.accept();

  client_.close();

  EXPECT_THAT(client_.told(task), testing::StartsWith("error: n01: given up while "));
}

}  // namespace
}  // namespace provisioner::transport
