// From merged node keys to a Node.

#include "provisioner/language/inventory/effective_node.h"

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/language/inventory/node_facts.h"
#include "provisioner/language/inventory/node_values.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

Error wrong_type(const Value& value, const std::string& member, const std::string& expected) {
  return Error(
      Kind::input,
      "'" + member + "' must be " + expected + ", this is " + std::string(name_of(value.kind())),
      value.pos());
}

// The members of one dict, typed.
class Entry {
 public:
  explicit Entry(const Value* value) : value_(value) {}

  bool is_there() const { return value_ != nullptr && !value_->is_none(); }
  const Value* find(const char* name) const {
    const Value* member = value_ == nullptr ? nullptr : value_->find(name);
    return member == nullptr || member->is_none() ? nullptr : member;
  }
  Entry entry(const char* name) const { return Entry(find(name)); }

  std::string text(const char* name) const {
    const Value* member = find(name);
    if (member == nullptr) return {};
    if (!member->is_string()) throw wrong_type(*member, name, "a text");
    return member->text();
  }

  std::optional<std::int64_t> integer(const char* name) const {
    const Value* member = find(name);
    if (member == nullptr) return std::nullopt;
    const auto number = known_integer(member);
    if (!number) throw wrong_type(*member, name, "a whole number");
    return number;
  }

  bool flag(const char* name, bool otherwise) const {
    const Value* member = find(name);
    if (member == nullptr) return otherwise;
    if (!member->is_boolean()) throw wrong_type(*member, name, "true or false");
    return member->boolean();
  }

  std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> all;
    for (const Value& item : items(name)) {
      if (!item.is_string()) throw wrong_type(item, name, "a list of texts");
      all.push_back(item.text());
    }
    return all;
  }

  value::List items(const char* name) const {
    const Value* member = find(name);
    if (member == nullptr) return {};
    if (!member->is_list()) throw wrong_type(*member, name, "a list");
    return member->list();
  }

  // One of an enum's words.
  template <class Choice>
  std::optional<Choice> choice(const char* name,
                               std::initializer_list<std::pair<const char*, Choice>> words) const {
    const std::string written = text(name);
    if (written.empty()) return std::nullopt;
    std::vector<std::string> known;
    for (const auto& [word, choice] : words) {
      if (written == word) return choice;
      known.emplace_back(word);
    }
    Error error(Kind::input, "'" + std::string(name) + "' has no value '" + written + "'",
                find(name)->pos());
    throw error.set_hint(base::suggestion(written, known));
  }

 private:
  const Value* value_;
};

Hardware hardware_of(const Entry& entry) {
  const Value* spec = entry.find("spec");
  return {
      .spec = entry.text("spec"),
      .spec_pos = spec == nullptr ? base::Pos() : spec->pos(),
      .vendor = entry.text("vendor"),
      .model = entry.text("model"),
      .serial = entry.text("serial"),
      .asset_tag = entry.text("asset_tag"),
      .rack = entry.text("rack"),
      .unit = entry.integer("unit"),
      .sockets = entry.integer("sockets"),
      .cores_per_socket = entry.integer("cores_per_socket"),
      .clock_mhz = entry.integer("clock_mhz"),
      .memory_gib = entry.integer("memory_gib"),
      .firmware = entry.choice<Hardware::Firmware>(
          "firmware", {{"uefi", Hardware::Firmware::uefi}, {"bios", Hardware::Firmware::bios}})};
}

std::optional<Bmc> bmc_of(const Entry& entry) {
  if (!entry.is_there()) return std::nullopt;
  return Bmc{.address = entry.text("address"),
             .network = entry.text("network"),
             .mac = entry.text("mac"),
             .user = entry.text("user"),
             .password = base::Secret(entry.text("password")),
             .password_file = entry.text("password_file"),
             .verify_certificate = entry.flag("verify_certificate", true),
             .pinned_key = entry.text("pinned_key")};
}

Disk disk_of(const Entry& entry) {
  return {.name = entry.text("name"),
          .serial = entry.text("serial"),
          .wwn = entry.text("wwn"),
          .size_gb = entry.integer("size_gb"),
          .rpm = entry.integer("rpm"),
          .slot = entry.integer("slot"),
          .type = entry.choice<Disk::Type>(
              "type",
              {{"sas", Disk::Type::sas}, {"sata", Disk::Type::sata}, {"nvme", Disk::Type::nvme}}),
          .use = entry.choice<Disk::Use>("use", {{"system", Disk::Use::system},
                                                 {"data", Disk::Use::data},
                                                 {"journal", Disk::Use::journal},
                                                 {"spare", Disk::Use::spare}})};
}

Deploy deploy_of(const Entry& entry) {
  return {.image = entry.text("image"),
          .layout = entry.choice<Deploy::Layout>(
                             "layout", {{"single", Deploy::Layout::single},
                                        {"mirror", Deploy::Layout::mirror}})
                        .value_or(Deploy::Layout::single),
          .cache_gib = entry.integer("cache_gib").value_or(0),
          .interface = entry.text("interface"),
          .address = entry.text("address"),
          .gateway = entry.text("gateway"),
          .kernel_arguments = entry.text("kernel_arguments")};
}

NamedNetwork named_network_of(const Entry& entry) {
  return {.name = entry.text("name"),
          .subnet = entry.text("subnet"),
          .gateway = entry.text("gateway"),
          .vlan = entry.integer("vlan"),
          .mtu = entry.integer("mtu")};
}

Link link_of(const Entry& entry) {
  return {.name = entry.text("name"),
          .network = entry.text("network"),
          .gateway = entry.text("gateway"),
          .addresses = entry.texts("addresses"),
          .mtu = entry.integer("mtu"),
          .has_dhcp = entry.flag("dhcp", false)};
}

Interface interface_of(const Entry& entry) {
  return {link_of(entry), entry.text("mac"), entry.text("switch"), entry.text("port")};
}

Bond bond_of(const Entry& entry) {
  return {link_of(entry),          entry.texts("members"),
          entry.text("mode"),      entry.text("hash_policy"),
          entry.text("lacp_rate"), entry.integer("mii_ms")};
}

Vlan vlan_of(const Entry& entry) {
  return {link_of(entry), entry.integer("id").value_or(0), entry.text("link")};
}

Route route_of(const Entry& entry) {
  return {.to = entry.text("to"),
          .via = entry.text("via"),
          .device = entry.text("device"),
          .metric = entry.integer("metric")};
}

Mount mount_of(const Entry& entry) {
  return {.path = entry.text("path"),
          .type = entry.text("type"),
          .source = entry.text("source"),
          .options = entry.text("options"),
          .state = entry
                       .choice<Mount::State>("state", {{"mounted", Mount::State::mounted},
                                                       {"present", Mount::State::present},
                                                       {"absent", Mount::State::absent}})
                       .value_or(Mount::State::mounted),
          .is_read_only = entry.flag("read_only", false)};
}

template <class Item>
std::vector<Item> each(const Entry& entry, const char* name, Item (*read)(const Entry&)) {
  std::vector<Item> all;
  for (const Value& item : entry.items(name)) {
    if (!item.is_dict()) throw wrong_type(item, name, "a list of dicts");
    all.push_back(read(Entry(&item)));
  }
  return all;
}

NodeNetwork network_of(const Entry& entry) {
  const Entry resolver = entry.entry("resolver");
  return {.hostname = entry.text("hostname"),
          .domain = entry.text("domain"),
          .interfaces = each<Interface>(entry, "interfaces", interface_of),
          .bonds = each<Bond>(entry, "bonds", bond_of),
          .vlans = each<Vlan>(entry, "vlans", vlan_of),
          .routes = each<Route>(entry, "routes", route_of),
          .name_servers = resolver.texts("servers"),
          .search_domains = resolver.texts("search")};
}

VirtualSize virtual_size_of(const Entry& lab) {
  const VirtualSize usual;
  return {.memory_mib = static_cast<int>(lab.integer("memory_mib").value_or(usual.memory_mib)),
          .processors = static_cast<int>(lab.integer("processors").value_or(usual.processors))};
}

}  // namespace

std::vector<MissingCapability> missing_capabilities(const Value& lab) {
  std::vector<MissingCapability> missing;
  for (const Value& item : Entry(&lab).items("cannot")) {
    if (item.is_string())
      missing.push_back({item.text(), ""});
    else if (const Entry entry(&item); item.is_dict())
      missing.push_back({entry.text("capability"), entry.text("because")});
    else
      throw wrong_type(item, "lab.cannot", "a list of dicts");
  }
  return missing;
}

Node effective_node(const Inventory& inventory, const jinja::Templar& templar,
                    const std::string& name) {
  const Host* host = inventory.host(name);
  if (host == nullptr) {
    Error error(Kind::usage, "there is no host '" + name + "'");
    throw error.set_hint(base::suggestion(name, inventory.host_names()));
  }
  NodeTemplates templates(inventory, templar, name);
  const Value keys = merged_node_keys(
      inventory, name, [&](const Value& value) { return templates.resolve_all(value); });
  const Entry entry(&keys);
  const Entry storage = entry.entry("storage");
  Node node;
  node.name = name;
  node.pos = host->pos;
  node.hardware = hardware_of(entry.entry("hardware"));
  node.bmc = bmc_of(entry.entry("bmc"));
  node.disks = each<Disk>(entry, "disks", disk_of);
  node.deploy = deploy_of(entry.entry("deploy"));
  node.roles = entry.texts("roles");
  node.networks = each<NamedNetwork>(entry, "networks", named_network_of);
  node.network = network_of(entry.entry("network"));
  node.mounts = each<Mount>(storage, "mounts", mount_of);
  node.gpfs_cluster = storage.entry("gpfs").text("cluster");
  node.gpfs_file_system = storage.entry("gpfs").text("filesystem");
  if (const Value* lab = entry.find("lab")) node.cannot = missing_capabilities(*lab);
  node.virtual_size = virtual_size_of(entry.entry("lab"));
  return node;
}

}  // namespace provisioner::inventory
