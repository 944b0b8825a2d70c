// LLDP frames as they arrive, by packet(7).
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>

#include "provisioner/base/os/files.h"
#include "provisioner/node/host/system_queries.h"

namespace provisioner::host {
namespace {

constexpr int lldp = 0xcc88;  // 0x88cc in the byte order of the network
constexpr std::size_t largest_frame = 2048;
constexpr int most_frames = 64;            // of one call, whatever floods us
constexpr timeval rest_of_them{0, 200'000};  // a switch speaks on all of its ports at once

}  // namespace

std::vector<std::string> next_lldp_frames(const std::vector<std::string>& interfaces,
                                          std::chrono::milliseconds patience) {
  std::vector<std::string> heard(interfaces.size());
  const os::Descriptor ear(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, lldp));
  if (!ear.is_open()) throw io_error("listen on", "the links", errno);
  for (const std::string& interface : interfaces) {
    // The group of the nearest bridge (IEEE 802.1AB, 7.1).
    const packet_mreq group{static_cast<int>(::if_nametoindex(interface.c_str())),
                            PACKET_MR_MULTICAST, 6, {0x01, 0x80, 0xc2, 0, 0, 0x0e}};
    if (::setsockopt(ear.number(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &group, sizeof group) != 0)
      throw io_error("listen on", interface, errno);
  }
  timeval wait{patience.count() / 1000, patience.count() % 1000 * 1000};
  for (int left = most_frames; left > 0; --left) {
    ::setsockopt(ear.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    char frame[largest_frame];
    sockaddr_ll from{};
    socklen_t length = sizeof from;
    const ssize_t size = ::recvfrom(ear.number(), frame, sizeof frame, 0,
                                    reinterpret_cast<sockaddr*>(&from), &length);
    if (size <= 0) break;
    for (std::size_t at = 0; at < heard.size(); ++at)
      if (static_cast<int>(::if_nametoindex(interfaces[at].c_str())) == from.sll_ifindex)
        heard[at].assign(frame, static_cast<std::size_t>(size));
    wait = rest_of_them;
  }
  return heard;
}

}  // namespace provisioner::host
