// One run of gates: begun on a control-plane node, asked after until all have ended.

#include "provisioner/front/platform/gates_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <thread>

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
#include "provisioner/front/platform/gates_here.h"
#include "provisioner/front/platform/gates_registry.h"
#include "provisioner/front/platform/gates_trials.h"
#include "provisioner/front/platform/gates_words.h"
#include "provisioner/front/platform/outside.h"
#include "provisioner/platform/gates/judges.h"
#include "provisioner/platform/users/record.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using gates::Gate;
using gates::Outcome;
using gates::Trial;

constexpr int longest_run = 280;  // seconds: then the service is ended, and clears up
constexpr std::chrono::seconds longest_poll{20}, longest_end{110}, longest_stop{10};
constexpr std::chrono::milliseconds between_polls{700};
constexpr int tenths = 10;

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
}

// What is known of a run that goes on.
struct Run {
  std::string name, place, host;  // the namespace; the folder and the node of its service
  std::string asked = {};         // the node that was asked to begin it, whether or not it did
  Trials trials;
  std::map<std::string, double> seconds;
  std::vector<std::string> had;  // gates whose scripts have ended
  bool is_over = false;
};

// Of several scripts, one after the other.
std::string texts_of(const std::string& names) {
  std::string text;
  for (const std::string& name : base::split(names, ' '))
    text += std::string(gate_script(name)) + "\n";
  return text;
}

bool has_script(const Gate& gate) { return *gate.script != '\0'; }

std::string begin_script(const cli::RunWords& words, const Run& run, const GatesSite& site,
                         const std::vector<Gate>& some) {
  std::vector<std::string> ids;
  for (const Gate& gate : some)
    if (has_script(gate)) ids.emplace_back(gate.id);
  const std::string holder = cli::operator_name() + ":" + cli::state_directory();
  std::string environment = environment_of(words, site) + "HOME=/root\nexport HOME\n";
  for (const auto& [name, text] :
       std::map<std::string, std::string>{{"RUN", run.name},
                                          {"PLACE", run.place},
                                          {"HOST", run.host},
                                          {"HOLDER", holder},
                                          {"GATES", base::join(ids, " ")},
                                          {"LONGEST", std::to_string(longest_run + 100)}})
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
             run.name, longest_run, run.place);
}

// "== ID STATUS TENTHS" and the lines below it.
void take_end(Run& run, const std::vector<std::string>& head, const std::string& said) {
  Trial& trial = run.trials[head[1]];
  trial.said = said;
  trial.ran_on.push_back(run.host);
  double told = 0;
  std::from_chars(head[3].data(), head[3].data() + head[3].size(), told);
  run.seconds[head[1]] = told / tenths;
  run.had.push_back(head[1]);
  if (head[2] != "0")
    trial.failure = head[2] == "124"
                        ? "its script did not end in time on '" + run.host + "'"
                        : "its script ended with status " + head[2] + " on '" + run.host + "'";
}

std::vector<Wish> take_answer(Run& run, const std::string& said) {
  std::vector<Wish> wishes;
  std::vector<std::pair<std::vector<std::string>, std::string>> parts;
  for (const std::string_view line : base::lines_of(said))
    if (line.starts_with("== "))
      parts.emplace_back(base::split(line, ' '), "");
    else if (!parts.empty())
      parts.back().second += std::string(line) + "\n";
  for (const auto& [head, text] : parts) {
    if (head.size() == 4) take_end(run, head, std::string(base::trim(text)));
    if (head[1] == "err" && head.size() == 3)
      run.trials[head[2]].failure += ": " + std::string(base::trim(text));
    if (head[1] == "over" || head[1] == "gone") run.is_over = true;
    if (head[1] == "outside") wishes = wishes_in(text);
  }
  return wishes;
}

Outcome outcome_of(const Gate& gate, const Run& run, const gates::Surroundings& surroundings) {
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

std::string answer_to(const Wish& wish, const cli::RunWords& words, const GatesSite& site) {
  if (wish.kind == "page") return answer_from_outside(wish.about);
  if (wish.kind == "pulls") return answer_from_log(words, site, wish.about);
  throw Error(Kind::bug, "nobody looks at '" + wish.kind + "' from outside");
}

// Asks after the scripts until all have ended.
class Follow {
 public:
  Follow(Run& run, const cli::RunWords& words, const GatesSite& site, const std::vector<Gate>& some)
      : run_(run), words_(words), site_(site), some_(some) {
    wanted_ = static_cast<std::size_t>(std::ranges::count_if(some, has_script));
  }

  bool is_over() const {
    return run_.host.empty() || run_.had.size() >= wanted_ || run_.is_over ||
           os::system_clock().now() >= until_;
  }

  // Takes what has ended since, and answers what scripts want from outside.
  void ask() {
    if (is_over()) return;
    const auto said = script_answers(words_, {run_.host},
                                     "PLACE=" + run_.place + "\nRUN=" + run_.name +
                                         "\nHAD=" + base::shell_quote(base::join(run_.had, " ")) +
                                         "\n" + answers_ + std::string(gate_script("poll")),
                                     longest_poll);
    answers_.clear();
    if (const auto its = said.find(run_.host); its != said.end())
      for (const Wish& wish : take_answer(run_, its->second))
        if (asked_.insert(wish.name).second)
          answers_ +=
              put_file(run_.place + "/outside-" + wish.name, answer_to(wish, words_, site_) + "\n");
  }

  void to_the_end(const std::function<void(const Gate&)>& ended) {
    std::size_t told = 0;
    const auto tell = [&] {
      for (; told < run_.had.size(); ++told)
        if (const Gate* gate = gates::find_gate(run_.had[told])) ended(*gate);
    };
    for (tell(); !is_over() && !cli::SignalWatch::has_come(); tell()) {
      if (answers_.empty()) std::this_thread::sleep_for(between_polls);
      ask();
    }
    if (cli::SignalWatch::has_come()) return;
    for (const Gate& gate : some_)
      if (has_script(gate) && std::ranges::find(run_.had, gate.id) == run_.had.end()) {
        run_.trials[gate.id].failure = "the run was ended on '" + run_.host + "' before it";
        ended(gate);
      }
  }

 private:
  Run& run_;
  const cli::RunWords& words_;
  const GatesSite& site_;
  const std::vector<Gate>& some_;
  std::size_t wanted_ = 0;
  std::string answers_ = {};  // of what was asked for from outside, for the scripts that wait
  std::set<std::string> asked_ = {};
  os::Instant until_ = os::system_clock().now() + std::chrono::seconds(longest_run + 30);
};

// Until nothing of it is there; the service clears up at its end.
void leave(const Run& run, const cli::RunWords& words) {
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
[[noreturn]] void stop(const cli::RunWords& words, const Run& run) {
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

Run begun(const cli::RunWords& words, const GatesSite& site, const std::vector<Gate>& some,
          const gates::Surroundings& seen) {
  Run run;
  run.name = "gates-" + crypto::random_token().substr(0, 10);
  run.place = "/run/provisioner-gates/" + run.name;
  const bool needs_host = std::ranges::any_of(some, has_script);
  if (!needs_host) return run;
  if (seen.sight.is_api_up) run.host = cluster::any_helper(site.cluster, seen.sight);
  run.asked = run.host;
  const bool has_begun =
      !run.host.empty() &&
      !script_answers(words, {run.host}, begin_script(words, run, site, some), longest_poll)
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
  std::optional<cli::SignalWatch> signals(std::in_place, cli::SignalWatch::Questions::cut_off);
  Run run;
  const auto heed_signals = [&] {
    if (!cli::SignalWatch::has_come()) return;
    signals.reset();  // the next one ends us where we stand
    stop(words, run);
  };
  cli::say("==> looking at " + base::join(site.nodes(), ", "));
  const gates::Surroundings seen = look(words, site, some);
  heed_signals();
  run = begun(words, site, some, seen);
  heed_signals();
  if (!run.host.empty()) cli::say("==> gates run on " + run.host + ", in namespace " + run.name);
  ask_nodes_for(run.trials, words, site, some);
  add_hardware(run.trials, site, some);
  std::map<std::string, Outcome> outcomes;
  const auto end = [&](const Gate& gate) {
    outcomes[gate.id] = outcome_of(gate, run, seen);
    ended(outcomes[gate.id], some.size() - outcomes.size());
  };
  Follow follow(run, words, site, some);
  const auto try_gate = [&](const Gate& gate) {
    try {
      try_here(run.trials, {words, site, run.host, run.place}, {gate});
    } catch (const Error&) {
      heed_signals();  // which ends what was begun, too
      throw;
    }
    heed_signals();
  };
  // Scripts wait for what is tried here, and for answers, but not for long.
  for (const Gate& gate : some) {
    if (!has_script(gate) || !is_tried_here(gate)) continue;
    try_gate(gate);
    follow.ask();
  }
  if (!run.host.empty()) {
    follow.to_the_end(end);
    heed_signals();
    leave(run, words);
  }
  for (const Gate& gate : some) {
    if (outcomes.contains(gate.id)) continue;
    if (!has_script(gate)) try_gate(gate);
    end(gate);
  }
  std::vector<Outcome> ordered;
  for (const Gate& gate : some) ordered.push_back(outcomes.at(gate.id));
  return ordered;
}

}  // namespace provisioner::platform
