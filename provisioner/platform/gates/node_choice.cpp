// Which nodes a pod asks for.

#include "provisioner/platform/gates/node_choice.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "provisioner/platform/gates/manifest.h"

namespace provisioner::gates {
namespace {

using kubernetes::Labels;
using value::Dict;
using value::Value;

constexpr const char* required =
    "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

std::optional<long long> whole(const std::string& text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool meets(const Labels& labels, const Value& expression) {
  const auto label = labels.find(value::text_or(expression, "key", ""));
  const std::string how = value::text_or(expression, "operator", "");
  const bool is_there = label != labels.end();
  if (how == "Exists" || how == "DoesNotExist") return is_there == (how == "Exists");
  const Value* values = expression.find("values");
  if (values == nullptr || !values->is_list()) return false;
  if (how == "Gt" || how == "Lt") {
    if (!is_there || values->list().size() != 1) return false;
    const auto has = whole(label->second);
    const auto bound = whole(Dict::key_text(values->list().front()));
    return has && bound && (how == "Gt" ? *has > *bound : *has < *bound);
  }
  const bool is_among = is_there && std::ranges::any_of(values->list(), [&](const Value& one) {
                          return Dict::key_text(one) == label->second;
                        });
  return how == "In" ? is_among : how == "NotIn" && !is_among;
}

bool meets_all(const Labels& labels, const Value* expressions) {
  return expressions == nullptr || !expressions->is_list() ||
         std::ranges::all_of(expressions->list(),
                             [&](const Value& one) { return meets(labels, one); });
}

// A term that says nothing is for no node.
bool is_for(const Value& term, const std::string& node, const Labels& labels) {
  const Value* expressions = term.find("matchExpressions");
  const Value* fields = term.find("matchFields");
  const auto says = [](const Value* part) {
    return part != nullptr && part->is_list() && !part->list().empty();
  };
  return (says(expressions) || says(fields)) && meets_all(labels, expressions) &&
         meets_all({{"metadata.name", node}}, fields);
}

}  // namespace

bool may_run_on(const Value& pod, const std::string& node, const Labels& labels) {
  if (value::text_or(pod, "nodeName", node) != node) return false;
  if (const Value* selector = pod.find("nodeSelector"); selector != nullptr && selector->is_dict())
    for (const auto& [key, wanted] : selector->dict()) {
      const auto label = labels.find(Dict::key_text(key));
      if (label == labels.end() || label->second != Dict::key_text(wanted)) return false;
    }
  const Value* terms = part_of(pod, required);
  return terms == nullptr || !terms->is_list() ||
         std::ranges::any_of(terms->list(),
                             [&](const Value& term) { return is_for(term, node, labels); });
}

}  // namespace provisioner::gates
