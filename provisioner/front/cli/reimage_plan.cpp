// What a re-image will do, node by node and disk by disk.

#include "provisioner/front/cli/reimage_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/sentence.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/shown_times.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/machine/hardware/units.h"
#include "provisioner/machine/image/image_check.h"
#include "provisioner/machine/metal/life_cycle.h"
#include "provisioner/machine/reimage/room_problems.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

const Value& variable(const NamedNode& node, const char* name) {
  static const Value none;
  const Value* found = node.variables.find(name);
  return found == nullptr ? none : *found;
}

image::StoredImage image_for(const NamedNode& node, const image::Store& images,
                             const ReimageWish& wish) {
  const std::string name = wish.image.empty() ? node.node.deploy.image : wish.image;
  if (name.empty())
    throw Error(Kind::usage, node.name + ": no image is named")
        .set_hint("--image NAME, or deploy: {image: NAME} in the inventory");
  return images.image(name, wish.version);
}

image::BootFiles boot_files(const image::Store& images, const image::StoredImage& image) {
  return image.boot.kernel.empty() ? images.require_boot_files() : image.boot;
}

// The node would find it out when its disk is half written.
void require_whole(const image::Store& images, const image::StoredImage& image,
                   const image::BootFiles& boot) {
  const std::vector<std::string> lacks = image::shortfalls(images, image, boot);
  if (lacks.empty()) return;
  const std::string more =
      lacks.size() == 1 ? "" : fmt::format(", and {} more", lacks.size() - 1);
  throw Error(Kind::refused, fmt::format("the image '{} {}' is not whole in '{}': {}{}",
                                         image.manifest.name, image.manifest.version,
                                         images.directory(), lacks.front(), more))
      .set_hint("provisioner image verify shows all that is damaged; provisioner image build, or "
                "import, keeps it anew");
}

std::string contents(const reimage::FoundDisk& disk) {
  std::vector<std::string> words;
  for (const reimage::FoundSignature& one : disk.signatures)
    words.push_back(one.where == "disk" ? one.type : one.where + ":" + one.type);
  for (const reimage::FoundMount& mount : disk.mounts) words.push_back(mount.path);
  if (disk.is_mounted && disk.mounts.empty()) words.emplace_back("in use");
  return words.empty() ? "-" : base::join(words, " ");
}

List texts(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

List disks_of(const reimage::DiskPlan& plan) {
  List disks;
  for (const reimage::DiskFate& fate : plan.disks) {
    Value disk = reimage::expected(fate.disk);
    Dict told = disk.dict();
    told.set("name", fate.name);
    told.set("is_erased", fate.is_erased);
    told.set("because", fate.because);
    disks.emplace_back(std::move(told));
  }
  return disks;
}

std::string look_hint(const NamedNode& node) {
  return "provisioner discover " + node.name + ", with --boot where it runs no system";
}

// What lies on a disk that was written since is not what was seen. Of what the RAM disk has left
// unfinished it knows itself, where it is to write the same again.
void require_of_today(const NamedNode& node, const KnownDisks& known, const std::string& image) {
  if (!known.written || known.written->time <= known.hardware->looked) return;
  const value::Value* deploy = known.written->order.find("deploy");
  const bool is_same = deploy != nullptr && value::text_or(*deploy, "manifest", "") == image;
  if (is_same && !known.written->is_whole) return;
  throw Error(Kind::refused, "its disks were seen " + seen_text(*known.hardware) +
                                 ", and an image was written onto them since")
      .set_hint(look_hint(node));
}

bool needs(const NodePlan& plan, const reimage::Override& override) {
  return std::ranges::any_of(plan.disks.disks, [&](const reimage::DiskFate& fate) {
    if (!fate.is_erased || fate.name != override.disk) return false;
    if (override.signature == "mounted") return fate.disk.is_mounted;
    return std::ranges::any_of(fate.disk.signatures, [&](const reimage::FoundSignature& one) {
      return one.type == override.signature;
    });
  });
}

}  // namespace

reimage::Override read_override(const std::string& word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == word.size())
    throw Error(Kind::usage, "what may be erased is DISK:SIGNATURE, not '" + word + "'")
        .set_hint("as the plan names it: --erase system:LVM2_member");
  return {word.substr(0, colon), word.substr(colon + 1)};
}

const std::vector<std::string>& planned_variables() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {"ansible_user", "users", "operator_keys"};
    all.insert(all.end(), ssh_variables.begin(), ssh_variables.end());
    return all;
  }();
  return names;
}

NodePlan plan_node(const NamedNode& node, const KnownDisks& known, const image::Store& images,
                   const ReimageWish& wish) {
  NodePlan plan{.node = node.name};
  try {
    if (node.problem) throw *node.problem;
    if (!known.hardware)
      throw Error(Kind::refused, "its disks were never looked at").set_hint(look_hint(node));
    plan.seen = seen_text(*known.hardware);
    plan.disks = reimage::plan_disks(node.node, reimage::found_disks(known.hardware->facts),
                                     wish.overrides);
    const image::StoredImage image = image_for(node, images, wish);
    require_of_today(node, known, image.digest);
    plan.image = image.manifest.name + " " + image.manifest.version;
    plan.problems = reimage::room_problems(node.node, image.manifest, plan.disks);
    const image::BootFiles boot = boot_files(images, image);
    require_whole(images, image, boot);
    if (!plan.may_be_done()) return plan;
    const reimage::FirstUser user =
        reimage::first_user(node.name, variable(node, "ansible_user"), variable(node, "users"),
                            variable(node, "operator_keys"));
    plan.order =
        reimage::to_value(reimage::write_order(node.node, image, boot, plan.disks, user));
  } catch (const Error& error) {
    plan.problems.push_back(base::sentence_of(error));
  }
  return plan;
}

std::vector<reimage::Override> idle_overrides(const std::vector<NodePlan>& plans,
                                              const ReimageWish& wish) {
  std::vector<reimage::Override> idle;
  for (const reimage::Override& override : wish.overrides)
    if (std::ranges::none_of(plans, [&](const NodePlan& plan) { return needs(plan, override); }))
      idle.push_back(override);
  return idle;
}

void add_state(NodePlan& plan, const std::optional<store::NodeState>& state) {
  if (!state || state->state != name_of(metal::Stage::maintenance)) return;
  plan.problems.push_back("it is in maintenance since " +
                          os::utc_text(state->since).substr(0, 16) + "Z, by " +
                          state->changed_by + ": " + state->detail +
                          " (provisioner node state " + plan.node + " enrolled --because ...)");
}

void add_verdict(std::vector<NodePlan>& plans, const reimage::Verdict& verdict) {
  for (NodePlan& plan : plans)
    if (const auto found = verdict.objections.find(plan.node); found != verdict.objections.end())
      plan.problems.insert(plan.problems.end(), found->second.begin(), found->second.end());
}

Value to_value(const std::vector<NodePlan>& plans, const ReimageWish& wish) {
  List nodes;
  for (const NodePlan& plan : plans) {
    List problems = texts(plan.problems);
    for (const std::string& problem : plan.disks.problems) problems.emplace_back(problem);
    nodes.emplace_back(Dict{{"node", plan.node},
                            {"image", plan.image},
                            {"disks", disks_of(plan.disks)},
                            {"problems", std::move(problems)},
                            {"order", plan.order}});
  }
  return Dict{{"nodes", std::move(nodes)},
              {"playbook", wish.playbook},
              {"allowed", Dict{{"below", texts(wish.allowed.below)},
                               {"protected", texts(wish.allowed.protection)}}}};
}

void show(const std::vector<NodePlan>& plans, std::ostream& out) {
  Table table({"NODE", "DISK", "FOUND AS", "SIZE", "SERIAL", "WWN", "HOLDS", "FATE"});
  for (const NodePlan& plan : plans)
    for (const reimage::DiskFate& fate : plan.disks.disks)
      table.add({plan.node, fate.name.empty() ? "-" : fate.name, fate.disk.name,
                 hardware::gb_text(static_cast<std::int64_t>(fate.disk.size)), fate.disk.serial,
                 fate.disk.wwn, contents(fate.disk),
                 (fate.is_erased ? "ERASED: " : "kept: ") + fate.because});
  table.print(out);
  for (const NodePlan& plan : plans)
    if (plan.may_be_done())
      out << plan.node << ": gets " << plan.image << "; disks as seen " << plan.seen << "\n";
  show_refusals(plans, out);
}

void show_refusals(const std::vector<NodePlan>& plans, std::ostream& out) {
  for (const NodePlan& plan : plans)
    for (const auto* list : {&plan.problems, &plan.disks.problems})
      for (const std::string& problem : *list)
        out << plan.node << ": REFUSED: " << base::one_line(without_name(plan.node, problem))
            << "\n";
}

}  // namespace provisioner::cli
