// What a link's driver says of it: the ioctls behind `ethtool -P` and `ethtool -i`.
#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "provisioner/base/os/files.h"
#include "provisioner/node/host/system_queries.h"

namespace provisioner::host {
namespace {

constexpr std::size_t largest_address = 32;  // MAX_ADDR_LEN of the kernel
constexpr std::size_t mac_size = 6;

bool ask_driver(int socket, const std::string& interface, void* question) {
  ifreq request{};
  std::memcpy(request.ifr_name, interface.data(), interface.size());
  request.ifr_data = static_cast<char*>(question);
  return ::ioctl(socket, SIOCETHTOOL, &request) == 0;
}

std::string permanent_mac(int socket, const std::string& interface) {
  alignas(ethtool_perm_addr)
      std::array<unsigned char, sizeof(ethtool_perm_addr) + largest_address> answer{};
  ethtool_perm_addr head{};
  head.cmd = ETHTOOL_GPERMADDR;
  head.size = largest_address;
  std::memcpy(answer.data(), &head, sizeof head);
  if (!ask_driver(socket, interface, answer.data())) return "";
  std::memcpy(&head, answer.data(), sizeof head);
  const unsigned char* bytes = answer.data() + sizeof head;
  const auto is_zero = [](unsigned char byte) { return byte == 0; };
  if (head.size != mac_size || std::all_of(bytes, bytes + mac_size, is_zero)) return "";
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2],
                     bytes[3], bytes[4], bytes[5]);
}

template <std::size_t Size>
std::string text_in(const char (&field)[Size]) {
  return {field, ::strnlen(field, Size)};
}

}  // namespace

std::optional<LinkIdentity> link_identity(const std::string& interface) {
  if (interface.empty() || interface.size() >= IFNAMSIZ) return std::nullopt;
  const os::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) throw io_error("ask", "the kernel's links", errno);
  if (::if_nametoindex(interface.c_str()) == 0) return std::nullopt;
  LinkIdentity link;
  link.permanent_mac = permanent_mac(socket.number(), interface);
  ethtool_drvinfo driver{};
  driver.cmd = ETHTOOL_GDRVINFO;
  if (ask_driver(socket.number(), interface, &driver)) {
    link.driver = text_in(driver.driver);
    link.firmware = text_in(driver.fw_version);
  }
  return link;
}

}  // namespace provisioner::host
