// Machines that nobody has written down yet.

#include "provisioner/front/cli/unknown_machines.h"

#include <iostream>
#include <map>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/machine/image/boot_dhcp.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::List;
using value::Value;

// A machine that asked, as often as the boot service has kept it.
struct Asked {
  store::WallTime first, last;
  std::int64_t count = 0;
};

std::map<std::string, Asked> who_asked() {
  std::map<std::string, Asked> asked;
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  records.each_line("", {}, [&](const store::NodeLine& line) {
    if (line.source != "dhcp") return;
    const auto said = image::read_dhcp_line("dnsmasq-dhcp: " + line.text);
    if (!said) return;
    Asked& one = asked[inventory::plain_mac(said->whom)];
    if (one.count++ == 0) one.first = line.time;
    one.last = line.time;
  });
  return asked;
}

// A node that cannot be evaluated keeps its MACs to itself: that is told.
void leave_out_known(std::map<std::string, Asked>& asked, const std::vector<NamedNode>& nodes) {
  for (const NamedNode& node : nodes) {
    if (node.problem)
      std::cerr << node_line(node.name, node.problem->message())
                << ": it may be among the unknown\n";
    if (node.node.bmc) asked.erase(inventory::plain_mac(node.node.bmc->mac));
    for (const inventory::Interface& interface : node.node.network.interfaces)
      asked.erase(inventory::plain_mac(interface.mac));
  }
}

}  // namespace

int show_unknown(const NodeWords& words, bool is_json) {
  NodeWords all = words;
  all.pattern = "all";
  const auto nodes = named_nodes(all);
  if (!nodes) return exit_usage;
  std::map<std::string, Asked> asked = who_asked();
  leave_out_known(asked, *nodes);
  Table table({"MAC", "FIRST ASKED", "LAST ASKED", "TIMES"});
  List list;
  for (const auto& [mac, one] : asked) {
    table.add(
        {mac, os::utc_seconds(one.first), os::utc_seconds(one.last), std::to_string(one.count)});
    list.emplace_back(Dict{{"mac", mac},
                           {"first", os::utc_text(one.first)},
                           {"last", os::utc_text(one.last)},
                           {"times", one.count}});
  }
  is_json ? print_json(Value(std::move(list))) : table.print(std::cout);
  return exit_fine;
}

}  // namespace provisioner::cli
