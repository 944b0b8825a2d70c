// Actions that a run was cut off in: somebody has to say whether they run again.

#include "provisioner/front/cli/unknown_tasks.h"

#include <fcntl.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

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

// "'Load the schema' (command) on db01, db02 (2 items of its loop had ended)"
std::string words_of(const std::vector<Replay::Begun>& begun) {
  std::vector<std::string> hosts;
  for (const Replay::Begun& one : begun)
    hosts.push_back(one.host + (one.items == 0 ? ""
                                               : " (" + std::to_string(one.items) +
                                                     " items of its loop had ended)"));
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

class Terminal {
 public:
  Terminal() {
    if (::isatty(0) != 0) file_ = os::Descriptor(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  }
  bool is_there() const { return file_.is_open(); }

  // A line; nothing where the terminal has gone.
  std::optional<std::string> answer(const std::string& question) const {
    if (::write(file_.number(), question.data(), question.size()) < 0) return std::nullopt;
    std::string line;
    char byte = 0;
    while (::read(file_.number(), &byte, 1) == 1) {
      if (byte == '\n') return line;
      line += byte;
    }
    return std::nullopt;
  }

 private:
  os::Descriptor file_;
};

UnknownWish ask(const Terminal& terminal, const std::vector<Replay::Begun>& begun,
                const std::string& run) {
  std::string question = "run " + run + " was cut off in " +
                         base::escape_for_terminal(words_of(begun)) +
                         ": whether it ran is unknown.\n";
  for (;;) {
    const auto line =
        terminal.answer(question + "run it [a]gain, count it as [d]one, or [s]top here? ");
    const std::string word = line ? base::lower_case(base::trim(*line)) : "s";
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
  const Terminal terminal;
  if (wish == UnknownWish::ask && !terminal.is_there()) wish = UnknownWish::stop;
  for (const auto& [task, begun] : tasks) {
    const UnknownWish decided = wish == UnknownWish::ask ? ask(terminal, begun, run) : wish;
    if (decided == UnknownWish::stop) throw refusal(tasks, run);
    if (decided == UnknownWish::count_as_done)
      for (const Replay::Begun& one : begun) replay.count_as_done(one);
  }
}

}  // namespace provisioner::cli
