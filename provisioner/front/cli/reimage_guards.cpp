// Guarded groups of an inventory, asked live.

#include "provisioner/front/cli/reimage_guards.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/engine_deadline.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/task_ends.h"
#include "provisioner/language/inventory/effective_node.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/machine/reimage/away_nodes.h"
#include "provisioner/machine/reimage/departed_nodes.h"
#include "provisioner/machine/reimage/member_health.h"

namespace provisioner::cli {
namespace {

using base::Error;
using reimage::Guard;
using reimage::Health;
using reimage::Question;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* variable = "reimage_guard";
constexpr std::chrono::seconds good_for{10};     // answers
constexpr std::chrono::seconds longest_ask{60};      // for each group
constexpr std::chrono::seconds longest_asking{180};  // for all: others wait for us
constexpr std::int64_t longest_command = 30;     // seconds
constexpr int longest_connect = 10;              // seconds

// Nothing on the members is changed or locked: the run is a check, but for this one command. A
// member that does not pass it is asked for its other groups all the same.
Dict play_of(const Question& question, const std::string& name) {
  const Guard& guard = *question.guard;
  Dict task{{"name", name},
            {"check_mode", false},
            {"changed_when", false},
            {"ignore_errors", true},
            {"timeout", longest_command}};
  if (guard.alive == Guard::Alive::ssh)
    task.set("raw", "true");
  else
    task.set("shell", guard.command);
  const bool is_parsed = guard.alive == Guard::Alive::etcd || guard.alive == Guard::Alive::gpfs;
  if (is_parsed) task.set("failed_when", false);
  return {{"hosts", List(question.members.begin(), question.members.end())},
          {"gather_facts", false},
          {"become", guard.alive != Guard::Alive::ssh},
          {"ignore_unreachable", true},
          {"tasks", List{std::move(task)}}};
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::string shortened(std::string text) {
  constexpr std::size_t most = 160;
  text = std::string(base::trim(text));
  text = text.substr(0, text.find('\n'));
  return text.size() > most ? text.substr(0, most) + "..." : text;
}

Health dead(const std::string& because) { return {.is_alive = false, .because = because}; }

// What a member calls itself, for answers that name it.
std::vector<std::string> own_names(const LoadedRun& loaded, const std::string& member) {
  std::vector<std::string> names = {member};
  const jinja::Templar& templar = loaded.library().templar;
  try {
    inventory::HostScope scope(*loaded.inventory(), templar, member);
    if (const auto host = scope.variable("ansible_host"); host && host->is_string())
      names.push_back(host->text());
    const inventory::Node node = inventory::effective_node(*loaded.inventory(), templar, member);
    names.push_back(node.network.hostname);
    names.push_back(node.network.hostname + "." + node.network.domain);
    const auto add = [&](const auto& links) {
      for (const inventory::Link& link : links)
        for (const std::string& address : link.addresses)
          names.push_back(address.substr(0, address.find('/')));
    };
    add(node.network.interfaces);
    add(node.network.bonds);
    add(node.network.vlans);
  } catch (const Error&) {
    // Then it is known by fewer names, and counts as dead under the others.
  }
  return names;
}

Health health_of(const Guard& guard, const Value& event, const LoadedRun& loaded,
                 const std::string& member) {
  const std::string status = value::text_or(event, "status", "");
  const Value* result = event.find("result");
  const Value none = Dict{};
  const Value& said = result == nullptr ? none : *result;
  const std::string message = value::text_or(said, "msg", "");
  if (status == "unreachable") return dead("does not answer: " + shortened(message));
  const std::string out = value::text_or(said, "stdout", "");
  const std::string errors = value::text_or(said, "stderr", "");
  if (status != "ok" && status != "changed") {
    const std::string why = errors.empty() ? message : errors;
    return dead("does not pass its check: " + shortened(why.empty() ? status : why));
  }
  const std::string& words = base::trim(out).empty() ? errors : out;
  if (guard.alive == Guard::Alive::etcd)
    return reimage::etcd_health(words, own_names(loaded, member));
  if (guard.alive == Guard::Alive::gpfs)
    return reimage::gpfs_health(words, own_names(loaded, member));
  return {.is_alive = true};
}

// Its command stays as it is written: each member gives its templates its own values.
Guard guard_of(const LoadedRun& loaded, const std::string& group, const Value& written) {
  std::vector<std::string> members = loaded.inventory()->hosts_of(group);
  if (!written.is_dict() || members.empty())
    return reimage::read_guard(group, written, std::move(members));
  const jinja::Templar& templar = loaded.library().templar;
  inventory::HostScope scope(*loaded.inventory(), templar, members.front());
  Dict evaluated;
  for (const auto& [key, content] : written.dict())
    evaluated.set(key, Dict::key_text(key) == "command" ? content
                                                        : templar.resolve(content, scope));
  return reimage::read_guard(group, Value(std::move(evaluated)).at(written.pos()),
                             std::move(members));
}

}  // namespace

// One run asks the members of all groups.
class ReimageGuards::Probe : public reimage::GroupProbe {
 public:
  Probe(const RunWords& words, const LoadedRun& loaded) : words_(words), loaded_(loaded) {}

  reimage::Answers ask(const std::vector<Question>& questions) override {
    List plays;
    std::set<std::string> members;
    for (const Question& question : questions) {
      plays.emplace_back(play_of(question, std::to_string(plays.size())));
      members.insert(question.members.begin(), question.members.end());
    }
    run::Options options = loaded_.options();
    options.timeout = std::min(options.timeout, longest_connect);
    TaskEnds ends;
    std::atomic<int> stop = 0;
    const EngineDeadline deadline(
        std::min(longest_ask * static_cast<int>(questions.size()), longest_asking), stop);
    ask_nodes(words_, std::move(options), value::write_json(std::move(plays)),
              {members.begin(), members.end()}, ends, stop);
    reimage::Answers answers;
    for (std::size_t at = 0; at < questions.size(); ++at)
      for (const std::string& member : questions[at].members)
        if (const store::Event* end = ends.of(member, std::to_string(at)))
          answers[questions[at].guard->group][member] =
              health_of(*questions[at].guard, end->data, loaded_, member);
    return answers;
  }

 private:
  const RunWords& words_;
  const LoadedRun& loaded_;
};

ReimageGuards::ReimageGuards(const RunWords& words, reimage::Allowed allowed)
    : ReimageGuards(words, asking_options(words), std::move(allowed)) {}

ReimageGuards::ReimageGuards(const RunWords& words, run::Options options, reimage::Allowed allowed)
    : words_(words), allowed_(std::move(allowed)) {
  base::Diagnostics diagnostics;
  loaded_ = std::make_unique<LoadedRun>(words_, std::move(options), diagnostics);
  diagnostics.throw_if_any();
  for (const std::string& group : loaded_->inventory()->group_names())
    if (const Value* written = loaded_->inventory()->group_variables(group).find(variable))
      guards_.push_back(guard_of(*loaded_, group, *written));
  clusters_ = std::make_unique<ClusterGuards>(words_, *loaded_);
  reimage::require_guarded(allowed_, guards_, clusters_->groups());
  probe_ = std::make_unique<Probe>(words_, *loaded_);
  answers_ = std::make_unique<reimage::KeptAnswers>(*probe_, os::system_clock(), good_for);
}

ReimageGuards::~ReimageGuards() = default;

std::size_t ReimageGuards::machines() const { return loaded_->inventory()->host_names().size(); }

bool ReimageGuards::are_none() const { return guards_.empty() && clusters_->groups().empty(); }

reimage::Verdict ReimageGuards::ask(const std::vector<std::string>& leaving) {
  const std::lock_guard lock(mutex_);
  if (are_none()) return {};
  auto away = reimage::away_nodes(store::NodeRecords::open(state_directory()),
                                  store::BootJobs::open(state_directory()));
  away.merge(reimage::departed_nodes(state_directory(), os::system_clock()));
  reimage::Verdict verdict = reimage::ask_guards(guards_, leaving, away, allowed_, *answers_);
  add_clusters(leaving, away, verdict);
  return verdict;
}

void ReimageGuards::add_clusters(const std::vector<std::string>& leaving,
                                 const std::map<std::string, std::string>& away,
                                 reimage::Verdict& verdict) {
  using enum kubernetes::Departure;
  const auto departure = allowed_.keeps_disks ? for_a_while : erased;
  for (const auto& [group, objections] : clusters_->ask(leaving, away, departure))
    for (const auto& [node, objection] : objections) {
      const std::string why = "'" + group + "': " + objection.text;
      const std::string hint = objection.hint.empty() ? "" : " (" + objection.hint + ")";
      const bool is_agreed = holds(allowed_.below, group);
      if (objection.is_lasting && !is_agreed) verdict.lasting.insert(node);
      reimage::object(verdict, {node}, why + hint, is_agreed, "--allow-below " + group);
    }
}

void ReimageGuards::forget() {
  const std::lock_guard lock(mutex_);
  answers_->forget();
  clusters_->forget();
}

}  // namespace provisioner::cli
