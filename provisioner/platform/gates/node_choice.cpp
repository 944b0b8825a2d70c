// Which nodes a pod asks for.

#include "provisioner/platform/gates/node_choice.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/at_path.h"

namespace provisioner::gates {
namespace {

using kubernetes::Labels;
using value::Dict;
using value::Value;

constexpr const char* required =
    "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

bool meets(const Labels& labels, const Value& expression) {
  const auto label = labels.find(value::text_or(expression, "key", ""));
  const std::string how = value::text_or(expression, "operator", "");
  const bool is_there = label != labels.end();
  if (how == "Exists" || how == "DoesNotExist") return is_there == (how == "Exists");
  const Value* values = expression.find("values");
  if (values == nullptr || !values->is_list()) return false;
  if (how == "Gt" || how == "Lt") {
    if (!is_there || values->list().size() != 1) return false;
    const auto has = base::integer_in(label->second);
    const auto bound = base::integer_in(Dict::key_text(values->list().front()));
    return has && bound && (how == "Gt" ? *has > *bound : *has < *bound);
  }
  const bool is_among = is_there && std::ranges::any_of(values->list(), [&](const Value& one) {
                          return Dict::key_text(one) == label->second;
                        });
  return how == "In" ? is_among : how == "NotIn" && !is_among;
}

bool meets_all(const Labels& labels, const Value* expressions) {
  return std::ranges::all_of(items_of(expressions),
                             [&](const Value& one) { return meets(labels, one); });
}

// A term that says nothing is for no node.
bool is_for(const Value& term, const std::string& node, const Labels& labels) {
  const Value* expressions = term.find("matchExpressions");
  const Value* fields = term.find("matchFields");
  const bool says_something = !items_of(expressions).empty() || !items_of(fields).empty();
  return says_something && meets_all(labels, expressions) &&
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
  const Value* terms = value::at_path(pod, required);
  return terms == nullptr || !terms->is_list() ||
         std::ranges::any_of(terms->list(),
                             [&](const Value& term) { return is_for(term, node, labels); });
}

}  // namespace provisioner::gates
