// Who runs an image, as the control planes say.

#include "provisioner/front/cluster/registry_pods.h"

#include <iostream>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cluster/registry_instances.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

// A line a pod: namespace, name, node, and all that says what it runs.
constexpr const char* question =
    "timeout 60 kubectl --kubeconfig /etc/kubernetes/admin.conf get pods --all-namespaces --output "
    R"(jsonpath='{range .items[*]}{.metadata.namespace}{"\t"}{.metadata.name}{"\t"})"
    R"({.spec.nodeName}{"\t"}{.spec.containers[*].image} {.spec.initContainers[*].image} )"
    R"({.spec.ephemeralContainers[*].image} {.status.containerStatuses[*].imageID} )"
    R"({.status.initContainerStatuses[*].imageID}{"\n"}{end}')";

constexpr std::chrono::seconds longest_question{70};  // kubectl tells by itself before

// What the first control-plane node that answers says; nullopt where none does.
std::optional<std::string> asked(const cli::RunWords& words, const kubernetes::ClusterWish& wish) {
  const auto answers = cli::node_answers(words, wish.control_names(), {question, longest_question});
  return answers.empty() ? std::nullopt : std::optional(answers.begin()->second);
}

}  // namespace

std::vector<RunningPod> pods_with(const RegistryWords& words, const std::string& sha256) {
  std::vector<RunningPod> pods;
  for (const std::string& instance : instances_of(words)) {
    const auto said = asked(words.run, cli::cluster_site(words.run, instance).wish);
    if (!said) {
      std::cerr << Error(Kind::unreachable,
                         "no control-plane node of '" + instance + "' tells which pods there are")
                       .render("warning")
                << "\n";
      continue;
    }
    for (const std::string_view line : base::lines_of(*said)) {
      const std::vector<std::string> cells = base::split(line, '\t');
      if (cells.size() == 4 && cells[3].find("sha256:" + sha256) != std::string::npos)
        pods.push_back({instance, cells[0] + "/" + cells[1], cells[2]});
    }
  }
  return pods;
}

}  // namespace provisioner::cluster
