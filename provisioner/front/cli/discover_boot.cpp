// Nodes that are restarted for a look at their hardware.

#include "provisioner/front/cli/discover_boot.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/sentence.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/front/cli/ask_power.h"
#include "provisioner/front/cli/booted_node.h"
#include "provisioner/front/cli/keyboard.h"
#include "provisioner/front/cli/node_lines.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/reimage_plan.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/metal/life_cycle.h"
#include "provisioner/machine/reimage/deploy_order.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

constexpr const char* what = "restarts";
constexpr const char* no_run = "";  // the jobs belong to nobody's
constexpr std::size_t boots_at_once = 20;

// What a node is at that a restart would break off: "is 'in service'"; "" for nothing.
std::string work_of(const std::string& node, metal::Power power,
                    const store::NodeRecords& records, const store::BootJobs& jobs) {
  using enum metal::Stage;
  const auto state = records.state(node);
  const auto stage = state ? metal::stage_of(state->state) : std::nullopt;
  const auto job = jobs.open_job(node);
  if (job && !job->run.empty()) return "has a boot job of run " + job->run;
  if (stage == in_service || stage == installed || stage == configuring)
    return "is '" + state->state + "'";
  return power == metal::Power::on ? "its power is on" : "";
}

void require_yes(const std::vector<std::string>& busy, std::size_t nodes,
                 const std::string& wanted) {
  const Keyboard keyboard;
  const std::string named = base::join(busy, ", ");
  if (!keyboard.can_ask())
    throw Error(Kind::usage,
                "a restart of nodes that work, or may, needs --yes where nobody can be asked")
        .set_hint("they are " + named);
  const std::string which =
      busy.empty() ? "" : ", of which work, or may: " + base::escape_for_terminal(named);
  keyboard.say("This " + std::string(what) + " " + base::counted(nodes, "node") + which +
               ". Type " + wanted + " to do it: ");
  if (keyboard.line().text != wanted)
    throw Error(Kind::refused, "it was not meant: nothing was done");
}

}  // namespace

Look::Look(const RunWords& words, const std::vector<NamedNode>& nodes, LookWish wish,
           std::map<std::string, std::string>& problems)
    : guards_(words, wish.departure.allowed), wish_(std::move(wish)) {
  for (const NamedNode& node : nodes) {
    try {
      node.access();
      nodes_.push_back(node);
    } catch (const Error& error) {
      problems[node.name] = base::sentence_of(error);
    }
  }
}

bool Look::is_allowed() {
  std::vector<NodePlan> plans;
  {
    const store::NodeRecords records = store::NodeRecords::open(state_directory());
    for (const NamedNode& node : nodes_) {
      plans.push_back({.node = node.name});
      add_state(plans.back(), records.state(node.name));
    }
  }
  const reimage::Verdict verdict = guards_.ask(names_of(nodes_));
  add_verdict(plans, verdict);
  for (const std::string& sentence : verdict.agreed)
    std::cerr << base::one_line(sentence) << "\n";
  if (std::ranges::all_of(plans, &NodePlan::may_be_done)) return true;
  show_refusals(plans, std::cerr);
  std::cerr << "refused: nothing was done\n";
  return false;
}

// Keeps the nodes whose BMCs answer for them. Returns those that are at work, or may be: "n02 (is
// 'in service')".
std::vector<std::string> Look::ask_bmcs(std::map<std::string, std::string>& problems) {
  const std::vector<PowerSaid> said = ask_power(nodes_, patience_of_a_look());
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  const store::BootJobs jobs = store::BootJobs::open(state_directory());
  std::vector<std::string> busy;
  std::vector<NamedNode> kept;
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const std::string& name = nodes_[at].name;
    if (said[at].problem) {
      problems[name] = base::sentence_of(*said[at].problem);
      continue;
    }
    if (said[at].warning)
      std::cerr << "warning: " << name << ": " << base::one_line(*said[at].warning) << "\n";
    const std::string work = work_of(name, said[at].power, records, jobs);
    if (!work.empty()) busy.push_back(name + " (" + work + ")");
    kept.push_back(nodes_[at]);
  }
  nodes_ = std::move(kept);
  return busy;
}

bool Look::may_begin(std::map<std::string, std::string>& problems) {
  if (nodes_.empty()) return true;
  if (!is_allowed()) return false;
  const bool wants_count = needs_count(wish_.departure, nodes_.size(), guards_.machines(), what);
  if (wants_count && !Keyboard().can_ask()) throw missing_count(nodes_.size(), what);
  const std::vector<std::string> busy = ask_bmcs(problems);
  const std::size_t count = nodes_.size();
  const bool wants_yes = !busy.empty() && !wish_.is_sure;
  if (count != 0 && (wants_count || wants_yes))
    require_yes(busy, count, wants_count ? std::to_string(count) : "yes");
  return true;
}

void Look::begin(std::map<std::string, std::string>& problems) {
  if (nodes_.empty()) return;
  guards_.forget();
  const image::BootFiles files = image::Store::open(wish_.images).require_boot_files();
  const SignalWatch signals;
  NodeLines lines(std::cerr);  // the facts are what is asked for
  std::vector<std::string> told(nodes_.size());
  for_each_at_once(nodes_.size(), boots_at_once, [&](std::size_t at) {
    const NamedNode& node = nodes_[at];
    try {
      BootedNode(node, no_run, lines)
          .boot(to_value(reimage::look_order(node.node, files)), metal::Stage::discovered,
                [&] { require_unguarded(guards_, nodes_, node.name); });
    } catch (const Error& error) {
      lines.say(node.name, error);
      told[at] = error.message();
    }
  });
  for (std::size_t at = 0; at < nodes_.size(); ++at)
    if (!told[at].empty()) problems[nodes_[at].name] = told[at];
}

}  // namespace provisioner::cli
