// LLDP frames on real links: two ends of a wire in a network of their own.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/node/host/local_host.h"
#include "tests/support/private_place.h"

namespace provisioner::host {
namespace {

constexpr std::chrono::milliseconds patience{5000}, moment{200};

void make_wire() {
  os::run_checked({.argv = {"ip", "link", "add", "here0", "type", "veth", "peer", "there0"}});
  for (const char* end : {"here0", "there0"})
    os::run_checked({.argv = {"ip", "link", "set", end, "up"}});
}

// As a switch does: to the group of the nearest bridge.
void send_from(const std::string& interface, std::uint16_t protocol, const std::string& text) {
  const os::Descriptor socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_ll place{};
  place.sll_family = AF_PACKET;
  place.sll_protocol = htons(protocol);
  place.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  place.sll_halen = 6;
  const unsigned char group[] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e};
  std::copy(std::begin(group), std::end(group), place.sll_addr);
  ASSERT_EQ(::sendto(socket.number(), text.data(), text.size(), 0,
                     reinterpret_cast<const sockaddr*>(&place), sizeof place),
            static_cast<ssize_t>(text.size()));
}

class Neighbours : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "a network of its own needs root";
  }
};

TEST_F(Neighbours, AreHeardOnTheirLink) {
  tests::with_own_network([] {
    make_wire();
    const auto host = make_local_host();
    // Frames that came before somebody listened are lost: a neighbour says it again and again.
    const pid_t speaker = ::fork();
    if (speaker == 0) {
      for (int round = 0; round < 100; ++round) {
        send_from("there0", 0x88cc, "hello");
        ::usleep(50'000);
      }
      ::_exit(0);
    }
    const auto heard = host->hear_neighbours({"there0", "here0"}, patience);
    ::kill(speaker, SIGKILL);
    ::waitpid(speaker, nullptr, 0);
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0], "");
    EXPECT_EQ(heard[1].substr(0, 5), "hello");
  });
}

TEST_F(Neighbours, ThatSayNothingCostTheWholePatience) {
  tests::with_own_network([] {
    make_wire();
    EXPECT_EQ(make_local_host()->hear_neighbours({"here0"}, moment),
              std::vector<std::string>{""});
  });
}

TEST_F(Neighbours, OfNoLinkAreAnError) {
  EXPECT_THROW(make_local_host()->hear_neighbours({"none0"}, moment), base::Error);
}

}  // namespace
}  // namespace provisioner::host
