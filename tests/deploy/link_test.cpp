#include "provisioner/node/deploy/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/process.h"

namespace provisioner::deploy {
namespace {

using testing::HasSubstr;
using std::chrono::milliseconds;

constexpr const char* mac = "52:54:00:ab:00:01";

std::string ip(std::vector<std::string> words) {
  words.insert(words.begin(), "ip");
  return os::run_checked({.argv = std::move(words)});
}

// A network of its own with a link of that MAC, and the /sys that shows it.
class Links : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "a network of its own needs root";
  }

  static void with_network(const std::function<void()>& body) {
    std::exception_ptr problem;
    std::thread([&] {
      try {
        if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) throw std::runtime_error("no namespace");
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        if (::mount("sysfs", "/sys", "sysfs", 0, nullptr) != 0) throw std::runtime_error("no /sys");
        ip({"link", "add", "wire0", "address", mac, "type", "veth", "peer", "name", "peer0"});
        body();
      } catch (...) {
        problem = std::current_exception();
      }
    }).join();
    if (problem) std::rethrow_exception(problem);
  }

  static KernelWords words(const std::string& address, const std::string& gateway) {
    return {"", base::Secret(), mac, address, gateway};
  }

  static std::string failure(const KernelWords& wanted) {
    try {
      return "up: " + bring_up_link(wanted, milliseconds(300));
    } catch (const base::Error& error) {
      return error.message();
    }
  }
};

TEST_F(Links, AreFoundByTheirMacAndGetAddressAndWayOut) {
  with_network([] {
    ip({"link", "set", "peer0", "up"});
    EXPECT_EQ(bring_up_link(words("192.0.2.31/24", "192.0.2.254"), milliseconds(3000)), "wire0");
    EXPECT_THAT(ip({"-o", "addr", "show", "wire0"}), HasSubstr("inet 192.0.2.31/24"));
    EXPECT_THAT(ip({"route", "show"}), HasSubstr("default via 192.0.2.254 dev wire0"));
  });
}

TEST_F(Links, TakeIpv6) {
  with_network([] {
    ip({"link", "set", "peer0", "up"});
    bring_up_link(words("2001:db8::31/64", "2001:db8::1"), milliseconds(3000));
    EXPECT_THAT(ip({"-o", "addr", "show", "wire0"}), HasSubstr("inet6 2001:db8::31/64"));
    EXPECT_THAT(ip({"-6", "route", "show"}), HasSubstr("default via 2001:db8::1 dev wire0"));
  });
}

TEST_F(Links, MayBeAskedForTwice) {
  with_network([] {
    ip({"link", "set", "peer0", "up"});
    bring_up_link(words("192.0.2.31/24", "192.0.2.254"), milliseconds(3000));
    EXPECT_EQ(failure(words("192.0.2.31/24", "192.0.2.254")), "up: wire0");
  });
}

TEST_F(Links, AreMissedByTheirMac) {
  with_network([] {
    ip({"link", "delete", "wire0"});
    EXPECT_THAT(failure(words("192.0.2.31/24", "")),
                HasSubstr("no link has the MAC '52:54:00:ab:00:01'; there are: lo 00:00:00"));
  });
}

TEST_F(Links, NeedACarrier) {
  with_network([] {
    EXPECT_EQ(failure(words("192.0.2.31/24", "")),
              "the link 'wire0' with the MAC '52:54:00:ab:00:01' has no carrier");
  });
}

TEST_F(Links, RefuseWhatIsNoAddress) {
  with_network([] {
    ip({"link", "set", "peer0", "up"});
    EXPECT_EQ(failure(words("192.0.2.31/33", "")), "'192.0.2.31/33' is no address");
    EXPECT_EQ(failure(words("192.0.2.31/24", "gateway")), "'gateway' is no address");
  });
}

}  // namespace
}  // namespace provisioner::deploy
