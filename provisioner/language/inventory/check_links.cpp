// Interfaces, bonds, VLANs and routes of one node, against each other and against its networks.

#include "provisioner/language/inventory/check_links.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/language/inventory/addresses.h"

namespace provisioner::inventory {
namespace {

using value::Value;

// What a link has where nothing is said.
constexpr std::int64_t usual_mtu = 1500;

std::string quoted(const std::string& text) { return "'" + text + "'"; }

struct Link {
  std::string kind;  // "interface", "bond", "VLAN"
  std::string name;
  Value value;

  std::optional<std::int64_t> mtu() const { return known_integer(value.find("mtu")); }
  std::string text() const { return kind + " " + quoted(name); }
};

base::Pos pos_of(const Link& link, const char* member) {
  const Value* value = link.value.find(member);
  return value != nullptr ? value->pos() : link.value.pos();
}

class LinkCheck {
 public:
  LinkCheck(const CheckedNode& node, NodeFindings& findings) : node_(node), findings_(findings) {
    collect("interfaces", "interface");
    collect("bonds", "bond");
    collect("vlans", "VLAN");
    for (const Value& network : known_items(node.key("networks")))
      if (const auto name = known_text(network, "name")) networks_.emplace(name->text, network);
    has_all_networks_ = is_whole_list(node.key("networks"), "name");
  }

  void check() {
    check_names();
    for (const Link& link : links_) {
      if (link.kind == "bond") check_bond(link);
      if (link.kind == "VLAN") check_vlan(link);
      check_network(link);
      check_gateway(link);
    }
    for (const Value& route : known_items(node_.member("network", "routes"))) check_route(route);
  }

 private:
  void collect(const char* list, const char* kind) {
    const Value* all = node_.member("network", list);
    has_all_links_ = has_all_links_ && is_whole_list(all, "name");
    for (const Value& item : known_items(all))
      if (const auto name = known_text(item, "name")) links_.push_back({kind, name->text, item});
  }

  void refuse(const char* rule, const std::string& message, base::Pos pos,
              const std::string& hint = {}) {
    findings_.add({rule, message, pos, hint});
  }

  const Link* find(const std::string& name) const {
    const auto found = std::find_if(links_.begin(), links_.end(),
                                    [&](const Link& link) { return link.name == name; });
    return found == links_.end() ? nullptr : &*found;
  }

  std::vector<std::string> names(const std::string& other_than) const {
    std::vector<std::string> all;
    for (const Link& link : links_)
      if (link.kind != other_than) all.push_back(link.name);
    return all;
  }

  // Names within one list are told apart by the schema.
  void check_names() {
    for (const Link& link : links_)
      if (const Link* first = find(link.name); first != &link && first->kind != link.kind)
        refuse("link name", link.text() + " has the name of an " + first->kind,
               pos_of(link, "name"));
  }

  void check_bond(const Link& bond) {
    for (const Value& item : known_items(bond.value.find("members"))) {
      const auto member = known_text(&item);
      if (!member) continue;
      const Link* link = find(member->text);
      if (link == nullptr || link->kind != "interface") {
        if (has_all_links_) refuse_member(bond, *member);
        continue;
      }
      const auto [owner, is_new] = owners_.try_emplace(member->text, bond.name);
      if (!is_new && owner->second != bond.name)
        refuse("two bonds",
               "interface " + quoted(member->text) + " is in two bonds, " + quoted(owner->second) +
                   " and " + quoted(bond.name),
               member->pos);
      if (bond.mtu() && link->mtu() && *link->mtu() < *bond.mtu())
        refuse_mtu(bond, *link, *link->mtu());
    }
  }

  void refuse_member(const Link& bond, const KnownText& member) {
    std::vector<std::string> interfaces;
    for (const Link& link : links_)
      if (link.kind == "interface") interfaces.push_back(link.name);
    refuse("bond member",
           bond.text() + " has a member " + quoted(member.text) + ", which is no interface",
           member.pos, base::suggestion(member.text, interfaces));
  }

  void refuse_mtu(const Link& upper, const Link& lower, std::int64_t most) {
    refuse("mtu below",
           upper.text() + " has an MTU of " + std::to_string(*upper.mtu()) + ", more than " +
               lower.text() + " below it, which has " + std::to_string(most),
           pos_of(upper, "mtu"));
  }

  void check_vlan(const Link& vlan) {
    const auto below = known_text(vlan.value, "link");
    if (!below) return;
    const Link* link = find(below->text);
    if (link == nullptr || link == &vlan) {
      if (has_all_links_)
        refuse("vlan link", vlan.text() + " lies on " + quoted(below->text) + ", which is no link",
               below->pos, base::suggestion(below->text, names("VLAN")));
      return;
    }
    const Value* mtu = link->value.find("mtu");
    if (mtu != nullptr && !link->mtu()) return;
    const std::int64_t most = link->mtu().value_or(usual_mtu);
    if (vlan.mtu() && *vlan.mtu() > most) refuse_mtu(vlan, *link, most);
  }

  void check_network(const Link& link) {
    const auto name = known_text(link.value, "network");
    if (!name) return;
    const auto found = networks_.find(name->text);
    if (found == networks_.end()) {
      std::vector<std::string> known;
      for (const auto& [other, network] : networks_) known.push_back(other);
      if (has_all_networks_)
        refuse(
            "link network",
            link.text() + " is in network " + quoted(name->text) + ", which is not in 'networks'",
            name->pos, base::suggestion(name->text, known));
      return;
    }
    check_in_network(link, *name, found->second);
  }

  void check_in_network(const Link& link, const KnownText& name, const Value& network) {
    const auto most = known_integer(network.find("mtu"));
    if (most && link.mtu() && *link.mtu() > *most)
      refuse("mtu of network",
             link.text() + " has an MTU of " + std::to_string(*link.mtu()) + ", network " +
                 quoted(name.text) + " carries " + std::to_string(*most),
             pos_of(link, "mtu"));
    const auto id = known_integer(link.value.find("id")),
               vlan = known_integer(network.find("vlan"));
    if (id && vlan && *id != *vlan)
      refuse("vlan id",
             link.text() + " has the id " + std::to_string(*id) + ", network " + quoted(name.text) +
                 " is VLAN " + std::to_string(*vlan),
             pos_of(link, "id"));
    const auto text = known_text(network, "subnet");
    const auto subnet = text ? read_subnet(text->text) : std::nullopt;
    if (!subnet) return;
    for (const Value& item : known_items(link.value.find("addresses")))
      if (const auto address = known_text(&item)) check_address(link, *address, *text, *subnet);
  }

  void check_address(const Link& link, const KnownText& written, const KnownText& text,
                     const Subnet& subnet) {
    const auto address = read_subnet(written.text);
    if (!address || address->address.is_v6 != subnet.address.is_v6) return;
    const std::string said = link.text() + " has the address " + quoted(written.text);
    if (!subnet.holds(address->address))
      return refuse("address in network", said + ", which is not in its network " + text.text,
                    written.pos);
    if (address->prefix != subnet.prefix)
      return refuse("address in network", said + ", its network is " + text.text, written.pos);
    if (subnet.is_reserved(address->address))
      refuse("address in network", said + ", which is the network's own or its broadcast address",
             written.pos);
  }

  std::vector<Subnet> subnets_of(const Link& link) const {
    std::vector<Subnet> subnets;
    for (const Value& item : known_items(link.value.find("addresses")))
      if (const auto text = known_text(&item))
        if (const auto subnet = read_subnet(text->text)) subnets.push_back(*subnet);
    return subnets;
  }

  static bool reaches(const std::vector<Subnet>& subnets, const Address& gateway) {
    return std::any_of(subnets.begin(), subnets.end(),
                       [&](const Subnet& subnet) { return subnet.holds(gateway); });
  }

  void check_gateway(const Link& link) {
    const auto text = known_text(link.value, "gateway");
    const auto gateway = text ? read_address(text->text) : std::nullopt;
    const std::vector<Subnet> subnets = subnets_of(link);
    if (!gateway || subnets.empty() || reaches(subnets, *gateway)) return;
    refuse("gateway",
           link.text() + " cannot reach its gateway " + quoted(text->text) +
               ": no address of its own is in the same subnet",
           text->pos);
  }

  void check_route(const Value& route) {
    const auto device = known_text(route, "device"), via = known_text(route, "via");
    const Link* link = device ? find(device->text) : nullptr;
    if (device && link == nullptr) {
      if (has_all_links_)
        refuse("route device", "a route goes over " + quoted(device->text) + ", which is no link",
               device->pos, base::suggestion(device->text, names("")));
      return;
    }
    const auto gateway = via ? read_address(via->text) : std::nullopt;
    if (link == nullptr || !gateway) return;
    const std::vector<Subnet> subnets = subnets_of(*link);
    if (subnets.empty() || reaches(subnets, *gateway)) return;
    refuse("route gateway",
           "a route goes via " + quoted(via->text) + ", which " + link->text() + " cannot reach",
           via->pos);
  }

  const CheckedNode& node_;
  NodeFindings& findings_;
  std::vector<Link> links_;
  std::map<std::string, Value> networks_;
  std::map<std::string, std::string> owners_;  // interface -> bond
  bool has_all_links_ = true;
  bool has_all_networks_ = true;
};

}  // namespace

void check_links(const CheckedNode& node, NodeFindings& findings) {
  LinkCheck(node, findings).check();
}

}  // namespace provisioner::inventory
