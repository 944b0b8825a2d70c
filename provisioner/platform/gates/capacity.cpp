// C-14: whether all that is asked for still fits where the largest node is lost.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

struct Amount {
  double cores = 0, bytes = 0;
};

// A quantity as Kubernetes writes it (k8s.io/apimachinery, resource.Quantity): "250m", "4Gi", "2".
std::optional<double> quantity(std::string_view text) {
  struct Unit {
    const char* suffix;
    double factor;
  };
  static constexpr Unit units[] = {{"Ki", 1024.0},       {"Mi", 1048576.0},
                                   {"Gi", 1073741824.0}, {"Ti", 1099511627776.0},
                                   {"m", 0.001},         {"k", 1e3},
                                   {"M", 1e6},           {"G", 1e9},
                                   {"T", 1e12},          {"", 1}};
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc()) return std::nullopt;
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const Unit& unit : units)
    if (suffix == unit.suffix) return number * unit.factor;
  return std::nullopt;
}

// "CPU MEMORY", either of which may be "-".
Amount amount_in(const std::string& text) {
  const std::vector<std::string> words = base::split(text, ' ');
  if (words.size() < 2) return {};
  return {.cores = quantity(words[0]).value_or(0), .bytes = quantity(words[1]).value_or(0)};
}

void add(Amount& sum, const Amount& more) {
  sum.cores += more.cores;
  sum.bytes += more.bytes;
}

std::string text_of(const Amount& amount) {
  return fmt::format("{:.1f} cores and {:.1f} GiB", amount.cores, amount.bytes / 1073741824.0);
}

Amount wanted_by(const Surroundings& surroundings) {
  const value::Value* wish = surroundings.variable("gates_capacity");
  if (wish == nullptr) return {};
  const auto part = [&](const char* key) {
    const value::Value* found = wish->find(key);
    return found == nullptr ? 0.0 : quantity(value::Dict::key_text(*found)).value_or(0);
  };
  return {.cores = part("cpu"), .bytes = part("memory")};
}

}  // namespace

// Facts: "allocatable" of each node that takes pods, "requests" of each pod that would have to go
// elsewhere (those of a DaemonSet go with their node), "own" of those that would not.
Verdict judge_capacity(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  std::map<std::string, Amount> free;
  Amount needed = wanted_by(surroundings);
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (fact.what == "allocatable") add(free[fact.on], amount_in(fact.why));
  for (const Line& fact : trial.of(Line::Kind::fact)) {
    const Amount amount = amount_in(fact.why);
    if (fact.what == "requests") add(needed, amount);
    if (fact.what == "own" && free.contains(fact.on))
      add(free[fact.on], {-amount.cores, -amount.bytes});
  }
  if (free.empty() && trial.failure.empty() && trial.of(Line::Kind::lack).empty())
    judged.lines.push_back(wrong("capacity", "no node takes pods", "provisioner cluster status"));
  Amount left, largest;
  for (const auto& [node, amount] : free) {
    add(left, amount);
    largest.cores = std::max(largest.cores, amount.cores);
    largest.bytes = std::max(largest.bytes, amount.bytes);
  }
  add(left, {-largest.cores, -largest.bytes});
  if (free.size() == 1)
    judged.lines.push_back(wrong("capacity",
                                 "one node takes pods: nothing is left where it is lost",
                                 "add a worker to the instance"));
  else if (!free.empty() && (needed.cores > left.cores || needed.bytes > left.bytes))
    judged.lines.push_back(wrong("capacity",
                                 "pods ask for " + text_of(needed) + ", and with one node lost " +
                                     text_of(left) + " are left",
                                 "more nodes, or smaller requests"));
  else if (!free.empty())
    judged.lines.push_back(right("capacity"));
  judged.lines.push_back(
      {.what = "asked for: " + text_of(needed) + "; with one node lost " + text_of(left)});
  return judge_lines(judged);
}

}  // namespace provisioner::gates
