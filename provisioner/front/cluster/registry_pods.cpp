// Who runs an image, as the control planes say.

#include "provisioner/front/cluster/registry_pods.h"

#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cluster/registry_pods_script.h"

namespace provisioner::cluster {
namespace {

// Whatever is called an image, in pods and in what makes pods; `reference` is that of a volume.
constexpr const char* use_question =
    "[ -e /etc/kubernetes/admin.conf ] || { echo none; exit 0; }\n"
    "images=$(timeout 60 kubectl --kubeconfig /etc/kubernetes/admin.conf get pods,deployments.apps,"
    "replicasets.apps,daemonsets.apps,statefulsets.apps,jobs.batch,cronjobs.batch --all-namespaces "
    "--output jsonpath='{..image} {..imageID} {..reference}') || exit 1\n"
    "echo told\nprintf '%s' \"$images\" | tr -s ' ' '\\n' | sort -u";

constexpr std::chrono::seconds longest_question{70};  // kubectl tells by itself before

// What the first control-plane node that answers says; nullopt where none does.
std::optional<std::string> asked(const cli::RunWords& words, const kubernetes::ClusterWish& wish) {
  const auto answers =
      cli::node_answers(words, wish.control_names(), {registry_pods_script(), longest_question});
  return answers.empty() ? std::nullopt : std::optional(answers.begin()->second);
}

}  // namespace

bool RunningPod::runs(const std::string& sha256) const {
  return images.find("sha256:" + sha256) != std::string::npos;
}

PodsSeen running_pods(const cli::RunWords& words, const std::vector<std::string>& instances) {
  PodsSeen seen;
  for (const std::string& instance : instances) {
    const auto said = asked(words, cli::cluster_site(words, instance).wish);
    if (!said) {
      seen.silent.push_back(instance);
      continue;
    }
    for (const std::string_view line : base::lines_of(*said)) {
      const std::vector<std::string> cells = base::split(line, '\t');
      if (cells.size() == 4)
        seen.pods.push_back({instance, cells[0] + "/" + cells[1], cells[2], cells[3]});
    }
  }
  return seen;
}

std::optional<std::vector<std::string>> images_in_use(const RegistryWords& words,
                                                      const std::string& instance) {
  const std::vector<std::string> nodes =
      cli::cluster_site(words.run, instance).wish.control_names();
  const auto answers = cli::node_answers(
      words.run, nodes, {.script = use_question, .longest = longest_question, .is_verbatim = true});
  // One that has no cluster yet may be one of several that were made anew.
  bool is_told = answers.size() == nodes.size();
  std::vector<std::string> images;
  for (const auto& [node, answer] : answers) {
    const std::vector<std::string_view> lines = base::lines_of(answer);
    if (lines.empty() || lines.front() != "told") continue;
    is_told = true;
    images.insert(images.end(), lines.begin() + 1, lines.end());
  }
  if (!is_told) return std::nullopt;
  return images;
}

}  // namespace provisioner::cluster
