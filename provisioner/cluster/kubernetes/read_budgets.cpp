// PodDisruptionBudgets that allow no disruption, and the pods that they hold.

#include "provisioner/cluster/kubernetes/read_budgets.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::kubernetes {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr std::size_t cells_of_line = 8;
constexpr std::size_t longest_quote = 120;  // bytes of what somebody else wrote

struct Budget {
  std::string space, name;
  int allowed = 0, healthy = 0, needed = 0, expected = 0;
  std::string policy;  // of pods that are not ready
  Value selector;
};

struct Pod {
  std::string space, name, node;
  bool is_ready = false;
  Value labels;
};

[[noreturn]] void cannot_read(const char* tool, std::string_view line) {
  throw Error(Kind::input, std::string("'") + tool + "' told what nobody can read: '" +
                               base::one_line(line.substr(0, longest_quote)) + "'");
}

std::vector<std::string> cells_in(const char* tool, std::string_view line) {
  std::vector<std::string> cells = base::split(line, '\t');
  if (cells.size() != cells_of_line) cannot_read(tool, line);
  return cells;
}

// What a controller has not counted yet is none.
int count_in(const std::string& cell) {
  int count = 0;
  std::from_chars(cell.data(), cell.data() + cell.size(), count);
  return count;
}

Value json_in(const char* tool, const std::string& cell) {
  return cell.empty() ? Value() : value::read_json(cell, tool);
}

std::vector<Budget> budgets_in(std::string_view text) {
  constexpr const char* tool = "kubectl get poddisruptionbudgets";
  std::vector<Budget> budgets;
  for (const std::string_view line : base::lines_of(text)) {
    if (base::trim(line).empty()) continue;
    const auto cells = cells_in(tool, line);
    budgets.push_back({cells[0], cells[1], count_in(cells[2]), count_in(cells[3]),
                       count_in(cells[4]), count_in(cells[5]), cells[6], json_in(tool, cells[7])});
  }
  return budgets;
}

std::vector<Pod> pods_in(std::string_view text) {
  constexpr const char* tool = "kubectl get pods";
  std::vector<Pod> pods;
  for (const std::string_view line : base::lines_of(text)) {
    if (base::trim(line).empty()) continue;
    const auto cells = cells_in(tool, line);
    const bool is_left_alone = !cells[3].empty() || cells[4] == "DaemonSet" || !cells[5].empty();
    if (!is_left_alone)
      pods.push_back({cells[0], cells[1], cells[2], cells[6] == "True", json_in(tool, cells[7])});
  }
  return pods;
}

// nullptr: it has no such label.
const std::string* label_of(const Pod& pod, const std::string& key) {
  const Value* found = pod.labels.is_dict() ? pod.labels.find(key) : nullptr;
  return found != nullptr && found->is_string() ? &found->text() : nullptr;
}

bool meets(const Pod& pod, const Value& expression) {
  const std::string* label = label_of(pod, value::text_or(expression, "key", ""));
  const std::string how = value::text_or(expression, "operator", "");
  const Value* values = expression.find("values");
  const bool is_among = label != nullptr && values != nullptr && values->is_list() &&
                        std::ranges::any_of(values->list(), [&](const Value& one) {
                          return one.is_string() && one.text() == *label;
                        });
  if (how == "In") return is_among;
  if (how == "NotIn") return !is_among;
  return (label != nullptr) == (how == "Exists");
}

// An empty selector is for all pods of its namespace, none is for no pod.
bool is_for(const Budget& budget, const Pod& pod) {
  if (budget.space != pod.space || !budget.selector.is_dict()) return false;
  if (const Value* labels = budget.selector.find("matchLabels"); labels && labels->is_dict())
    for (const auto& [key, wanted] : labels->dict()) {
      const std::string* label = label_of(pod, value::Dict::key_text(key));
      if (label == nullptr || !wanted.is_string() || *label != wanted.text()) return false;
    }
  const Value* expressions = budget.selector.find("matchExpressions");
  return expressions == nullptr || !expressions->is_list() ||
         std::ranges::all_of(expressions->list(),
                             [&](const Value& one) { return meets(pod, one); });
}

bool is_evicted_although(const Budget& budget, const Pod& pod) {
  if (budget.allowed > 0) return true;
  if (pod.is_ready) return false;
  if (budget.policy == "AlwaysAllow") return true;
  return budget.needed > 0 && budget.healthy >= budget.needed;
}

}  // namespace

std::vector<HeldPod> read_held_pods(std::string_view budgets, std::string_view pods) {
  std::vector<HeldPod> held;
  const std::vector<Budget> all = budgets_in(budgets);
  for (const Pod& pod : pods_in(pods))
    for (const Budget& budget : all) {
      if (!is_for(budget, pod) || is_evicted_although(budget, pod)) continue;
      held.push_back({pod.node, pod.space + "/" + pod.name, budget.space + "/" + budget.name,
                      budget.healthy, budget.needed, budget.expected});
      break;
    }
  return held;
}

}  // namespace provisioner::kubernetes
