// provisioner cluster plan: what would be done, of several instances in waves.

#include "provisioner/front/cluster/cluster_plan.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_admission.h"
#include "provisioner/front/cluster/cluster_certs.h"
#include "provisioner/front/cluster/cluster_components.h"
#include "provisioner/front/cluster/cluster_leave.h"
#include "provisioner/front/cluster/cluster_options.h"
#include "provisioner/front/cluster/cluster_packages.h"
#include "provisioner/front/cluster/cluster_settings.h"
#include "provisioner/front/cluster/image_cache.h"
#include "provisioner/front/cluster/instance_held.h"
#include "provisioner/front/cluster/instance_waves.h"

namespace provisioner::cluster {
namespace {

using cli::ShownOn;
using value::Dict;
using value::List;
using value::Value;

struct PlanWords {
  ClusterWords cluster;
  MeantInstances meant;
};

// One instance, before anything is done to it.
struct Plan {
  ClusterWork work;
  kubernetes::ClusterSight sight = {};
  kubernetes::Next next = {};
  Notes notes = {};
};

Notes remarks_of(const ClusterWords& words, const cli::ClusterSite& site) {
  Notes notes;
  if (site.wish.pod_network == "flannel")
    notes.push_back({.text = "flannel enforces no NetworkPolicy (pod_network: cilium does)"});
  append(notes, admission_remarks(words.run, site));
  append(notes, remarks(small_caches(words.run, site)));
  return notes;
}

Plan plan_of(const ClusterWords& words) {
  Plan plan{.work = cluster_work(words)};
  const ClusterWork& work = plan.work;
  const kubernetes::ClusterWish& wish = work.site.wish;
  plan.notes = missing_artifacts(work, artifacts::Store(words.store));
  append(plan.notes, missing_packages(work));
  plan.sight = cli::look_at_cluster(words.run, wish, {.certificates = true, .budgets = true});
  plan.next = next_step(wish, plan.sight);
  append(plan.notes, held_notes(words.run, words.instance, {}));
  append(plan.notes, notes_of(plan.next));
  append(plan.notes, certificate_remarks(plan.sight, words.instance));
  append(plan.notes, registry_certificate_notes(words.run, work.site));
  append(plan.notes, budget_notes(wish, plan.sight));
  append(plan.notes, remarks_of(words, work.site));
  return plan;
}

// What would be done; "": nothing. Where members and their votes are as they should be, what
// programs run with may not be: that is shown.
std::string next_act(const Plan& plan, ShownOn shown_on) {
  if (plan.next.step) return plan.next.step->text();
  if (!plan.next.is_done_for_rest() || !would_bring_settings(plan.work, plan.sight, shown_on))
    return "";
  return "programs of '" + plan.work.site.wish.instance + "' take up what is shown above";
}

// Whether nothing stands against the instance's next step.
bool tell_plan(const ClusterWords& words) {
  const Plan plan = plan_of(words);
  tell_owners(plan.work.site);
  tell(plan.notes);
  const bool is_sound = can_have_components(plan.work.site);
  const std::string next = next_act(plan, ShownOn::output);
  if (!next.empty())
    std::cout << "next: " << next << "\n";
  else if (plan.next.is_done())
    std::cout << "'" << words.instance << "' is as the inventory says\n";
  return is_sound && are_remarks(plan.notes);
}

// The same for a program.
bool add_plan(Dict& shown, const ClusterWords& words) {
  Plan plan = plan_of(words);
  const base::Diagnostics mistakes = plan.work.site.mistakes();
  for (const base::Error& mistake : mistakes.errors())
    plan.notes.push_back(
        {Note::Kind::against, mistake.pos().text() + ": " + mistake.message(), mistake.hint()});
  const std::string next = next_act(plan, ShownOn::errors);
  shown.set("owners", owners_variable(plan.work.site.profile));
  shown.set("missing", list_of(plan.notes, Note::Kind::missing));
  shown.set("against", list_of(plan.notes, Note::Kind::against));
  shown.set("remarks", list_of(plan.notes, Note::Kind::remark));
  shown.set("next", next.empty() ? Value() : Value(next));
  shown.set("is_as_wished", plan.next.is_done() && next.empty());
  return are_remarks(plan.notes);
}

ClusterWords of_instance(const PlanWords& words, const std::string& instance) {
  ClusterWords one = words.cluster;
  one.instance = instance;
  return one;
}

bool print_plans(const PlanWords& words) {
  bool is_fine = true;
  List shown;
  by_turns(words.cluster.run, words.meant, [&](const Turn& turn) {
    Dict one{{"instance", turn.instance}};
    if (turn.number != 0) {
      one.set("wave", static_cast<std::int64_t>(turn.number));
      one.set("stage", turn.wave.stage);
    }
    if (turn.waiting)
      one.set("waits", Dict{{"for", turn.waiting->for_whom}, {"because", turn.waiting->because}});
    is_fine = !turn.waiting && add_plan(one, of_instance(words, turn.instance)) && is_fine;
    shown.emplace_back(std::move(one));
    return true;
  });
  cli::print_json(Value(Dict{{"instances", std::move(shown)}}));
  return is_fine;
}

// One that waits is not looked at: what it waits for may change what comes next.
int plan(const PlanWords& words) {
  const auto work = [&](const std::string& instance) {
    return tell_plan(of_instance(words, instance));
  };
  const bool is_fine = words.cluster.is_json
                           ? print_plans(words)
                           : in_waves(words.cluster.run, words.meant, AfterFault::goes_on, work);
  return is_fine ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace

void add_cluster_plan(CLI::App& cluster, cli::Action& action) {
  const auto words = std::make_shared<PlanWords>();
  CLI::App* added =
      cli::add_command(cluster, action, words, "plan",
                       "what is missing, what comes next, and what stands against it; "
                       "of several instances in waves",
                       plan);
  add_cluster_options(*added, words->cluster);
  add_meant_instances(*added, words->meant);
  added->add_flag("--json", words->cluster.is_json, "as JSON");
}

}  // namespace provisioner::cluster
