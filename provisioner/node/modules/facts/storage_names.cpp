// The names a node has towards a storage network, and its logical volumes.
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

// The lines of an LVM report as lists of fields.
std::vector<std::vector<std::string>> report(const host::HostView& view, const char* program,
                                             const char* fields) {
  const host::CommandResult answer = view.query(
      {program, "--noheadings", "--nosuffix", "--units", "g", "--separator", ",", "-o", fields});
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view line : base::lines_of(answer.out))
    rows.push_back(base::split(base::trim(line), ','));
  return rows;
}

}  // namespace

value::Dict logical_volumes(const host::HostView& view) {
  if (view.effective_uid() != 0 || !view.program("vgs")) return {{"lvm", "N/A"}};
  value::Dict groups, volumes, physical;
  for (const auto& row : report(view, "vgs", "vg_name,pv_count,lv_count,vg_size,vg_free")) {
    if (row.size() < 5) continue;
    groups.set(
        row[0],
        value::Dict{
            {"size_g", row[3]}, {"free_g", row[4]}, {"num_lvs", row[2]}, {"num_pvs", row[1]}});
  }
  for (const auto& row : report(view, "lvs", "lv_name,vg_name,lv_size")) {
    if (row.size() > 2) volumes.set(row[0], value::Dict{{"size_g", row[2]}, {"vg", row[1]}});
  }
  for (const auto& row : report(view, "pvs", "pv_name,vg_name,pv_size,pv_free")) {
    if (row.size() < 4) continue;
    physical.set(row[0], value::Dict{{"size_g", row[2]}, {"free_g", row[3]}, {"vg", row[1]}});
  }
  return {{"lvm", value::Dict{{"lvs", volumes}, {"vgs", groups}, {"pvs", physical}}}};
}

Findings iscsi(const host::HostView& view, const Request&) {
  std::string name;
  const std::string text = readable(view, "/etc/iscsi/initiatorname.iscsi").value_or("");
  for (const std::string_view line : base::lines_of(text)) {
    if (line.starts_with("InitiatorName=")) name = base::trim(line.substr(14));
  }
  return {{{"iscsi_iqn", name}}, {}};
}

Findings nvme(const host::HostView& view, const Request&) {
  return {{{"hostnqn", first_line(view, "/etc/nvme/hostnqn").value_or("")}}, {}};
}

Findings fibre_channel(const host::HostView& view, const Request&) {
  value::List names;
  for (const std::string& adapter : names_in(view, "/sys/class/fc_host")) {
    const auto name = first_line(view, "/sys/class/fc_host/" + adapter + "/port_name");
    if (name) names.emplace_back(name->starts_with("0x") ? name->substr(2) : *name);
  }
  return {{{"fibre_channel_wwn", names}}, {}};
}

}  // namespace provisioner::modules::facts
