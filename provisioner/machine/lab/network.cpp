// The lab's network: one bridge, one pair of links a node. All by ip(8), many orders in one call.

#include "provisioner/machine/lab/network.h"

#include <net/if.h>

#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
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

}  // namespace

void ensure_bridge(const Record& record) {
  std::string orders;
  if (!has_link(record.bridge)) orders += "link add " + record.bridge + " type bridge\n";
  orders += "addr replace " + record.gateway + " dev " + record.bridge + "\n";
  orders += "link set " + record.bridge + " up\n";
  batch(orders);
}

void plug_in(const Record& record, const std::vector<Plug>& plugs) {
  std::string orders;
  for (const Plug& plug : plugs) {
    const std::string link = link_name(record.bridge, plug.node.name);
    if (has_link(link)) orders += "link del " + link + "\n";
    orders +=
        "link add " + link + " type veth peer name eth0 netns " + std::to_string(plug.pid) + "\n";
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

void bring_up(const Record& record, const Node& node, std::chrono::seconds deadline) {
  const os::Clock& clock = os::system_clock();
  const os::Instant end = clock.now() + deadline;
  while (!has_link("eth0")) {
    if (clock.now() > end)
      throw base::Error(base::Kind::failed, node.name + ": no network link came within " +
                                                std::to_string(deadline.count()) + " s");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  batch("link set lo up\naddr replace " + node.address + "/" + prefix_length(record.gateway) +
        " dev eth0\nlink set eth0 up\n");
}

}  // namespace provisioner::lab
