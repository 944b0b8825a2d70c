// The table of node keys, their members, types and bounds.

#include "provisioner/language/inventory/schema.h"

#include <algorithm>

namespace provisioner::inventory {
namespace {

// The largest frame that common switches carry, and the smallest that IPv6 and IPv4 ask for.
constexpr std::int64_t largest_mtu = 9216, smallest_mtu = 576;

Member plain(std::string name, Form form = Form::text) {
  return {.name = std::move(name), .form = form};
}

Member integer(std::string name, std::int64_t least, std::int64_t most) {
  return {.name = std::move(name), .form = Form::integer, .least = least, .most = most};
}

Member word(std::string name, std::vector<std::string> words) {
  return {.name = std::move(name), .form = Form::word, .words = std::move(words)};
}

Member required(Member member) {
  member.is_required = true;
  return member;
}

Member entries(std::string name, std::vector<Member> members) {
  return {.name = std::move(name), .form = Form::entries, .members = std::move(members)};
}

Member list_of(std::string name, Member item) {
  return {.name = std::move(name), .form = Form::list, .items = {std::move(item)}};
}

Member table_of(std::string name, std::string identity, std::vector<Member> members) {
  Member list = list_of(std::move(name), entries("", std::move(members)));
  list.identity = std::move(identity);
  return list;
}

Member hardware() {
  Member whole =
      entries("hardware", {plain("vendor"), plain("model"), plain("serial"), plain("asset_tag"),
                           plain("rack"), integer("unit", 1, 60), integer("sockets", 1, 16),
                           integer("cores_per_socket", 1, 512), integer("clock_mhz", 100, 10'000),
                           integer("memory_gib", 1, 65'536), word("firmware", {"uefi", "bios"}),
                           plain("spec")});
  whole.text_means = "spec";
  return whole;
}

Member bmc() {
  return entries(
      "bmc", {required(plain("address", Form::bmc_url)), plain("network"), plain("mac", Form::mac),
              plain("user"), plain("password", Form::secret), plain("password_file", Form::path),
              plain("verify_certificate", Form::boolean), plain("pinned_key", Form::key_pin)});
}

Member disks() {
  return table_of("disks", "name",
                  {required(plain("name")), plain("serial"), plain("wwn", Form::wwn),
                   integer("size_gb", 1, 1'000'000), word("type", {"sas", "sata", "nvme"}),
                   integer("rpm", 0, 20'000), integer("slot", 0, 255),
                   word("use", {"system", "data", "journal", "spare"})});
}

Member deploy() {
  return entries("deploy", {plain("image"), word("layout", {"single", "mirror"}),
                            integer("cache_gib", 0, 1'000'000), plain("interface", Form::link_name),
                            plain("address", Form::address_in_subnet),
                            plain("gateway", Form::address), plain("kernel_arguments")});
}

Member roles() {
  return list_of("roles", word("", {"control", "worker", "registry", "bastion", "ingress", "qserv",
                                    "storage", "login", "monitoring"}));
}

Member networks() {
  return table_of(
      "networks", "name",
      {required(plain("name")), required(plain("subnet", Form::subnet)), integer("vlan", 1, 4094),
       plain("gateway", Form::address), integer("mtu", smallest_mtu, largest_mtu)});
}

// What interfaces, bonds and VLANs have in common, and more.
std::vector<Member> link(std::vector<Member> more) {
  std::vector<Member> members{required(plain("name", Form::link_name)),
                              plain("network"),
                              integer("mtu", smallest_mtu, largest_mtu),
                              list_of("addresses", plain("", Form::address_in_subnet)),
                              plain("gateway", Form::address),
                              plain("dhcp", Form::boolean)};
  members.insert(members.end(), more.begin(), more.end());
  return members;
}

Member bonds() {
  return table_of("bonds", "name",
                  link({required(list_of("members", plain("", Form::link_name))),
                        word("mode", {"balance-rr", "active-backup", "balance-xor", "broadcast",
                                      "802.3ad", "balance-tlb", "balance-alb"}),
                        word("hash_policy", {"layer2", "layer2+3", "layer3+4", "encap2+3",
                                             "encap3+4", "vlan+srcmac"}),
                        word("lacp_rate", {"slow", "fast"}), integer("mii_ms", 0, 10'000)}));
}

Member vlans() {
  return table_of(
      "vlans", "name",
      link({required(integer("id", 1, 4094)), required(plain("link", Form::link_name))}));
}

Member network() {
  return entries(
      "network",
      {plain("hostname", Form::host_name), plain("domain", Form::domain_name),
       table_of("interfaces", "name",
                link({plain("mac", Form::mac), plain("switch"), plain("port")})),
       bonds(), vlans(),
       // Two routes to one target are told apart by their metrics: no identity.
       table_of("routes", "",
                {required(plain("to", Form::route_target)), required(plain("via", Form::address)),
                 plain("device", Form::link_name), integer("metric", 0, 4'294'967'295)}),
       entries("resolver", {list_of("servers", plain("", Form::address)),
                            list_of("search", plain("", Form::domain_name))})});
}

Member storage() {
  return entries("storage", {table_of("mounts", "path",
                                      {required(plain("path", Form::path)),
                                       required(word("type", {"nfs", "nfs4", "gpfs"})),
                                       required(plain("source")), plain("options"),
                                       word("state", {"mounted", "present", "absent"}),
                                       plain("read_only", Form::boolean)}),
                             table_of("local", "disk",
                                      {required(plain("disk")), required(plain("path", Form::path)),
                                       word("file_system", {"ext4", "xfs"}), plain("options"),
                                       plain("erase"), word("state", {"mounted", "absent"})}),
                             entries("gpfs", {plain("cluster"), plain("filesystem")})});
}

Member lab() {
  return entries(
      "lab", {table_of("cannot", "capability",
                       {required(word("capability", {"bond", "vlan", "dummy", "nfs_client", "gpfs",
                                                     "kernel_modules", "sysctl", "clock", "swap",
                                                     "loop_mount", "audit"})),
                        required(plain("because"))}),
              integer("memory_mib", 256, 1'048'576), integer("processors", 1, 64)});
}

}  // namespace

const std::vector<Member>& node_schema() {
  static const std::vector<Member> keys{hardware(), bmc(),     disks(),   deploy(), roles(),
                                        networks(), network(), storage(), lab()};
  return keys;
}

const Member* find_member(const std::vector<Member>& members, const std::string& name) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.name == name; });
  return found == members.end() ? nullptr : &*found;
}

}  // namespace provisioner::inventory
