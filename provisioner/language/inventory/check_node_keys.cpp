// The node keys of an inventory that declares the schema.

#include "provisioner/language/inventory/check_node_keys.h"

#include <set>

#include "provisioner/language/inventory/check_claims.h"
#include "provisioner/language/inventory/check_links.h"
#include "provisioner/language/inventory/check_local_disks.h"
#include "provisioner/language/inventory/check_shape.h"
#include "provisioner/language/inventory/closed_surroundings.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr const char* declaration = "provisioner_schema";
constexpr std::int64_t known_version = 1;

// Each layer once, as it was written.
class LayerCheck {
 public:
  explicit LayerCheck(NodeFindings& findings) : findings_(findings) {}

  void check(const value::Dict& variables) {
    for (const Member& key : node_schema()) {
      const Value* value = variables.find(key.name);
      if (value == nullptr) continue;
      if (value->pos().is_known() && !seen_.insert(value->pos()).second) continue;
      check_shape(*value, key, key.name, Judged::layer, findings_);
    }
  }

 private:
  NodeFindings& findings_;
  std::set<base::Pos> seen_;
};

void check_networks(const CheckedNode& node, NodeFindings& findings) {
  std::vector<std::pair<std::string, Subnet>> before;
  for (const Value& network : known_items(node.key("networks"))) {
    const auto name = known_text(network, "name"), text = known_text(network, "subnet");
    const auto subnet = text ? read_subnet(text->text) : std::nullopt;
    if (!name || !subnet) continue;
    for (const auto& [other, taken] : before)
      if (taken.overlaps(*subnet))
        findings.add(
            {"overlap", "networks '" + other + "' and '" + name->text + "' overlap", text->pos});
    before.emplace_back(name->text, *subnet);
    const auto gateway = known_text(network, "gateway");
    const auto address = gateway ? read_address(gateway->text) : std::nullopt;
    if (address && !subnet->holds(*address))
      findings.add({"gateway of network",
                    "the gateway '" + gateway->text + "' of network '" + name->text +
                        "' is not in " + text->text,
                    gateway->pos});
  }
}

void check_disks(const CheckedNode& node, NodeFindings& findings) {
  for (const Value& disk : known_items(node.key("disks"))) {
    const auto name = known_text(disk, "name");
    if (!name || disk.find("serial") != nullptr || disk.find("wwn") != nullptr ||
        disk.find("slot") != nullptr)
      continue;
    findings.add({"disk identity", "nothing tells disk '" + name->text + "' from the others",
                  disk.pos(),
                  "give its serial, wwn or slot: names as sda change from boot to boot"});
  }
}

// The BMC's address, where it is said in which network it is.
void check_bmc(const CheckedNode& node, NodeFindings& findings) {
  const auto wanted = known_text(node.member("bmc", "network"));
  const auto url = known_text(node.member("bmc", "address"));
  if (!wanted || !is_whole_list(node.key("networks"), "name")) return;
  for (const Value& network : known_items(node.key("networks"))) {
    const auto name = known_text(network, "name"), text = known_text(network, "subnet");
    if (!name || name->text != wanted->text) continue;
    const auto subnet = text ? read_subnet(text->text) : std::nullopt;
    const auto read = url ? read_url(url->text) : std::nullopt;
    const auto address = read ? read_address(read->host) : std::nullopt;
    if (subnet && address && !subnet->holds(*address))
      findings.add({"bmc address",
                    "the BMC's address '" + read->host + "' is not in its network " + text->text,
                    url->pos});
    return;
  }
  findings.add({"bmc network",
                "the BMC is in network '" + wanted->text + "', which is not in 'networks'",
                wanted->pos});
}

}  // namespace

bool declares_schema(const Inventory& inventory, base::Diagnostics& diagnostics) {
  const Value* version = inventory.group_variables("all").find(declaration);
  if (version == nullptr) return false;
  if (version->is_integer() && version->integer() == known_version) return true;
  Error error(
      Kind::input,
      std::string("'") + declaration + "' must be 1, this is " +
          (version->is_string() ? "'" + version->text() + "'" : value::Dict::key_text(*version)),
      version->pos());
  error.set_hint("the node keys are described in the manual, at 'inventory'");
  diagnostics.add(std::move(error));
  return false;
}

void check_node_keys(const Inventory& inventory, base::Diagnostics& diagnostics) {
  const ClosedSurroundings surroundings;
  check_node_keys(inventory, jinja::Templar(surroundings), diagnostics);
}

void check_node_keys(const Inventory& inventory, const jinja::Templar& templar,
                     base::Diagnostics& diagnostics) {
  NodeFindings findings;
  LayerCheck layers(findings);
  Claims claims(findings);
  for (const std::string& group : inventory.group_names())
    layers.check(inventory.group_variables(group));
  for (const std::string& host : inventory.host_names()) {
    for (const Layer& layer : inventory.layers(host)) layers.check(layer.variables);
  }
  for (const std::string& host : inventory.host_names()) {
    const CheckedNode node = checked_node(inventory, templar, host);
    findings.begin_host(host, node.pos);
    for (const Member& key : node_schema())
      if (const Value* value = node.key(key.name.c_str()))
        check_shape(*value, key, key.name, Judged::node, findings);
    check_networks(node, findings);
    check_disks(node, findings);
    check_local_disks(node, findings);
    check_bmc(node, findings);
    check_links(node, findings);
    claims.add(node);
  }
  findings.report(diagnostics);
}

}  // namespace provisioner::inventory
