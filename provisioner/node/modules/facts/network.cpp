// Facts of the network: interfaces with their addresses, and the ways out.
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/text_edit.h"

namespace provisioner::modules::facts {
namespace {

using Interfaces = std::map<std::string, value::Dict>;

std::string kind_of(const std::string& code) {
  static const std::map<std::string, std::string> kinds = {{"1", "ether"},
                                                           {"32", "infiniband"},
                                                           {"512", "ppp"},
                                                           {"772", "loopback"},
                                                           {"65534", "tunnel"}};
  const auto kind = kinds.find(code);
  return kind == kinds.end() ? "unknown" : kind->second;
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

value::List texts(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

void add_bridge(const host::HostView& view, const std::string& path, value::Dict& facts) {
  if (!first_line(view, path + "/bridge/bridge_id")) return;
  facts.set("type", "bridge");
  facts.set("interfaces", texts(names_in(view, path + "/brif")));
  facts.set("id", first_line(view, path + "/bridge/bridge_id").value_or(""));
  facts.set("stp", first_line(view, path + "/bridge/stp_state") == "1");
}

void add_bond(const host::HostView& view, const std::string& path, value::Dict& facts) {
  const auto mode = first_line(view, path + "/bonding/mode");
  if (!mode) return;
  const auto word = [&](const char* name) {
    const auto words = words_of(first_line(view, path + "/bonding/" + name).value_or(""));
    return words.empty() ? std::string() : words.front();
  };
  facts.set("type", "bonding");
  facts.set("slaves", texts(words_of(first_line(view, path + "/bonding/slaves").value_or(""))));
  facts.set("mode", word("mode"));
  facts.set("miimon", word("miimon"));
  facts.set("lacp_rate", word("lacp_rate"));
  if (const std::string primary = word("primary"); !primary.empty()) {
    facts.set("primary", primary);
    facts.set("all_slaves_active", first_line(view, path + "/bonding/all_slaves_active") == "1");
  }
}

value::Dict link_facts(const host::HostView& view, const std::string& device) {
  const std::string path = "/sys/class/net/" + device;
  const auto line = [&](const char* name) { return first_line(view, path + "/" + name); };
  value::Dict facts = {{"device", device}};
  const std::string mac = line("address").value_or("");
  if (!mac.empty() && mac != "00:00:00:00:00:00") facts.set("macaddress", mac);
  if (const auto mtu = line("mtu")) facts.set("mtu", std::int64_t{std::atoll(mtu->c_str())});
  if (const auto state = line("operstate")) facts.set("active", *state != "down");
  if (const auto module = view.link_target(path + "/device/driver/module"))
    facts.set("module", last_part(*module));
  if (const auto type = line("type")) facts.set("type", kind_of(*type));
  add_bridge(view, path, facts);
  add_bond(view, path, facts);
  if (const auto permanent = line("bonding_slave/perm_hwaddr"))
    facts.set("perm_macaddress", *permanent);
  if (const auto parent = view.link_target(path + "/device"))
    facts.set("pciid", last_part(*parent));
  if (const auto speed = line("speed"))
    facts.set("speed", std::int64_t{std::atoll(speed->c_str())});
  const auto flags = std::strtoul(line("flags").value_or("0").c_str(), nullptr, 16);
  facts.set("promisc", (flags & 0x100u) != 0);
  return facts;
}

std::string network_of(const std::string& address, const std::string& netmask) {
  const auto a = base::split(address, '.'), m = base::split(netmask, '.');
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < a.size() && i < m.size(); ++i) {
    parts.push_back(std::to_string(std::atoi(a[i].c_str()) & std::atoi(m[i].c_str())));
  }
  return base::join(parts, ".");
}

std::string scope_of(const std::string& address) {
  if (address == "::1") return "host";
  const std::string head = base::lower_case(address.substr(0, 3));
  if (address.find(':') == 4 && (head == "fe8" || head == "fe9" || head == "fea" || head == "feb"))
    return "link";
  if (address.find(':') == 4 && (head == "fec" || head == "fed" || head == "fee" || head == "fef"))
    return "site";
  return "global";
}

void append(value::Dict& facts, const char* key, value::Value item) {
  const value::Value* list = facts.find(key);
  value::List items = list ? list->list() : value::List{};
  items.push_back(std::move(item));
  facts.set(key, std::move(items));
}

void add_address(const host::InterfaceAddress& address, Interfaces& interfaces) {
  const std::string device = address.label.substr(0, address.label.find(':'));
  value::Dict& labelled = interfaces[address.label];
  const std::string prefix = std::to_string(address.prefix);
  if (address.is_ipv6) {
    append(interfaces[device], "ipv6",
           value::Dict{{"address", address.address},
                       {"prefix", prefix},
                       {"scope", scope_of(address.address)}});
    return;
  }
  const value::Dict entry = {{"address", address.address},
                             {"broadcast", address.broadcast},
                             {"netmask", address.netmask},
                             {"network", network_of(address.address, address.netmask)},
                             {"prefix", prefix}};
  if (!labelled.has("ipv4")) {
    labelled.set("ipv4", entry);
  } else {
    append(labelled, "ipv4_secondaries", entry);
  }
  if (device != address.label) append(interfaces[device], "ipv4_secondaries", entry);
}

// Interface, own address and gateway towards an address on the internet; empty where there is no
// way. Ansible asks `ip`: a node without that program has none.
value::Dict way_out(const host::HostView& view, const char* target) {
  const auto route = view.program("ip") ? view.route(target) : std::nullopt;
  value::Dict found;
  if (!route) return found;
  if (!route->interface.empty()) found.set("interface", route->interface);
  if (!route->source.empty()) found.set("address", route->source);
  if (!route->gateway.empty()) found.set("gateway", route->gateway);
  return found;
}

// Completes a way out by what is known of its interface.
void complete(value::Dict& route, const Interfaces& interfaces,
              const std::vector<host::InterfaceAddress>& addresses) {
  const value::Value* own = route.find("address");
  if (!own) return;
  for (const host::InterfaceAddress& address : addresses) {
    if (address.address != own->text()) continue;
    const std::string device = address.label.substr(0, address.label.find(':'));
    const auto& link = interfaces.at(device);
    route.set("prefix", std::to_string(address.prefix));
    if (address.is_ipv6) {
      route.set("scope", scope_of(address.address));
    } else {
      route.set("broadcast", address.broadcast);
      route.set("netmask", address.netmask);
      route.set("network", network_of(address.address, address.netmask));
      route.set("alias", address.label);
    }
    for (const char* key : {"macaddress", "mtu", "type"}) {
      if (const value::Value* found = link.find(key)) route.set(key, *found);
    }
    return;
  }
}

}  // namespace

Findings network(const host::HostView& view, const Request&) {
  Interfaces interfaces;
  for (const std::string& device : names_in(view, "/sys/class/net")) {
    const auto status = view.status("/sys/class/net/" + device, host::Follow::yes);
    if (status && status->type == host::FileType::directory)
      interfaces[device] = link_facts(view, device);
  }
  value::List ipv4, ipv6, names;
  const auto addresses = view.addresses();
  for (const host::InterfaceAddress& address : addresses) {
    add_address(address, interfaces);
    if (address.is_ipv6 && address.address != "::1") ipv6.emplace_back(address.address);
    if (!address.is_ipv6 && !address.address.starts_with("127."))
      ipv4.emplace_back(address.address);
  }
  value::Dict route4 = way_out(view, "8.8.8.8");
  value::Dict route6 = way_out(view, "2404:6800:400a:800::1012");
  complete(route4, interfaces, addresses);
  complete(route6, interfaces, addresses);
  value::Dict facts;
  for (const auto& [name, link] : interfaces) {
    names.emplace_back(name);
    facts.set(base::replace_all(base::replace_all(name, ":", "_"), "-", "_"), link);
  }
  facts.set("interfaces", names);
  facts.set("default_ipv4", route4);
  facts.set("default_ipv6", route6);
  facts.set("all_ipv4_addresses", ipv4);
  facts.set("all_ipv6_addresses", ipv6);
  return {std::move(facts), {}};
}

}  // namespace provisioner::modules::facts
