// Whether an instance's addresses are nobody else's.

#include "provisioner/platform/instance/site_networks.h"

#include <algorithm>
#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/language/inventory/addresses.h"

namespace provisioner::instance {
namespace {

using inventory::Address;
using inventory::read_address;
using inventory::read_subnet;
using inventory::Subnet;
using value::StrictDict;
using value::Value;

constexpr std::int64_t last_port = 65535;

struct Network {
  std::string called, text;
  Subnet subnet;
  base::Pos pos;
  bool is_said = true;  // and no role's own

  bool holds(const std::string& address) const {
    const auto read = read_address(address);
    return read && subnet.holds(*read);
  }
};

bool is_same(const std::string& one, const std::string& other) {
  const auto read = read_address(one);
  return read && read == read_address(other);
}

std::vector<Network> networks_in(const Value* said) {
  std::vector<Network> networks;
  for (const Value& one : items_of(said)) {
    const Value* subnet = one.is_dict() ? one.find("subnet") : nullptr;
    if (subnet == nullptr || !subnet->is_string()) continue;
    if (const auto read = read_subnet(subnet->text()))
      networks.push_back({"the network '" + value::text_or(one, "name", "") + "'", subnet->text(),
                          *read, subnet->pos()});
  }
  return networks;
}

class Check {
 public:
  Check(const value::Dict& of_first, const Around& around, base::Diagnostics& diagnostics)
      : variables_(of_first),
        said_(&variables_, "", variables_, diagnostics),
        around_(around),
        site_(networks_in(said_.find("networks"))) {
    const Value by = word("kubernetes_endpoint_by");
    is_kube_vip_ = by == Value("kube_vip");
    is_moving_ = is_kube_vip_ || by == Value("keepalived");
    const Value* endpoint = said_.find("kubernetes_endpoint");
    if (endpoint != nullptr && endpoint->is_dict()) endpoint_ = *endpoint;
    api_ = value::text_or(endpoint_, "address", "");
  }

  void look_at_api() {
    if (is_kube_vip_ && api_port(endpoint_) != standard_api_port)
      said_.add_at("kube-vip shares the port of the API servers, 6443, found " +
                       value::Dict::key_text(*endpoint_.find("port")),
                   *endpoint_.find("port"), "port: 6443, or kubernetes_endpoint_by: keepalived");
    if (!read_address(api_)) return;
    for (const MachineAddress& one : around_.machines)
      if (is_same(one.address, api_)) look_at_holder(one);
    for (const OtherApi& other : around_.apis)
      if (is_same(other.address, api_) &&
          (is_moving_ || other.is_moving || other.port == api_port(endpoint_)))
        add("the API's address " + api_ + " is that of instance '" + other.instance + "', too",
            "each cluster has its own");
    look_for_its_network();
  }

  void look_at_subnets() {
    const auto pods = network("pod_subnet", "10.244.0.0/16");
    const auto services = network("service_subnet", "10.96.0.0/16");
    if (pods && services && pods->subnet.overlaps(services->subnet))
      apart(pods->is_said ? *pods : *services, pods->is_said ? *services : *pods);
    for (const auto* inner : {&pods, &services})
      if (*inner) look_outside(**inner);
  }

 private:
  Value word(const char* variable) const {
    const Value* found = said_.find(variable);
    return found == nullptr ? Value() : *found;
  }

  void add(const std::string& message, const std::string& hint) {
    said_.add_at(message, *endpoint_.find("address"), hint);
  }

  bool is_control(const std::string& machine) const {
    return std::ranges::find(around_.control, machine) != around_.control.end();
  }

  // A control-plane node's own is right where there is but one; that of one of several is told by
  // kubernetes::check.
  void look_at_holder(const MachineAddress& one) {
    const bool is_of_control =
        std::ranges::any_of(around_.machines, [&](const MachineAddress& other) {
          return is_control(other.machine) && is_same(other.address, api_);
        });
    if (is_of_control || (!is_moving_ && !one.is_of_cluster)) return;
    add("the API's address " + api_ + " is that of '" + one.machine + "'",
        is_moving_ ? "it is one that no machine has, and moves between control-plane nodes"
                   : "it is a load balancer's, or that of the one control-plane node");
  }

  // Where networks are known by which the nodes are reached.
  void look_for_its_network() {
    const auto has_nodes = [&](const Network& one) {
      return std::ranges::any_of(around_.members,
                                 [&](const auto& member) { return one.holds(member.address); });
    };
    if (!is_moving_ || std::ranges::none_of(site_, has_nodes)) return;
    std::vector<std::string> texts;
    for (const Network& one : site_) {
      if (one.holds(api_)) return;
      texts.push_back(one.text);
    }
    said_.warn_at("the API's address " + api_ + " is in none of the site's networks (" +
                      base::join(texts, ", ") + ")",
                  *endpoint_.find("address"), "it moves between nodes that are in one");
  }

  std::optional<Network> network(const char* variable, const char* standard) const {
    const Value* said = said_.find(variable);
    if (said != nullptr && !said->is_string()) return std::nullopt;
    const bool is_said = said != nullptr && !said->text().empty();
    const std::string text = is_said ? said->text() : standard;
    const auto read = read_subnet(text);
    if (!read) return std::nullopt;
    return Network{std::string("'") + variable + "'", text, *read,
                   is_said ? said->pos() : base::Pos(), is_said};
  }

  void apart(const Network& one, const Network& other) {
    said_.add_at(one.called + " (" + one.text + ") and " + other.called + " (" + other.text +
                     ") have addresses in common",
                 Value(one.text).at(one.pos), "what is sent to one would go to the other");
  }

  void look_outside(const Network& inner) {
    bool is_told = false;
    for (const Network& outer : site_) {
      if (!inner.subnet.overlaps(outer.subnet)) continue;
      apart(inner.is_said ? inner : outer, inner.is_said ? outer : inner);
      is_told = true;
    }
    const auto member = std::ranges::find_if(
        around_.members, [&](const auto& one) { return inner.holds(one.address); });
    if (!is_told && member != around_.members.end())
      said_.add_at(inner.called + " (" + inner.text + ") has the address of '" + member->machine +
                       "', " + member->address,
                   Value(inner.text).at(inner.pos), "nodes are outside of it");
    else if (!is_told && inner.holds(api_))
      add("the API's address " + api_ + " is in " + inner.called + " (" + inner.text + ")",
          "it is outside of it");
  }

  const Value variables_;
  StrictDict said_;
  const Around& around_;
  const std::vector<Network> site_;
  Value endpoint_ = value::Dict();
  std::string api_;
  bool is_moving_ = false, is_kube_vip_ = false;
};

}  // namespace

int api_port(const Value& endpoint) {
  const Value* said = endpoint.find("port");
  if (said == nullptr || said->is_none()) return standard_api_port;
  const std::int64_t port = value::whole(*said).value_or(0);
  return port > 0 && port <= last_port ? static_cast<int>(port) : 0;
}

void check_site_networks(const value::Dict& of_first, const Around& around,
                         base::Diagnostics& diagnostics) {
  Check check(of_first, around, diagnostics);
  check.look_at_api();
  check.look_at_subnets();
}

}  // namespace provisioner::instance
