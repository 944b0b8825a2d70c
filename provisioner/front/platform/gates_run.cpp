// One run of gates: begun on a control-plane node, asked after until all have ended.

#include "provisioner/front/platform/gates_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/cluster_certs_script.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cluster/cluster_stages.h"
#include "provisioner/front/cluster/instance_proof.h"
#include "provisioner/front/cluster/instance_state.h"
#include "provisioner/front/platform/gate_scripts.h"
#include "provisioner/front/platform/gates_environment.h"
#include "provisioner/front/platform/gates_follow.h"
#include "provisioner/front/platform/gates_here.h"
#include "provisioner/front/platform/gates_trials.h"
#include "provisioner/front/platform/gates_words.h"
#include "provisioner/platform/gates/judges.h"
#include "provisioner/platform/users/record.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using gates::Gate;
using gates::Outcome;
using gates::Trial;

constexpr std::chrono::seconds longest_begin{20}, longest_end{110}, longest_stop{10};

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
}

// Of several scripts, one after the other.
std::string texts_of(const std::string& names) {
  std::string text;
  for (const std::string& name : base::split(names, ' '))
    text += std::string(gate_script(name)) + "\n";
  return text;
}

std::string begin_script(const cli::RunWords& words, const GateRun& run, const GatesSite& site,
                         const std::vector<Gate>& some) {
  std::vector<std::string> ids;
  for (const Gate& gate : some)
    if (has_script(gate)) ids.emplace_back(gate.id);
  const std::string holder = cli::operator_name() + ":" + cli::state_directory();
  std::string environment = environment_of(words, site) + "HOME=/root\nexport HOME\n";
  for (const auto& [name, text] : std::map<std::string, std::string>{
           {"RUN", run.name},
           {"PLACE", run.place},
           {"HOST", run.host},
           {"HOLDER", holder},
           {"GATES", base::join(ids, " ")},
           {"LONGEST", std::to_string((longest_gate_run + std::chrono::seconds(100)).count())}})
    environment += name + "=" + base::shell_quote(text) + "\n";
  const std::string head = ". " + run.place + "/env.sh\n. " + run.place + "/prelude.sh\n";
  std::string script = "set -eu\numask 077\nmkdir -p " + run.place + "\n" +
                       put_file(run.place + "/env.sh", environment) +
                       put_file(run.place + "/prelude.sh", gate_script("prelude")) +
                       put_file(run.place + "/drive.sh", head + std::string(gate_script("drive"))) +
                       put_file(run.place + "/leave.sh",
                                "RUN=" + run.name + "\n" + std::string(gate_script("leave")));
  for (const Gate& gate : some)
    if (has_script(gate))
      script += put_file(run.place + "/" + gate.id + ".sh", head + texts_of(gate.script));
  return script +
         fmt::format(
             "systemd-run --quiet --collect --unit={0} --property=RuntimeMaxSec={1} "
             "--property=TimeoutStopSec=100 --property='ExecStopPost=/bin/sh {2}/leave.sh' "
             "/bin/sh {2}/drive.sh\n",
             run.name, longest_gate_run.count(), run.place);
}

Outcome outcome_of(const Gate& gate, const GateRun& run, const gates::Surroundings& surroundings) {
  Outcome outcome{.id = gate.id, .name = gate.name, .verdict = {}};
  const auto trial = run.trials.find(gate.id);
  Trial tried = trial == run.trials.end() ? Trial{} : trial->second;
  if (const auto took = run.seconds.find(gate.id); took != run.seconds.end())
    outcome.seconds = took->second;
  if (gate.judge != gates::judge_network_policy && !tried.said.empty()) {
    const auto lines = lines_said(tried, tried.said, "");
    tried.lines.insert(tried.lines.end(), lines.begin(), lines.end());
  }
  std::ranges::sort(tried.ran_on);
  tried.ran_on.erase(std::ranges::unique(tried.ran_on).begin(), tried.ran_on.end());
  outcome.ran_on = tried.ran_on;
  outcome.verdict = gate.judge(tried, surroundings);
  outcome.verdict.hint =
      gates::with_instance(std::move(outcome.verdict.hint), surroundings.wish.instance);
  return outcome;
}

// --- the run

using Judge = decltype(Gate::judge);
bool asks_by(const std::vector<Gate>& some, Judge judge) {
  return std::ranges::any_of(some, [&](const Gate& gate) { return gate.judge == judge; });
}

// A record that is none keeps this one gate from being judged, and no other.
void take_users(gates::Surroundings& seen) {
  try {
    const auto record = cluster::instance_record(seen.wish.instance, "users.json");
    if (record) users::require_record(record->said, seen.wish.instance);
    if (record) seen.users = record->said;
  } catch (const Error& error) {
    seen.users_problem = cluster::placed_sentence(error);
  }
}

gates::Surroundings look(const cli::RunWords& words, const GatesSite& site,
                         const std::vector<Gate>& some) {
  gates::Surroundings seen{.wish = site.cluster.wish,
                           .profile = site.cluster.profile,
                           .access = site.cluster.access,
                           .variables = site.variables,
                           .now = now(),
                           .moment = site.moment};
  seen.sight = cli::look_at_cluster(words, site.cluster.wish);
  if (asks_by(some, gates::judge_users) || asks_by(some, gates::judge_exports)) take_users(seen);
  if (!asks_by(some, gates::judge_cluster)) return seen;
  for (const auto& [node, said] :
       cli::node_answers(words, site.nodes(), {cli::cluster_certs_script()}))
    for (auto& one : kubernetes::read_certificates(node, said))
      seen.certificates.push_back(std::move(one));
  return seen;
}

// Until nothing of it is there; the service clears up at its end.
void leave(const GateRun& run, const cli::RunWords& words) {
  const std::string script =
      "touch " + run.place + "/had 2>/dev/null\nfor i in $(seq 1 200); do\n" +
      "  case \"$(systemctl show --property ActiveState --value " + run.name +
      ".service)\" in active | activating | deactivating) sleep 0.5 ;; *) exit 0 ;; esac\ndone\n" +
      "exit 1\n";
  const auto said = script_answers(words, {run.host}, script, longest_end);
  if (!said.contains(run.host))
    cli::say("the namespace '" + run.name + "' does not go; '" + run.host + "' tries on");
}

// The end of the service takes away what it has made, whether we hear of that or not.
[[noreturn]] void stop(const cli::RunWords& words, const GateRun& run) {
  if (run.asked.empty())
    throw Error(Kind::stopped, "stopped: no gate was begun, and nothing is left on the cluster");
  const auto said = script_answers(words, {run.asked},
                                   "systemctl stop --no-block " + run.name + ".service || exit 0\n",
                                   longest_stop);
  if (said.contains(run.asked))
    throw Error(Kind::stopped, "stopped: no record was written; '" + run.asked +
                                   "' clears away what the gates have made")
        .set_hint("the namespace '" + run.name + "' goes within two minutes");
  throw Error(Kind::stopped, "stopped: no record was written; '" + run.asked +
                                 "' does not answer, where the gates end by themselves")
      .set_hint("the namespace '" + run.name + "' goes within 8 minutes, or with the next run");
}

GateRun begun(const cli::RunWords& words, const GatesSite& site, const std::vector<Gate>& some,
              const gates::Surroundings& seen) {
  GateRun run;
  run.name = "gates-" + crypto::random_token().substr(0, 10);
  run.place = "/run/provisioner-gates/" + run.name;
  const bool needs_host = std::ranges::any_of(some, has_script);
  if (!needs_host) return run;
  if (seen.sight.is_api_up) run.host = cluster::any_helper(site.cluster, seen.sight);
  run.asked = run.host;
  const bool has_begun =
      !run.host.empty() &&
      !script_answers(words, {run.host}, begin_script(words, run, site, some), longest_begin)
           .empty();
  if (has_begun) return run;
  for (const Gate& gate : some)
    if (has_script(gate))
      run.trials[gate.id].failure = run.host.empty()
                                        ? "the API does not answer on any control-plane node"
                                        : "'" + run.host + "' did not begin it";
  run.host.clear();
  return run;
}

// Some gates, carried out on one cluster. A signal ends what was begun.
class Round {
 public:
  Round(const cli::RunWords& words, const GatesSite& site, const std::vector<Gate>& some)
      : words_(words), site_(site), some_(some) {}

  gates::Surroundings begin() {
    cli::say("==> looking at " + base::join(site_.nodes(), ", "));
    gates::Surroundings seen = look(words_, site_, some_);
    heed_signals();
    run_ = begun(words_, site_, some_, seen);
    heed_signals();
    if (!run_.host.empty())
      cli::say("==> gates run on " + run_.host + ", in namespace " + run_.name);
    ask_nodes_for(run_.trials, words_, site_, some_);
    add_hardware(run_.trials, site_, some_);
    return seen;
  }

  std::vector<Outcome> end(const gates::Surroundings& seen, const GateEnd& ended) {
    std::map<std::string, Outcome> outcomes;
    const auto end_gate = [&](const Gate& gate) {
      outcomes[gate.id] = outcome_of(gate, run_, seen);
      ended(outcomes[gate.id], some_.size() - outcomes.size());
    };
    follow_scripts(end_gate);
    for (const Gate& gate : some_) {
      if (outcomes.contains(gate.id)) continue;
      if (!has_script(gate)) try_gate(gate);
      end_gate(gate);
    }
    std::vector<Outcome> ordered;
    for (const Gate& gate : some_) ordered.push_back(outcomes.at(gate.id));
    return ordered;
  }

 private:
  void heed_signals() {
    if (!cli::SignalWatch::has_come()) return;
    signals_.reset();  // the next one ends us where we stand
    stop(words_, run_);
  }

  void try_gate(const Gate& gate) {
    try {
      try_here(run_.trials, {words_, site_, run_.host, run_.place}, gate);
    } catch (const Error&) {
      heed_signals();  // which ends what was begun, too
      throw;
    }
    heed_signals();
  }

  // Scripts wait for what is tried here, and for answers, but not for long.
  void follow_scripts(const std::function<void(const Gate&)>& end_gate) {
    Follow follow(run_, words_, site_, some_);
    for (const Gate& gate : some_) {
      if (!has_script(gate) || !is_tried_here(gate)) continue;
      try_gate(gate);
      follow.ask();
    }
    if (run_.host.empty()) return;
    follow.to_the_end(end_gate);
    heed_signals();
    leave(run_, words_);
  }

  const cli::RunWords& words_;
  const GatesSite& site_;
  const std::vector<Gate>& some_;
  GateRun run_ = {};
  std::optional<cli::SignalWatch> signals_{std::in_place, cli::SignalWatch::Questions::cut_off};
};

}  // namespace

std::vector<Outcome> carry_out(const cli::RunWords& words, const GatesSite& site,
                               const std::vector<Gate>& some, const GateEnd& ended) {
  const std::string directory = cli::cluster_directory(site.cluster.wish.instance);
  os::make_directories(directory, 0700);
  const auto held = os::try_to_hold(os::join_path(directory, "gates.lock"));
  if (!held)
    throw Error(Kind::refused,
                "another run of gates is at work on '" + site.cluster.wish.instance + "' from here")
        .set_hint("wait for its end: they would clear away what the other has made");
  Round round(words, site, some);
  const gates::Surroundings seen = round.begin();
  return round.end(seen, ended);
}

}  // namespace provisioner::platform
