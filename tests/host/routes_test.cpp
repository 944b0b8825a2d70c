#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/os/process.h"
#include "provisioner/node/host/local_host.h"
#include "tests/support/private_place.h"

namespace provisioner::host {
namespace {

// A network of its own, where a device has addresses and gateways stand beside it.
class Routes : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "a network of its own needs root";
  }

  static void with_network(const std::function<void(const Host& host)>& body) {
    tests::with_own_network([&] {
      ip({"link", "add", "eth0", "type", "veth", "peer", "name", "peer"});
      ip({"link", "set", "peer", "up"});
      ip({"link", "set", "eth0", "up"});
      ip({"address", "add", "192.0.2.5/24", "dev", "eth0"});
      ip({"address", "add", "2001:db8::5/64", "dev", "eth0", "nodad"});
      body(*make_local_host());
    });
  }

  static void ip(std::vector<std::string> words) {
    words.insert(words.begin(), "ip");
    os::run_checked({.argv = std::move(words)});
  }
};

TEST_F(Routes, ToldWithInterfaceOwnAddressAndGateway) {
  with_network([](const Host& host) {
    ip({"route", "add", "default", "via", "192.0.2.1", "dev", "eth0"});
    const auto route = host.route("8.8.8.8");
    ASSERT_TRUE(route);
    EXPECT_EQ(route->interface, "eth0");
    EXPECT_EQ(route->source, "192.0.2.5");
    EXPECT_EQ(route->gateway, "192.0.2.1");
  });
}

TEST_F(Routes, OfIpv6) {
  with_network([](const Host& host) {
    ip({"-6", "route", "add", "2001:db8:1::/48", "via", "2001:db8::1", "dev", "eth0"});
    const auto route = host.route("2001:db8:1::7");
    ASSERT_TRUE(route);
    EXPECT_EQ(route->interface, "eth0");
    EXPECT_EQ(route->source, "2001:db8::5");
    EXPECT_EQ(route->gateway, "2001:db8::1");
  });
}

TEST_F(Routes, NoneToNowhereToItselfOrToANonsense) {
  with_network([](const Host& host) {
    EXPECT_FALSE(host.route("8.8.8.8"));
    EXPECT_FALSE(host.route("192.0.2.5"));
    EXPECT_FALSE(host.route("nonsense"));
    ip({"route", "add", "unreachable", "8.8.8.8"});
    EXPECT_FALSE(host.route("8.8.8.8"));
  });
}

TEST_F(Routes, NoneInAnotherFamily) {
  with_network([](const Host& host) {
    ip({"route", "add", "default", "via", "192.0.2.1", "dev", "eth0"});
    EXPECT_FALSE(host.route("2404:6800:400a:800::1012"));
  });
}

}  // namespace
}  // namespace provisioner::host
