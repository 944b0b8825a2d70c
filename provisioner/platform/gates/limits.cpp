// C-17: limits of kernels and kubelets.

#include <algorithm>
#include <array>
#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using value::Value;

// What what stands on a cluster needs at least.
struct Least {
  const char* key;
  std::int64_t value;
  const char* because;
};
constexpr std::array<Least, 3> kernel_leasts = {{
    {"vm.max_map_count", 262144, "Elasticsearch and OpenSearch do not start with less"},
    {"fs.inotify.max_user_instances", 1024, "many pods of one user watch files"},
    {"fs.inotify.max_user_watches", 262144, "log readers and notebooks watch many files"},
}};

const Value* wished(const Surroundings& surroundings, const std::string& node,
                    const std::string& key) {
  const auto its = surroundings.variables.find(node);
  const Value* all =
      its == surroundings.variables.end() ? nullptr : its->second.find("kernel_parameters");
  return all == nullptr ? nullptr : all->find(key);
}

// A lab whose containers share the machine's kernel cannot have what is declared.
bool is_of_the_machine(const Surroundings& surroundings, const std::string& key) {
  const Value* lab = surroundings.variable("lab");
  const Value* lacks = lab == nullptr ? nullptr : lab->find("cannot");
  if (lacks == nullptr || !lacks->is_list() || key.starts_with("net.")) return false;
  return std::ranges::any_of(lacks->list(), [](const Value& one) {
    return value::text_or(one, "capability", "") == "sysctl";
  });
}

std::optional<Line> below(const std::string& key, std::int64_t number, const std::string& whose,
                          const std::string& node) {
  const auto least = std::ranges::find(kernel_leasts, key, &Least::key);
  if (least == kernel_leasts.end() || number >= least->value) return std::nullopt;
  return wrong(key,
               whose + " " + key + " = " + std::to_string(number) + ", and " +
                   std::to_string(least->value) + " is the least: " + least->because,
               "kernel_parameters: {" + key + ": " + std::to_string(least->value) + "}", node);
}

// Cilium turns the check of ways back off by itself, on all interfaces.
bool is_of_the_pod_network(const Surroundings& surroundings, const std::string& key) {
  return surroundings.sight.pod_network == "cilium" && key.ends_with(".rp_filter");
}

Line judge_kernel(const Line& fact, const Surroundings& surroundings) {
  const std::string key = fact.what.substr(std::string_view("sysctl ").size());
  const auto number = base::integer_in(fact.why);
  const Value* wish = wished(surroundings, fact.on, key);
  const std::string asked = wish == nullptr ? "" : value::Dict::key_text(*wish);
  if (const auto asked_number = base::integer_in(asked))
    if (auto line = below(key, *asked_number, "the inventory asks for", fact.on)) return *line;
  if (fact.why.empty()) {
    if (asked.empty() &&
        !std::ranges::any_of(kernel_leasts, [&](const Least& least) { return key == least.key; }))
      return right(key, fact.on);
    return lacking(fact.on + ": the kernel does not tell " + key);
  }
  if (!asked.empty() && fact.why != asked && !is_of_the_pod_network(surroundings, key)) {
    if (is_of_the_machine(surroundings, key))
      return lacking(fact.on + ": " + key + " is the machine's own (" + fact.why + " and not " +
                         asked + "): this lab cannot set it",
                     "it is tried on machines, or waived in a lab");
    return wrong(key, key + " is " + fact.why + ", the inventory asks for " + asked,
                 "provisioner run playbooks/site.yml -l " + fact.on, fact.on);
  }
  if (number && asked.empty())
    if (auto line = below(key, *number, "the node has", fact.on)) {
      if (!is_of_the_machine(surroundings, key)) return *line;
      return lacking(line->on + ": " + line->why + "; this lab cannot set it", line->hint);
    }
  return right(key, fact.on);
}

constexpr std::int64_t most_images = 50;  // of nodeStatusMaxImages, as kubelets have it unasked
constexpr std::int64_t least_pods = 30, most_threshold = 100;

std::optional<std::int64_t> kubelet_number(const Trial& trial, const std::string& node,
                                           const std::string& key) {
  for (const Line& line : trial.of(Line::Kind::fact))
    if (line.on == node && line.what == "kubelet " + key) return base::integer_in(line.why);
  return std::nullopt;
}

void judge_kubelet(const Trial& trial, const std::string& node, std::vector<Line>& lines) {
  const auto pods = kubelet_number(trial, node, "maxPods");
  const auto images = kubelet_number(trial, node, "nodeStatusMaxImages");
  const auto high = kubelet_number(trial, node, "imageGCHighThresholdPercent");
  const auto low = kubelet_number(trial, node, "imageGCLowThresholdPercent");
  if (!pods || !high || !low) return;  // that it keeps silent was told by a line
  if (*pods < least_pods)
    lines.push_back(wrong("maxPods", "its kubelet takes " + std::to_string(*pods) + " pods at most",
                          "kubernetes_max_pods", node));
  else
    lines.push_back(right("maxPods", node));
  if (images.value_or(most_images) >= 0)
    lines.push_back(wrong("nodeStatusMaxImages",
                          "its kubelet reports " + std::to_string(images.value_or(most_images)) +
                              " images at most: what prepulls images counts on all of them",
                          "kubernetes_kubelet: {nodeStatusMaxImages: -1}", node));
  else
    lines.push_back(right("nodeStatusMaxImages", node));
  if (*low >= *high || *high > most_threshold)
    lines.push_back(wrong("image clean-up",
                          "its kubelet removes images from " + std::to_string(*high) +
                              " % down to " + std::to_string(*low) + " %: that never ends",
                          "kubernetes_image_gc_high, kubernetes_image_gc_low", node));
  else
    lines.push_back(right("image clean-up", node));
}

}  // namespace

Verdict judge_limits(const Trial& trial, const Surroundings& surroundings) {
  Trial judged = trial;
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (fact.what.starts_with("sysctl ")) judged.lines.push_back(judge_kernel(fact, surroundings));
  for (const kubernetes::WishedNode* node : surroundings.wish.nodes())
    judge_kubelet(trial, node->name, judged.lines);
  return judge_lines(judged);
}

}  // namespace provisioner::gates
