// Who greets: a real SSH server, and sockets that stand for slow and silent ones.

#include "provisioner/engine/transport/greeting.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string_view>
#include <thread>

#include "tests/support/ssh_server.h"

namespace provisioner::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Takes connections and says nothing by itself.
class QuietServer {
 public:
  explicit QuietServer(int family) : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage any{};
    any.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET6) reinterpret_cast<sockaddr_in6*>(&any)->sin6_addr = in6addr_loopback;
    socklen_t size = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    auto* address = reinterpret_cast<sockaddr*>(&any);
    EXPECT_EQ(::bind(socket_.number(), address, size), 0);
    EXPECT_EQ(::listen(socket_.number(), 8), 0);
    ::getsockname(socket_.number(), address, &size);
    port_ = ntohs(reinterpret_cast<sockaddr_in*>(&any)->sin_port);
  }
  std::uint16_t port() const { return port_; }
  void greet_one() const {
    const os::Descriptor peer(::accept(socket_.number(), nullptr, nullptr));
    constexpr std::string_view text = "SSH-2.0-slow\r\n";
    EXPECT_EQ(::write(peer.number(), text.data(), text.size()), ssize_t{text.size()});
  }

 private:
  os::Descriptor socket_;
  std::uint16_t port_ = 0;
};

TEST(Greetings, ComeFromTheSaidPort) {
  const tests::SshServer server;
  const std::vector<Greeting> heard =
      greetings({{server.address(), static_cast<std::uint16_t>(server.port())},
                 {server.address(), 2}},
                seconds(5));

  EXPECT_EQ(heard, (std::vector{Greeting::ssh, Greeting::none}));
}

TEST(Greetings, ComeFromIPv6AndFromNames) {
  const QuietServer six(AF_INET6), four(AF_INET);
  const std::jthread greets_six([&] { six.greet_one(); });
  const std::jthread greets_four([&] { four.greet_one(); });

  EXPECT_EQ(greetings({{"::1", six.port()}, {"localhost", four.port()}}, seconds(5), seconds(20)),
            (std::vector{Greeting::ssh, Greeting::ssh}));
}

TEST(Greetings, OfNamesThatNobodyKnowsAreNoSilence) {
  EXPECT_EQ(greetings({{"no-such-name.invalid"}}, milliseconds(10)).front(), Greeting::unresolved);
}

TEST(Greetings, OfSlowServersAreWaitedFor) {
  const QuietServer server(AF_INET);
  const std::jthread greets([&] {
    std::this_thread::sleep_for(milliseconds(300));
    server.greet_one();
  });

  EXPECT_EQ(greetings({{"127.0.0.1", server.port()}}, milliseconds(100), seconds(20)).front(),
            Greeting::ssh);
}

TEST(Greetings, AreNotWaitedForWhereNothingIsSaidOfIt) {
  const QuietServer server(AF_INET);

  EXPECT_EQ(greetings({{"127.0.0.1", server.port()}}, milliseconds(50)).front(), Greeting::none);
}

}  // namespace
}  // namespace provisioner::transport
