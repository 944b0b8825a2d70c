// The page that a platform's team reads first.

#include "provisioner/platform/handoff/readme.h"

#include <algorithm>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/bundle.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"

namespace provisioner::handoff {
namespace {

using value::Value;

struct Folder {
  const char* name;
  const char* text;
};

constexpr Folder folders[] = {
    {"kubeconfig/", "how people of each role come in; no private key"},
    {"namespaces/", "namespaces, quotas, who may what, which pods may talk to each other"},
    {"storage/", "classes of volumes, and volumes that are there already"},
    {"network/", "addresses for services, the ingress' class, names for the site's DNS"},
    {"tls/",
     "the site's authority; and as the ConfigMap `site-trust` of each declared namespace, whose "
     "key "
     "`ca.crt` pods mount at `/etc/site-trust`"},
    {"registry/", "where images come from, which may run, who signed them"},
    {"identity/", "how people are known, and clients of the site's issuer"},
    {"gen3/", "values of Gen3's charts, the Argo CD Application, where secrets belong, checks"},
    {"phalanx/", "files for the fork, a template for secrets, the vault's policies, install.sh"},
    {"qserv/", "the database's volumes, and what its operator is to make on them"},
    // Of central services of several commons: their place, in which nothing is yet.
    {"gen3-admin/", "the agent by which Gen3 Admin looks after this cluster"},
    {"rancher/", "how Rancher is told of this cluster"},
    {"terraform/", "what Terraform takes from here: outputs, providers, variables"},
    {"kro/", "a ResourceGraphDefinition with its instance"},
    {"observability/", "where logs and measurements go, and what is shown of them"},
};

bool has_folder(const Files& files, const std::string& name) {
  return std::ranges::any_of(files, [&](const auto& file) { return file.first.starts_with(name); });
}

// What a node has said may be anything.
std::string said_in(const Value& dict, const char* key) {
  return base::one_line(text_of(dict, key));
}

std::string gates_text(const Instance& instance) {
  if (!instance.gates_problem.empty()) return "The record of its gates could not be read.\n";
  if (!instance.gates) return "Its gates were never run.\n";
  const Value& said = instance.gates->said;
  std::size_t passed = 0;
  std::string others, waivers;
  const value::List& gates = items_of(said.find("gates"));
  for (const Value& one : gates) {
    const std::string result = text_of(one, "result");
    if (result == "passed")
      ++passed;
    else
      others += "- " + text_of(one, "id") + " " + said_in(one, "name") + ": " + result + ": " +
                said_in(one, "text") + "\n";
  }
  for (const Value& one : items_of(said.find("waivers")))
    waivers += "- " + text_of(one, "gate") + " is waived by " + said_in(one, "name") + " until " +
               said_in(one, "until") + ": " + said_in(one, "reason") + "\n";
  return std::to_string(passed) + " of " + base::counted(gates.size(), "gate") + " passed, on " +
         text_of(said, "finished") +
         (value::boolean_or(said, "deployed", false) ? ", with the platform on the cluster" : "") +
         ".\n" + (others.empty() ? "" : "\n" + others) + (waivers.empty() ? "" : "\n" + waivers);
}

std::string owners_text(const Instance& instance) {
  std::string text = "| component | whose it is |\n|--|--|\n";
  for (const profile::Ownership& one : instance.owners.components) {
    const std::string place = place_of(instance, one.component);
    text += "| " + one.component + " | " + std::string(name_of(one.owner)) + ": " + one.because +
            (place.empty() ? "" : "; " + base::one_line(place)) + " |\n";
  }
  return text;
}

std::string numbered(std::size_t number, const std::string& step) {
  std::string text, margin = std::to_string(number) + ". ";
  for (const std::string_view line : base::lines_of(step)) {
    text += (line.empty() ? "" : margin) + std::string(line) + "\n";
    margin.assign(margin.size(), ' ');
  }
  return text;
}

std::string apply_step(const Files& files) {
  std::string text =
      "Apply what is here, in this order, by such a kubeconfig. What stands on the cluster already "
      "is here as it was made, and stays so:\n\n";
  for (const std::string& path : manifests_of(files)) text += "    kubectl apply -f " + path + "\n";
  return text;
}

std::vector<std::string> common_steps(const Files& files) {
  return {
      "`provisioner handoff verify . --key PUBLIC`; without it: `sha256sum --check checksums`, "
      "and `cosign verify-blob\n--key PUBLIC --signature checksums.sig "
      "--insecure-ignore-tlog checksums`, by the key that you were given otherwise.\n",
      "Look through what is not ours of the components below: it is expected of you, or of the "
      "site.\n",
      "Come in as somebody who may do all in the cluster: `kubeconfig/README.md` says how.\n",
      apply_step(files)};
}

std::string steps_text(const Files& files, const std::vector<std::string>& more) {
  std::vector<std::string> steps = common_steps(files);
  steps.insert(steps.end(), more.begin(), more.end());
  std::string text;
  for (std::size_t at = 0; at < steps.size(); ++at)
    text += (at == 0 ? "" : "\n") + numbered(at + 1, steps[at]);
  return text;
}

}  // namespace

std::string readme(const Instance& instance, const Files& files,
                   const std::vector<std::string>& steps) {
  std::string text =
      "# " + instance.name + ", for " + std::string(name_of(instance.owners.platform)) + "\n\n";
  if (instance.is_draft)
    text += "**This is a draft: its gates do not stand open, and nobody should build on it.**\n\n";
  text += "Kubernetes " + instance.kubernetes + ", the API is at " + instance.api_url +
          ". Made by " + instance.program + ".\n\n## What is here\n\n| | |\n|--|--|\n";
  for (const Folder& one : folders)
    if (has_folder(files, one.name))
      text += "| `" + std::string(one.name) + "` | " + one.text + " |\n";
  if (files.contains("instance.lock"))
    text += "| `instance.lock` | what it is held to, since that was proved elsewhere |\n";
  text +=
      "| `handoff.json` | all of this for programs: versions, owners, gates, files |\n"
      "| `checksums`, `checksums.sig` | what each file is, and the site's word for it |\n\n";
  text += "No secret is here. Where one is needed, its place is named.\n\n## In which order\n\n" +
          steps_text(files, steps);
  text +=
      "\n## Gates\n\n" + gates_text(instance) + "\n## Whose is what\n\n" + owners_text(instance);
  return text;
}

}  // namespace provisioner::handoff
