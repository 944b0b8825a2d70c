// From a bundle to a Gen3 that runs: what people do, in this order.

#include "provisioner/platform/handoff/filled.h"
#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/step_texts.h"

namespace provisioner::handoff {
namespace {

using profile::Owner;
using value::Value;

std::string helm_words(const Gen3& gen3) {
  return release_name(gen3) + " gen3 --repo " + gen3_charts + " --version " + gen3.chart +
         " --namespace " + gen3.name_space +
         " \\\n      --values gen3/values.yaml --values SECRETS";
}

std::string secrets_step(const Gen3& gen3) {
  const std::string text =
      filled(step_text("gen3_secrets"), {{"@NAMESPACE@", gen3.name_space},
                                         {"@SECRET@", gen3.postgres.secret},
                                         {"@HOST@", gen3.postgres.host},
                                         {"@PORT@", std::to_string(gen3.postgres.port)},
                                         {"@USER@", gen3.postgres.user}});
  if (gen3.ingress.issuer.empty())
    return text + "    kubectl --namespace " + gen3.name_space + " create secret tls " +
           gen3.ingress.secret + " --cert CHAIN --key KEY      # for " + gen3.hostname + "\n";
  return text + "\n`" + gen3.ingress.secret + "`, the certificate for " + gen3.hostname +
         ", is made by cert-manager (issuer " + gen3.ingress.issuer +
         ") as soon as Gen3's Ingress is there.\n";
}

// One that stands elsewhere knows a cluster only when it was told of it.
std::string destination_words(const Instance& instance, const Gen3& gen3) {
  if (!gen3.values.is_from_elsewhere)
    return "It deploys into the cluster that it stands in, which is this one.\n";
  const Value destination(gen3.values.destination);
  const std::string name = text_of(destination, "name", instance.name);
  return filled(step_text("gen3_elsewhere"),
                {{"@CLUSTER@", text_of(destination, "server", name)}, {"@NAME@", name}}) +
         "\n";
}

std::string argo_step(const Instance& instance, const Gen3& gen3) {
  const std::string folder = values_folder(instance, gen3);
  const std::string file = "REPOSITORY/" + folder + "/values/secrets.yaml";
  // Sealed: as helm-secrets has it for files of another source (jkroepke/helm-secrets, docs/ArgoCD
  // Integration.md, Multi-Source Application Support).
  const std::string_view kept =
      step_text(gen3.values.sealed_with == "none" ? "gen3_open" : "gen3_sealed");
  const std::string application = release_name(gen3);
  return "By Argo CD (the " + std::string(name_of(instance.owners.owner_of("argo_cd"))) + "'s). " +
         destination_words(instance, gen3) + "It must reach `" + gen3.values.repository +
         "` (`argocd repo add`, where that asks who comes) and `" + gen3_charts +
         "`. REPOSITORY is your clone, at\n`" + gen3.values.revision + "`:\n\n" +
         "    cp -R gen3/gitops/. REPOSITORY/\n\n" + filled(kept, {{"@FILE@", file}}) +
         "    git -C REPOSITORY add " + folder +
         " && git -C REPOSITORY commit --message 'Gen3 at " + gen3.hostname +
         "' && git -C REPOSITORY push\n" + "    kubectl apply -f gen3/gitops/" + folder +
         "/templates/app.yaml      # at the cluster that Argo CD stands in\n" +
         "    argocd app sync " + application + " && argocd app wait " + application + "\n";
}

std::string helm_step(const Gen3& gen3, bool is_instead) {
  return std::string(is_instead ? "Or without Argo CD, in the place of the step before"
                                : "By helm") +
         " (3.17 or newer; the charts bring the namespace of workspaces, which is there already "
         "and "
         "would stop it but for\n`--take-ownership`):\n\n    helm upgrade --install "
         "--take-ownership " +
         helm_words(gen3) + "\n";
}

}  // namespace

std::vector<std::string> gen3_steps(const Instance& instance, const Gen3& gen3) {
  const bool has_argo_cd = instance.owners.owner_of("argo_cd") != Owner::absent;
  std::vector<std::string> steps = {
      "Register the client of `identity/oidc-clients.yaml` at the issuer, with its redirect URL. "
      "Have the names of `network/dns.zone` in\nDNS; of one that is not known yet it says why.\n",
      secrets_step(gen3), std::string(step_text("gen3_checks")),
      filled(step_text("gen3_fill"), {{"@HELM@", helm_words(gen3)}})};
  if (has_argo_cd) steps.push_back(argo_step(instance, gen3));
  steps.push_back(helm_step(gen3, has_argo_cd));
  steps.push_back("Whoever runs the provisioner sees whether it stands: `provisioner gates run " +
                  instance.name + " --deployed`.\n");
  return steps;
}

}  // namespace provisioner::handoff
