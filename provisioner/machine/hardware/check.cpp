// A fleet against what it should be.

#include "provisioner/machine/hardware/check.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/text_forms.h"
#include "provisioner/machine/hardware/looked.h"

namespace provisioner::hardware {
namespace {

std::string owned(const std::map<std::string, std::string>& owners, const std::string& key) {
  const auto owner = owners.find(key);
  return owner == owners.end() ? "" : " (" + owner->second + ")";
}

// Nodes that should be alike; one that nobody looked at is nobody's peer.
std::vector<Peers> groups_of(const std::vector<Looked>& all) {
  std::map<std::string, Peers> groups;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (all[at].subject->facts.is_none()) continue;
    const inventory::Hardware& hardware = all[at].node().hardware;
    // Those of which nothing says what they are need not be alike.
    if (hardware.spec.empty() && hardware.vendor.empty() && hardware.model.empty()) continue;
    groups[hardware.spec.empty() ? hardware.vendor + "\n" + hardware.model : hardware.spec]
        .push_back(at);
  }
  std::vector<Peers> peers;
  for (auto& [name, nodes] : groups) peers.push_back(std::move(nodes));
  return peers;
}

void check_node(Looked& looked, const Owners& owners) {
  check_machine(looked, owners);
  check_processors(looked);
  check_memory(looked);
  place_disks(looked);
  check_disks(looked, owners);
  check_links(looked, owners);
}

// A machine that stands in another one's place, which stands in its own: told once.
void name_swapped_machines(std::vector<Finding>& findings, const std::vector<Looked>& all,
                           const Owners& owners) {
  const auto machine_of = [&](const std::string& node) {
    const auto looked = std::ranges::find(all, node, [](const Looked& one) -> const std::string& {
      return one.node().name;
    });
    return looked == all.end() ? "" : owners.machine(looked->machine.serial);
  };
  for (std::size_t at = 0; at < findings.size(); ++at) {
    Finding& finding = findings[at];
    if (finding.part != "machine") continue;
    const std::string other = machine_of(finding.node);
    if (other.empty() || other == finding.node || machine_of(other) != finding.node) continue;
    const auto same = std::ranges::find_if(findings, [&](const Finding& one) {
      return one.part == "machine" && one.node == other;
    });
    if (same == findings.end()) continue;
    finding.is = finding.node + " and " + other + " are swapped: " + finding.is;
    finding.others = {other};
    findings.erase(same);
  }
}

bool concerns_meant(const Finding& finding, const std::vector<Looked>& all) {
  return std::ranges::any_of(all, [&](const Looked& looked) {
    return looked.subject->is_meant && finding.is_about(looked.node().name);
  });
}

void leave_out_others(std::vector<Finding>& findings, const std::vector<Looked>& all) {
  std::erase_if(findings, [&](const Finding& finding) { return !concerns_meant(finding, all); });
}

// Each node for itself.
std::vector<Looked> looked_at(const std::vector<Subject>& subjects, const Owners& owners) {
  std::vector<Looked> all;
  all.reserve(subjects.size());
  for (const Subject& subject : subjects) all.emplace_back(subject);
  for (const Peers& peers : groups_of(all)) find_empty_slots(all, peers);
  for (Looked& looked : all)
    if (!looked.subject->facts.is_none()) check_node(looked, owners);
  return all;
}

void check_all_burnins(std::vector<Looked>& all) {
  for (Looked& looked : all) check_burnin(looked);
  for (const Peers& peers : groups_of(all)) compare_burnins(all, peers);
}

std::vector<Finding> findings_of(const std::vector<Looked>& all,
                                 const std::vector<Finding>& cables) {
  std::vector<Finding> findings;
  for (const Looked& looked : all) {
    const std::string& name = looked.node().name;
    for (Finding& finding : looked.differences.of_node(name))
      findings.push_back(std::move(finding));
    for (const Finding& finding : cables)
      if (finding.node == name) findings.push_back(finding);
  }
  return findings;
}

}  // namespace

Owners::Owners(const std::vector<Subject>& subjects) {
  for (const Subject& subject : subjects) {
    const inventory::Node& node = subject.node;
    if (!node.hardware.serial.empty()) machines_[node.hardware.serial] = node.name;
    for (const inventory::Disk& disk : node.disks) {
      const std::string whose = node.name + "'s " + disk.name;
      if (!disk.serial.empty()) disks_[disk.serial] = whose;
      if (!disk.wwn.empty()) disks_[inventory::plain_wwn(base::trim(disk.wwn))] = whose;
    }
    for (const inventory::Interface& interface : node.network.interfaces)
      if (!interface.mac.empty())
        links_[inventory::plain_mac(interface.mac)] = node.name + "'s " + interface.name;
  }
}

std::string Owners::machine(const std::string& serial) const {
  const auto owner = machines_.find(serial);
  return owner == machines_.end() ? "" : owner->second;
}

std::string Owners::disk(const FoundDisk& disk) const {
  const std::string by_serial = owned(disks_, disk.serial);
  return by_serial.empty() ? owned(disks_, inventory::plain_wwn(base::trim(disk.wwn))) : by_serial;
}

std::string Owners::link(const std::string& mac) const { return owned(links_, mac); }

CheckResult check(const std::vector<Subject>& subjects) {
  const Owners owners(subjects);
  std::vector<Looked> all = looked_at(subjects, owners);
  for (const Peers& peers : groups_of(all)) compare_peers(all, peers);
  check_all_burnins(all);
  CheckResult result;
  const std::vector<Finding> cables = check_cables(all, result.unheard);
  result.findings = findings_of(all, cables);
  name_swapped_machines(result.findings, all, owners);
  leave_out_others(result.findings, all);
  for (const Subject& subject : subjects)
    if (subject.is_meant && !subject.tells_links && !subject.facts.is_none())
      result.without_links.push_back(subject.node.name);
  return result;
}

CheckResult check_burnins(const std::vector<Subject>& subjects) {
  std::vector<Looked> all;
  all.reserve(subjects.size());
  for (const Subject& subject : subjects) place_disks(all.emplace_back(subject));
  check_all_burnins(all);
  CheckResult result{.findings = findings_of(all, {}), .unheard = {}, .without_links = {}};
  leave_out_others(result.findings, all);
  return result;
}

}  // namespace provisioner::hardware
