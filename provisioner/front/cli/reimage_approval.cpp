// Whether what a cut-off re-image was approved for may still be done.

#include "provisioner/front/cli/reimage_approval.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/language/inventory/same_disk.h"
#include "provisioner/machine/metal/life_cycle.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using reimage::Override;
using value::Value;

Error outdated(const NamedNode& node, const std::string& because) {
  return Error(Kind::refused, node.name + ": " + because)
      .set_hint("look at what would be done now: provisioner reimage " + node.name);
}

// Of the disks that the order erases, as `expected` writes them.
std::vector<Value> erased_by(const Value& planned) {
  std::vector<Value> disks;
  const Value* order = planned.find("order");
  const Value* deploy = order == nullptr ? nullptr : order->find("deploy");
  for (const char* name : {"disk", "second_disk"})
    if (const Value* disk = deploy == nullptr ? nullptr : deploy->find(name))
      disks.push_back(*disk);
  if (disks.empty()) throw Error(Kind::bug, "a plan with an order that erases no disk");
  return disks;
}

bool is_mirror(const Value& planned) {
  return value::text_or(*planned.find("order")->find("deploy"), "layout", "") == "mirror";
}

void add_signatures(const Value& disk, std::vector<Override>& losses) {
  const Value* signatures = disk.find("signatures");
  if (signatures == nullptr || !signatures->is_list()) return;
  for (const Value& one : signatures->list())
    losses.push_back({value::text_or(disk, "name", ""), value::text_or(one, "type", "")});
}

// Whoever approved the plan has seen what lay on its disks, also where the RAM disk, in which
// nothing is mounted, no longer tells that the node runs from it. The halves of a mirror are what
// the run may have made itself.
std::vector<Override> agreed_losses(const Value& planned, const EarlierApproval& approval) {
  std::vector<Override> losses = approval.overrides;
  const Value* disks = planned.find("disks");
  if (disks == nullptr || !disks->is_list()) return losses;
  for (const Value& disk : disks->list()) {
    if (!value::boolean_or(disk, "is_erased", false)) continue;
    add_signatures(disk, losses);
    if (is_mirror(planned))
      losses.push_back({value::text_or(disk, "name", ""), "linux_raid_member"});
  }
  return losses;
}

std::string text_of(const Value& disk) {
  return fmt::format("WWN '{}', serial '{}', {} bytes", value::text_or(disk, "wwn", ""),
                     value::text_or(disk, "serial", ""), value::integer_or(disk, "size", 0));
}

std::string text_of(const std::vector<Value>& disks) {
  std::vector<std::string> texts;
  for (const Value& disk : disks) texts.push_back(text_of(disk));
  return texts.empty() ? "none" : base::join(texts, " and ");
}

// As the RAM disk compares them: by each identity that the order gives.
bool is_same(const Value& ordered, const Value& now) {
  const std::string wwn = value::text_or(ordered, "wwn", "");
  const std::string serial = value::text_or(ordered, "serial", "");
  return (wwn.empty() || inventory::is_same_wwn(wwn, value::text_or(now, "wwn", ""))) &&
         (serial.empty() || base::trim(serial) == base::trim(value::text_or(now, "serial", ""))) &&
         value::integer_or(ordered, "size", 0) == value::integer_or(now, "size", 0);
}

void require_same_disks(const NamedNode& node, const Value& planned,
                        const EarlierApproval& approval,
                        const std::optional<store::HardwareRecord>& hardware) {
  if (!hardware) throw outdated(node, "its disks were never looked at");
  const reimage::DiskPlan plan =
      reimage::plan_disks(node.node, reimage::found_disks(hardware->facts),
                          agreed_losses(planned, approval));
  const std::string approved =
      "what run " + approval.run + " was approved for is not so any more: ";
  if (!plan.problems.empty()) throw outdated(node, approved + base::join(plan.problems, "; "));
  const std::vector<Value> ordered = erased_by(planned);
  std::vector<Value> now;
  for (const reimage::DiskFate* fate : plan.erased()) now.push_back(reimage::expected(fate->disk));
  const bool are_same =
      ordered.size() == now.size() && std::ranges::all_of(ordered, [&](const Value& one) {
        return std::ranges::any_of(now, [&](const Value& other) { return is_same(one, other); });
      });
  if (!are_same)
    throw outdated(node, approved + "it erases the disk with " + text_of(ordered) +
                             ", and by the inventory it is now that with " + text_of(now));
}

// Where the run itself has brought it, or found it; maintenance is refused where its job begins.
bool is_left_to_run(const store::NodeState& state, const EarlierApproval& approval) {
  using enum metal::Stage;
  if (state.since <= approval.given) return true;
  return std::ranges::any_of(std::initializer_list<metal::Stage>{armed, booting, writing, failed,
                                                                 maintenance},
                             [&](metal::Stage stage) { return state.state == name_of(stage); });
}

}  // namespace

const Value* planned_node(const Value& plan, const std::string& node) {
  if (const Value* nodes = plan.find("nodes"); nodes != nullptr && nodes->is_list())
    for (const Value& one : nodes->list())
      if (value::text_or(one, "node", "") == node) return &one;
  return nullptr;
}

void require_as_approved(const NamedNode& node, const Value& planned,
                         const EarlierApproval& approval, const store::NodeRecords& records,
                         const store::BootJobs& jobs) {
  if (node.problem) throw *node.problem;
  if (const auto run = jobs.installed_after(node.name, approval.run, approval.given))
    throw outdated(node, "run " + *run + " has brought an image onto it since run " +
                             approval.run + " began");
  if (const auto last = jobs.last_job(node.name, approval.run);
      last && last->end == store::JobEnd::refused)
    throw outdated(node, last->outcome);
  if (const auto state = records.state(node.name); state && !is_left_to_run(*state, approval))
    throw outdated(node, fmt::format("it is '{}' since {}, by {}, and was not before run {} began",
                                     state->state, os::utc_text(state->since), state->changed_by,
                                     approval.run));
  require_same_disks(node, planned, approval, records.hardware(node.name));
}

}  // namespace provisioner::cli
