// provisioner node log.

#include "provisioner/front/cli/node_log.h"

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "provisioner/base/base/one_line.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/unknown_node.h"
#include "provisioner/machine/metal/pause.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::Value;

constexpr std::chrono::milliseconds between_looks{250};
constexpr int most_lines = 1'000'000'000;

bool is_known(const store::NodeRecords& records, const std::string& node) {
  const std::vector<std::string> names = records.names();
  return node.empty() || std::ranges::find(names, node) != names.end();
}

Value to_value(const store::NodeLine& line) {
  return Dict{{"node", line.node},
              {"time", os::utc_text(line.time)},
              {"source", line.source},
              {"text", line.text}};
}

std::string shown(const store::NodeLine& line, bool is_of_all) {
  constexpr std::size_t width = 8;  // of most sources
  const std::string whose = line.node.empty() ? "-" : line.node;
  const std::size_t gap = line.source.size() < width ? width - line.source.size() : 1;
  return os::utc_text(line.time) + "  " + (is_of_all ? whose + "  " : "") + line.source +
         std::string(gap, ' ') + base::one_line(line.text);
}

void print(const store::NodeLine& line, const NodeLogWords& words) {
  std::cout << (words.is_json ? value::write_json(to_value(line))
                              : shown(line, words.node.empty()))
            << "\n";
  if (words.follows) std::cout << std::flush;
}

// Of a pipe or a terminal: nobody would see the next line.
bool has_reader() {
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&out, 1, 0) <= 0 || (out.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0;
}

// What was said up to that line; whether there was anything. Whoever reads a pipe may take his
// time: the store is let go of before.
bool show_past(const store::NodeRecords& records, const NodeLogWords& words, std::int64_t newest) {
  std::vector<store::NodeLine> lines;
  records.last_lines(words.node, newest, words.tail.value_or(most_lines),
                     [&](const store::NodeLine& line) { lines.push_back(line); });
  if (words.is_json && !words.follows) {
    value::List all;
    for (const store::NodeLine& line : lines) all.push_back(to_value(line));
    print_json(Value(std::move(all)));
  } else {
    for (const store::NodeLine& line : lines) print(line, words);
  }
  return !lines.empty();
}

int follow(const store::NodeRecords& records, const NodeLogWords& words, std::int64_t newest) {
  while (!SignalWatch::has_come()) {
    std::vector<store::NodeLine> lines;
    newest = records.each_line_after(
        newest, words.node, [&](const store::NodeLine& line) { lines.push_back(line); });
    for (const store::NodeLine& line : lines) print(line, words);
    if (!SignalWatch::has_come() && (!std::cout || !has_reader())) return exit_fine;
    metal::real_pause()(between_looks);
  }
  std::cout.clear();  // what the signal has cut off is no full disk
  return exit_signal;
}

}  // namespace

void add_node_log_words(CLI::App& command, NodeLogWords& words) {
  command.add_option("node", words.node, "its name; all nodes, and what strangers tried, else");
  command.add_option("--tail", words.tail, "the last so many lines alone")
      ->type_name("N")
      ->check(CLI::Range(0, most_lines));
  command.add_flag("-f,--follow", words.follows,
                   "go on as lines come, until a signal; with --json an object a line");
  command.add_flag("--json", words.is_json, "as JSON");
}

int show_node_log(const NodeLogWords& words) {
  const store::NodeRecords records = store::NodeRecords::open(state_directory());
  // Of one that is not known yet, somebody may wait for the first line.
  if (!words.follows && !is_known(records, words.node)) throw unknown_node(records, words.node);
  std::optional<SignalWatch> signals;
  if (words.follows) signals.emplace();
  const std::int64_t newest = records.newest_line();
  const bool is_any = show_past(records, words, newest);
  if (!is_any && words.tail != 0)
    std::cerr << (words.node.empty() ? "nothing has been said of any node yet"
                                     : node_line(words.node, "nothing has been said of it yet"))
              << "\n";
  return words.follows ? follow(records, words, newest) : exit_fine;
}

}  // namespace provisioner::cli
