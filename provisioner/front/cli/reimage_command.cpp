// provisioner reimage NODES.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/run_store.h"
#include "provisioner/front/cli/booted_node.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/departure.h"
#include "provisioner/front/cli/discover_facts.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/keyboard.h"
#include "provisioner/front/cli/look_again.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/process_words.h"
#include "provisioner/front/cli/reimage_plan.h"
#include "provisioner/front/cli/reimage_run.h"
#include "provisioner/front/cli/resume_reimage.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/machine/image/boot_service.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr std::chrono::hours plan_lifetime{1};
constexpr std::size_t shown_digest = 12;  // characters of one that --apply takes
constexpr const char* what = "erases";    // it does to nodes

struct Words : NodeWords {
  ReimageWish wish;
  std::vector<std::string> erase;
  std::string apply, images;
  Departure departure;
  bool is_json = false;
};

std::vector<reimage::Override> overrides_of(const Words& words) {
  std::vector<reimage::Override> overrides;
  for (const std::string& word : words.erase) overrides.push_back(read_override(word));
  return overrides;
}

// Of nodes that answer, as their disks are now.
std::vector<NodePlan> plans_for(const std::vector<NamedNode>& nodes, const Words& words) {
  const image::Store images = image::Store::open(words.images);
  store::NodeRecords records = store::NodeRecords::open(state_directory());
  say_problems(look_again(words.run, nodes, records));
  const store::BootJobs jobs = store::BootJobs::open(state_directory());
  std::vector<NodePlan> plans;
  for (const NamedNode& node : nodes) {
    const KnownDisks known{records.hardware(node.name), jobs.last_write(node.name)};
    plans.push_back(plan_node(node, known, images, words.wish));
    add_state(plans.back(), records.state(node.name));
  }
  for (const reimage::Override& idle : idle_overrides(plans, words.wish))
    std::cerr << "warning: no disk that is erased holds what --erase "
              << base::escape_for_terminal(idle.disk + ":" + idle.signature) << " names\n";
  return plans;
}

// False where nobody can be asked: it was the plan that was wanted. Throws Error(refused).
bool is_approved(std::size_t nodes, const std::string& digest, const std::string& wanted) {
  const Keyboard keyboard;
  if (!keyboard.can_ask()) {
    std::cerr << "nothing is done yet; the plan lives an hour: the same command with --apply "
              << digest.substr(0, shown_digest) << "\n";
    return false;
  }
  keyboard.say("This erases the disks named above, on " + base::counted(nodes, "node") + ". Type " +
               wanted + " to do it: ");
  if (keyboard.line().text == wanted) return true;
  throw Error(Kind::refused, "it was not meant: nothing was done");
}

void show_plan(const Words& words, const std::vector<NodePlan>& plans, const Value& plan,
               const std::string& digest) {
  if (!words.is_json) return show(plans, std::cout);
  Dict told = plan.dict();
  told.set("digest", digest.empty() ? Value() : Value(digest));
  print_json(Value(std::move(told)));
}

void require_same(const Value& approved, const Value& now) {
  if (approved == now) return;
  throw Error(Kind::refused,
              "what was approved is not what is there now: a disk, an image or the "
              "inventory has changed since the plan")
      .set_hint("look at the new plan: the same command without --apply");
}

RunWords playbook_of(const Words& words) {
  RunWords run = words.run;
  run.steal_locks = false;  // what may be taken over are the nodes that are re-imaged
  if (!words.wish.playbook.empty()) run.playbooks = {words.wish.playbook};
  return run;
}

int reimage(const Words& given) {
  Words words = given;
  words.wish.allowed = words.departure.allowed;
  words.wish.overrides = overrides_of(words);
  auto nodes = named_nodes(words, planned_variables());
  if (!nodes) return exit_usage;
  if (!words.wish.playbook.empty() && !are_sound(playbook_of(words))) return exit_usage;
  std::vector<NodePlan> plans = plans_for(*nodes, words);
  ReimageGuards guards(words.run, words.wish.allowed);
  const reimage::Verdict verdict = guards.ask(names_of(*nodes));
  add_verdict(plans, verdict);
  const Value plan = to_value(plans, words.wish);
  const bool may_be_done = std::ranges::all_of(plans, &NodePlan::may_be_done);
  store::BootJobs jobs = store::BootJobs::open(state_directory());
  std::string digest = words.apply;
  if (digest.empty() && may_be_done) digest = jobs.keep_plan(plan, plan_lifetime);
  show_plan(words, plans, plan, digest);
  for (const std::string& sentence : verdict.agreed) std::cerr << base::one_line(sentence) << "\n";
  if (!may_be_done) {
    std::cerr << "refused: nothing was done\n";
    return exit_not_so;
  }
  if (!image::is_at_work(boot_directory()))
    std::cerr << "warning: no boot service is at work here, which the nodes boot from: provisioner "
                 "serve boot --interface PORT\n";
  const bool wants_count = needs_count(words.departure, plans.size(), guards.machines(), what);
  const std::string number = std::to_string(plans.size());
  if (words.apply.empty()) {
    std::cout << std::flush;
    if (!is_approved(plans.size(), digest, wants_count ? number : "yes")) return exit_fine;
  } else if (wants_count) {
    throw missing_count(plans.size(), what);
  }
  store::RunStore::open(state_directory())
      .require_free("", names_of(*nodes), words.run.steal_locks);
  require_boot_service();  // or the plan would be used up for nothing
  require_same(jobs.use_plan(digest, operator_name()).plan, plan);
  guards.forget();
  return run_reimage({.nodes = std::move(*nodes),
                      .plan = plan,
                      .playbook = playbook_of(words),
                      .guards = guards,
                      .typed = {.words = process_words()},
                      .steals_locks = words.run.steal_locks});
}

// A pattern may name others than when the plan was made.
void keep_planned(std::vector<NamedNode>& nodes, const Value& plan, const std::string& run) {
  std::erase_if(nodes, [&](const NamedNode& node) { return !planned_node(plan, node.name); });
  const std::vector<std::string> names = names_of(nodes);
  for (const Value& planned : plan.find("nodes")->list()) {
    const std::string name = value::text_or(planned, "node", "");
    if (std::ranges::find(names, name) != names.end()) continue;
    throw Error(Kind::refused, "run " + run + " is about '" + name +
                                   "' too, and the inventory does not name it any more")
        .set_hint("put it back, or re-image the others anew: provisioner reimage NODES");
  }
}

void add_words(CLI::App& command, Words& words) {
  add_node_words(command, words, "nodes");
  command.add_option("--image", words.wish.image, "the image; else what the inventory says");
  command.add_option("--version", words.wish.version, "of the image; else the one made last");
  command.add_option("--then", words.wish.playbook, "the playbook for the new systems");
  add_many(command, "--erase", words.erase,
           "DISK:SIGNATURE that may be lost, as the plan names it");
  add_departure_words(command, words.departure);
  command.add_option("--apply", words.apply, "do what the plan of this digest said");
  command.add_flag("--steal-locks", words.run.steal_locks,
                   "take over nodes that a run which was cut off holds");
  add_image_folder(command, words.images);
  command.add_flag("--json", words.is_json, "the plan as JSON");
}

}  // namespace

void add_reimage(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  add_words(command, *words);
  command.callback([words, &action] { action = [words] { return reimage(*words); }; });
}

int resume_reimage(const std::vector<std::string>& typed, const std::string& run,
                   const Value& plan) {
  Words words;
  CLI::App app;
  add_words(app, words);
  std::vector<std::string> reversed(typed.rbegin(), typed.rend() - 1);
  app.parse(reversed);
  auto nodes = named_nodes(words, planned_variables());
  if (!nodes) return exit_usage;
  keep_planned(*nodes, plan, run);
  ReimageGuards guards(words.run, words.departure.allowed);
  const auto summary = store::RunStore::open(state_directory()).run(run);
  return run_reimage({.nodes = std::move(*nodes),
                      .plan = plan,
                      .playbook = playbook_of(words),
                      .guards = guards,
                      .typed = {.words = typed, .resumed_run = run},
                      .earlier = EarlierApproval{run, summary->started, overrides_of(words)}});
}

}  // namespace provisioner::cli
