// The lab's network: one bridge, one pair of links a node. All by ip(8), many orders in one call.

#include "provisioner/machine/lab/network.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <array>
#include <memory>
#include <optional>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::lab {
namespace {

bool has_link(const std::string& name) { return ::if_nametoindex(name.c_str()) != 0; }

void batch(const std::string& orders) {
  os::run_checked(
      {.argv = {"ip", "-batch", "-"}, .input = orders, .directory = {}, .environment = {}});
}

std::string prefix_length(const std::string& gateway) {
  const std::size_t slash = gateway.find('/');
  return slash == std::string::npos ? "24" : gateway.substr(slash + 1);
}

std::string orders_inside(const Record& record, const Node& node) {
  const std::string orders = "link set lo up\naddr replace " + node.address + "/" +
                             prefix_length(record.gateway) + " dev eth0\nlink set eth0 up\n";
  // kubeadm takes a node's address from its default route; it leads to this machine and no further.
  if (!record.is_cluster) return orders;
  return orders + "route replace default via " + record.controller() + " dev eth0\n";
}

// Always the same one for the same end of a link: neighbours go on talking to an old address for
// half a minute. (A bridge without its own has one of its links', and another when that goes.)
// 02 marks it as made up by software.
std::string mac_of(const Record& record, const std::string& name) {
  const std::string digest = crypto::sha256(record.cgroup + "/" + name);
  std::string mac = "02";
  for (std::size_t at = 0; at < 10; at += 2) mac += ":" + digest.substr(at, 2);
  return mac;
}

struct Subnet {
  std::uint32_t address = 0, mask = 0;
  bool overlaps(const Subnet& other) const {
    const std::uint32_t both = mask & other.mask;
    return (address & both) == (other.address & both);
  }
};

Subnet subnet_of(const std::string& gateway) {
  in_addr address{};
  if (::inet_pton(AF_INET, gateway.substr(0, gateway.find('/')).c_str(), &address) != 1)
    throw base::Error(base::Kind::usage, "'" + gateway + "' is no IPv4 address with a prefix");
  const int bits = std::atoi(prefix_length(gateway).c_str());
  return Subnet{ntohl(address.s_addr), bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits)};
}

// "fd79:a4f:100::1/64" of "10.79.1.1/24": a unique local network (RFC 4193) for each of ours.
std::string ipv6_gateway(const std::string& gateway) {
  const std::uint32_t subnet = subnet_of(gateway).address;
  return fmt::format("fd79:{:x}:{:x}::1/64", subnet >> 16U, subnet & 0xffffU);
}

struct FreeNames {
  void operator()(struct if_nameindex* list) const { ::if_freenameindex(list); }
};

// All links of this network namespace. (/sys/class/net shows those of the one it was mounted in.)
std::vector<std::string> links() {
  const std::unique_ptr<struct if_nameindex, FreeNames> list(::if_nameindex());
  std::vector<std::string> names;
  for (const auto* link = list.get(); link != nullptr && link->if_index != 0; ++link)
    names.emplace_back(link->if_name);
  return names;
}

struct FreeAddresses {
  void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

// The link of this machine that is in the subnet already, or nothing.
std::optional<std::string> link_in(const Subnet& subnet) {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, FreeAddresses> list(first);
  const auto number = [](const sockaddr* address) {
    return ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
  };
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next)
    if (entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET &&
        entry->ifa_netmask != nullptr &&
        subnet.overlaps({number(entry->ifa_addr), number(entry->ifa_netmask)}))
      return entry->ifa_name;
  return std::nullopt;
}

}  // namespace

std::string subnet_text(const std::string& gateway) {
  const Subnet subnet = subnet_of(gateway);
  const in_addr network{htonl(subnet.address & subnet.mask)};
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &network, text.data(), text.size());
  return std::string(text.data()) + "/" + prefix_length(gateway);
}

void refuse_taken_network(const std::string& bridge, const std::string& gateway) {
  if (has_link(bridge)) {
    const auto alias = os::read_file("/sys/class/net/" + bridge + "/ifalias");
    const std::string owner(base::trim(alias.value_or("")));
    throw base::Error(base::Kind::refused,
                      "the bridge '" + bridge + "' is there already and belongs to " +
                          (owner.empty() ? "nobody we know" : "the lab in '" + owner + "'"))
        .set_hint("another lab needs another number: provisioner lab up --number 1");
  }
  if (const auto link = link_in(subnet_of(gateway)))
    throw base::Error(base::Kind::refused,
                      "the lab's network, " + gateway + ", is in use by '" + *link + "'")
        .set_hint("another lab needs another number: provisioner lab up --number 1");
}

void ensure_bridge(const Record& record) {
  std::string orders;
  if (!has_link(record.bridge))
    orders += "link add " + record.bridge + " address " + mac_of(record, record.bridge) +
              " type bridge\n";
  orders += "link set " + record.bridge + " alias " + record.directory + "\n";
  // A site's switch carries large frames, and libvirt gives machines' links what their bridge has.
  if (!record.machines.empty()) orders += "link set " + record.bridge + " mtu 9000\n";
  orders += "addr replace " + record.gateway + " dev " + record.bridge + "\n";
  // For router advertisements: iPXE waits long for an IPv6 router where there is none.
  if (!record.machines.empty())
    orders += "addr replace " + ipv6_gateway(record.gateway) + " dev " + record.bridge + "\n";
  orders += "link set " + record.bridge + " up\n";
  for (const Node& node : record.nodes)
    if (is_plugged_in(record, node.name))
      orders +=
          "link set " + link_name(record.bridge, node.name) + " master " + record.bridge + " up\n";
  batch(orders);
}

bool is_plugged_in(const Record& record, const std::string& node) {
  return has_link(link_name(record.bridge, node));
}

void bring_up_from_outside(const Record& record, const Plug& plug) {
  os::run_checked({.argv = {"nsenter", "--net=/proc/" + std::to_string(plug.pid) + "/ns/net", "ip",
                            "-batch", "-"},
                   .input = orders_inside(record, plug.node)});
}

void plug_in(const Record& record, const std::vector<Plug>& plugs) {
  std::string orders;
  for (const Plug& plug : plugs) {
    const std::string link = link_name(record.bridge, plug.node.name);
    if (has_link(link)) orders += "link del " + link + "\n";
    orders += "link add " + link + " type veth peer name eth0 address " +
              mac_of(record, plug.node.name) + " netns " + std::to_string(plug.pid) + "\n";
    orders +=
        "link set " + link + " alias " + plug.node.name + " master " + record.bridge + " up\n";
  }
  if (!orders.empty()) batch(orders);
}

void remove_links(const Record& record) {
  std::string orders;
  for (const Node& node : record.nodes)
    if (const std::string link = link_name(record.bridge, node.name); has_link(link))
      orders += "link del " + link + "\n";
  if (has_link(record.bridge)) orders += "link del " + record.bridge + "\n";
  if (orders.empty()) return;
  // A link may go by itself in the same moment, with its namespace.
  os::run({.argv = {"ip", "-force", "-batch", "-"},
           .input = orders,
           .directory = {},
           .environment = {}});
}

void forget_network(const Record& record, const Node& node) {
  std::string orders;
  for (const std::string& link : links())
    orders += link == "eth0" || link == "lo"
                  ? "link set " + link + " down\naddr flush dev " + link + "\n"
                  : "link del " + link + "\n";
  // Some cannot be deleted: the kernel's own end of a kind of tunnel.
  os::run({.argv = {"ip", "-force", "-batch", "-"}, .input = orders});
  os::run_checked({.argv = {"nft", "flush", "ruleset"}});
  batch(orders_inside(record, node));
}

void bring_up(const Record& record, const Node& node, std::chrono::seconds deadline) {
  const os::Clock& clock = os::system_clock();
  const os::Instant end = clock.now() + deadline;
  while (!has_link("eth0")) {
    if (clock.now() > end)
      throw base::Error(base::Kind::failed, node.name + ": no network link came within " +
                                                std::to_string(deadline.count()) + " s");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  batch(orders_inside(record, node));
}

}  // namespace provisioner::lab
