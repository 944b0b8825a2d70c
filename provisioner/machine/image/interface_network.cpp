// What network an interface of this machine is in.

#include "provisioner/machine/image/interface_network.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <memory>

#include "provisioner/base/base/error.h"

namespace provisioner::image {
namespace {

struct FreeAddresses {
  void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

std::string text_of(in_addr address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address, text.data(), text.size());
  return text.data();
}

in_addr ipv4(const sockaddr* address) {
  return reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
}

}  // namespace

InterfaceNetwork network_of(const std::string& interface) {
  ifaddrs* first = nullptr;
  ::getifaddrs(&first);
  const std::unique_ptr<ifaddrs, FreeAddresses> list(first);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    const bool is_ipv4 = one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET;
    if (one->ifa_name != interface || !is_ipv4 || one->ifa_netmask == nullptr) continue;
    const in_addr address = ipv4(one->ifa_addr), mask = ipv4(one->ifa_netmask);
    return {text_of(address), text_of({address.s_addr & mask.s_addr}), text_of(mask)};
  }
  throw base::Error(base::Kind::usage,
                    ::if_nametoindex(interface.c_str()) == 0
                        ? "there is no interface '" + interface + "' on this machine"
                        : "the interface '" + interface + "' has no IPv4 address")
      .set_hint("see: ip -br address");
}

}  // namespace provisioner::image
