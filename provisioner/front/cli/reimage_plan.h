#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/reimage/deploy_order.h"
#include "provisioner/machine/reimage/guards.h"

namespace provisioner::cli {

// What a re-image is about, beside the nodes.
struct ReimageWish {
  std::string image, version;  // empty: what the inventory says, the version made last
  std::string playbook;        // --then; "" for none
  std::vector<reimage::Override> overrides;
  reimage::Allowed allowed;
};

// "system:LVM2_member". Throws Error(usage).
reimage::Override read_override(const std::string& word);

// One node's part of the plan.
struct NodePlan {
  std::string node;
  std::string image = {};  // "debian-12 20261128.1"
  std::string seen = {};   // "2026-11-28T10:02:03Z by ram disk": how old the facts are
  reimage::DiskPlan disks = {};
  std::vector<std::string> problems = {};  // beside those of the disks
  value::Value order = {};                 // of its boot job; none where there are problems

  bool may_be_done() const { return problems.empty() && disks.problems.empty(); }
};

// The variables of a node that a plan needs, beside the typed keys.
const std::vector<std::string>& planned_variables();

// What is known of a node's disks.
struct KnownDisks {
  std::optional<store::HardwareRecord> hardware;
  std::optional<store::LastWrite> written = {};
};

NodePlan plan_node(const NamedNode& node, const KnownDisks& known, const image::Store& images,
                   const ReimageWish& wish);

// The overrides that no erased disk of these plans needs: a word typed wrongly, or one too many.
std::vector<reimage::Override> idle_overrides(const std::vector<NodePlan>& plans,
                                              const ReimageWish& wish);

// What speaks against a node's state: somebody works on it.
void add_state(NodePlan& plan, const std::optional<store::NodeState>& state);
// What its groups have said.
void add_verdict(std::vector<NodePlan>& plans, const reimage::Verdict& verdict);

// What is approved: two plans that are equal here erase the same.
value::Value to_value(const std::vector<NodePlan>& plans, const ReimageWish& wish);

void show(const std::vector<NodePlan>& plans, std::ostream& out);
void show_refusals(const std::vector<NodePlan>& plans, std::ostream& out);  // these alone

}  // namespace provisioner::cli
