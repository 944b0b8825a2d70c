// Asks after the scripts of a run of gates, and answers what they want from outside.

#include "provisioner/front/platform/gates_follow.h"

#include <algorithm>
#include <charconv>
#include <thread>
#include <utility>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/platform/gate_scripts.h"
#include "provisioner/front/platform/gates_registry.h"
#include "provisioner/front/platform/gates_words.h"
#include "provisioner/front/platform/outside.h"
#include "provisioner/platform/gates/gate.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using gates::Gate;
using gates::Trial;

constexpr std::chrono::seconds longest_poll{20};
constexpr std::chrono::milliseconds between_polls{700};
constexpr int tenths = 10;

// "== ID STATUS TENTHS" and the lines below it.
void take_end(GateRun& run, const std::vector<std::string>& head, const std::string& said) {
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

std::vector<Wish> take_answer(GateRun& run, const std::string& said) {
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

std::string answer_to(const Wish& wish, const cli::RunWords& words, const GatesSite& site) {
  if (wish.kind == "page") return answer_from_outside(wish.about);
  if (wish.kind == "pulls") return answer_from_log(words, site, wish.about);
  throw Error(Kind::bug, "nobody looks at '" + wish.kind + "' from outside");
}

}  // namespace

bool has_script(const Gate& gate) { return *gate.script != '\0'; }

Follow::Follow(GateRun& run, const cli::RunWords& words, const GatesSite& site,
               const std::vector<Gate>& some)
    : run_(run), words_(words), site_(site), some_(some) {
  wanted_ = static_cast<std::size_t>(std::ranges::count_if(some, has_script));
}

bool Follow::is_over() const {
  return run_.host.empty() || run_.had.size() >= wanted_ || run_.is_over ||
         os::system_clock().now() >= until_;
}

void Follow::ask() {
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

void Follow::to_the_end(const std::function<void(const Gate&)>& ended) {
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

}  // namespace provisioner::platform
