// Actions that a run was cut off in: somebody has to say whether they run again.

#include "provisioner/front/cli/unknown_tasks.h"

#include <map>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/keyboard.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using run::Replay;

// One task on all hosts where it is unknown.
using Tasks = std::map<std::pair<std::string, std::string>, std::vector<Replay::Begun>>;

Tasks undecided(const Replay& replay) {
  Tasks tasks;
  for (const Replay::Begun& begun : replay.unknown())
    if (begun.needs_decision() && !begun.is_done)
      tasks[{begun.task, begun.name}].push_back(begun);
  return tasks;
}

// "'Load the schema' (command) on db01, db02 (in item 3 of its loop)"
std::string words_of(const std::vector<Replay::Begun>& begun) {
  std::vector<std::string> hosts;
  for (const Replay::Begun& one : begun)
    hosts.push_back(one.host + (one.item ? " (in item " + std::to_string(*one.item + 1) +
                                               " of its loop)"
                                         : ""));
  return "'" + begun.front().name + "' (" + begun.front().module + ") on " +
         base::join(hosts, ", ");
}

Error refusal(const Tasks& tasks, const std::string& run) {
  Error error(Kind::refused, "run " + run +
                                 " was cut off in actions of which nobody knows whether they ran; "
                                 "nothing was done");
  for (const auto& [task, begun] : tasks)
    error.add_context(base::escape_for_terminal(words_of(begun)));
  return error.set_hint(
      "find out on the nodes, then say what becomes of them: --unknown rerun (run them again) or "
      "--unknown skip (count them as done); on a terminal each is asked about");
}

UnknownWish ask(const Keyboard& keyboard, const std::vector<Replay::Begun>& begun,
                const std::string& run) {
  std::string question = "run " + run + " was cut off in " +
                         base::escape_for_terminal(words_of(begun)) +
                         ": whether it ran is unknown.\n";
  for (;;) {
    question += "run it [a]gain, count it as [d]one, or [s]top here? ";
    if (!keyboard.say(question)) return UnknownWish::stop;
    const Keyboard::Line line = keyboard.line();
    if (!line.is_whole) return UnknownWish::stop;
    const std::string word = base::lower_case(base::trim(line.text));
    if (word == "a" || word == "again") return UnknownWish::rerun;
    if (word == "d" || word == "done") return UnknownWish::count_as_done;
    if (word == "s" || word == "stop") return UnknownWish::stop;
    question.clear();
  }
}

}  // namespace

UnknownWish unknown_wish(const std::string& word) {
  if (word == "rerun") return UnknownWish::rerun;
  if (word == "skip") return UnknownWish::count_as_done;
  return word == "stop" ? UnknownWish::stop : UnknownWish::ask;
}

void settle_unknown(Replay& replay, const std::string& run, UnknownWish wish) {
  const Tasks tasks = undecided(replay);
  if (tasks.empty()) return;
  const Keyboard keyboard;
  if (wish == UnknownWish::ask && !keyboard.can_ask()) wish = UnknownWish::stop;
  for (const auto& [task, begun] : tasks) {
    const UnknownWish decided = wish == UnknownWish::ask ? ask(keyboard, begun, run) : wish;
    if (decided == UnknownWish::stop) throw refusal(tasks, run);
    if (decided == UnknownWish::count_as_done)
      for (const Replay::Begun& one : begun) replay.count_as_done(one);
  }
}

}  // namespace provisioner::cli
