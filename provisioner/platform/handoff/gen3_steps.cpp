// From a bundle to a Gen3 that runs: what people do, in this order.

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/object.h"

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
  const std::string begin = "    kubectl --namespace " + gen3.name_space + " create secret ";
  std::string text =
      "Make the Secrets that are there before the charts (`gen3/secrets.yaml` says what each is "
      "for); PASSWORD is a file with\nthe superuser's password, and nothing behind it:\n\n" +
      begin + "generic " + gen3.postgres.secret + " --from-literal=host=" + gen3.postgres.host +
      " --from-literal=port=" + std::to_string(gen3.postgres.port) +
      " \\\n      --from-literal=username=" + gen3.postgres.user +
      " --from-file=password=PASSWORD\n";
  if (gen3.ingress.issuer.empty())
    return text + begin + "tls " + gen3.ingress.secret + " --cert CHAIN --key KEY      # for " +
           gen3.hostname + "\n";
  return text + "\n`" + gen3.ingress.secret + "`, the certificate for " + gen3.hostname +
         ", is made by cert-manager (issuer " + gen3.ingress.issuer +
         ") as soon as Gen3's Ingress is there.\n";
}

std::string checks_step() {
  return "Each of these ends with 0, or says what is wrong:\n\n"
         "    sh gen3/checks/postgres.sh           # needs psql; the password from PGPASSWORD, or "
         "~/.pgpass\n"
         "    sh gen3/checks/elasticsearch.sh      # needs kubectl, and an image with curl that "
         "nodes may pull: IMAGE\n"
         "    sh gen3/checks/s3.sh                 # needs curl; AWS_ACCESS_KEY_ID, "
         "AWS_SECRET_ACCESS_KEY\n";
}

std::string fill_step(const Gen3& gen3) {
  return "Make SECRETS, a copy of `gen3/secrets.template.yaml` outside of this tree, readable by "
         "you "
         "alone, and put a value in the place\n"
         "of each `null`. `gen3/secrets.yaml` says beside each where the site keeps it, for "
         "people: "
         "no program replaces `<path:...>`. What\n"
         "nobody has yet is made once and kept there: passwords and `secret_key` by `openssl rand "
         "-hex 24`, `ENCRYPTION_KEY` and\n"
         "`encpryption_key` by `openssl rand -base64 32 | tr '+/' '-_'`, `jwt_private_key.pem` by "
         "`openssl genrsa 2048`; `client_secret` is\n"
         "what the issuer gave the client. A value that begins with `<path:` after that is a "
         "secret "
         "that nobody filled in, and this finds none:\n\n"
         "    helm template " +
         helm_words(gen3) + " | grep '<path:'\n";
}

// One that stands elsewhere knows a cluster only when it was told of it.
std::string destination_words(const Instance& instance, const Gen3& gen3) {
  if (!gen3.values.is_from_elsewhere)
    return "It deploys into the cluster that it stands in, which is this one.\n";
  const Value destination(gen3.values.destination);
  const std::string name = text_of(destination, "name", instance.name);
  return "It deploys to the cluster `" + text_of(destination, "server", name) +
         "`, which it must know first: FILE is a kubeconfig of a role that may do all\n"
         "(`kubeconfig/README.md`). It makes a service account that lasts (`argocd-manager` in "
         "`kube-system`); a role's own certificate\n"
         "lives for hours, and an Argo CD that was given it stops with it. One that stands in this "
         "cluster is told so instead\n(`gen3.gitops.destination: in-cluster`), before a new "
         "bundle.\n\n"
         "    argocd cluster add $(kubectl --kubeconfig FILE config current-context) --kubeconfig "
         "FILE --name " +
         name + "\n\n";
}

// As helm-secrets has it for files of another source (jkroepke/helm-secrets, docs/ArgoCD
// Integration.md, Multi-Source Application Support).
std::string sealed_words(const std::string& file) {
  return "`values/secrets.yaml` is sealed by SOPS, and opened by helm-secrets in Argo CD's "
         "repo-server. That needs, once for all\n"
         "applications (Argo CD 2.6, helm-secrets 4.4 or newer; its `docs/ArgoCD "
         "Integration.md`):\n"
         "- sops, helm-secrets below `HELM_PLUGINS`, and its `scripts/wrapper/helm.sh` as "
         "`/usr/local/sbin/helm`, by an init container\n"
         "  or an image of one's own\n"
         "- `HELM_SECRETS_BACKEND=sops`, `HELM_SECRETS_HELM_PATH=/usr/local/bin/helm`, "
         "`HELM_SECRETS_WRAPPER_ENABLED=true`,\n"
         "  `HELM_SECRETS_VALUES_ALLOW_ABSOLUTE_PATH=true`\n"
         "- `SOPS_AGE_KEY_FILE`: age's private key, mounted from a Secret; its public half is "
         "RECIPIENT below\n\n"
         "No scheme as `secrets://` is used: Argo CD takes none before `$values`, so "
         "`helm.valuesFileSchemes` stays as it is.\n\n"
         "    sops --encrypt --age RECIPIENT --input-type yaml --output-type yaml SECRETS > " +
         file + "\n";
}

std::string open_words(const std::string& file) {
  return "Nothing is said to open what is sealed there (`gen3.gitops.sealed_with: none`): Argo CD "
         "reads `values/secrets.yaml` as it lies\n"
         "in the repository. What SOPS has sealed would become the passwords, word for word, and "
         "whoever reads the repository has those\n"
         "that are not sealed. So leave Argo CD out and have helm do it (next step); or say "
         "`sealed_with: helm-secrets` and take a new\n"
         "bundle; or give this repository to those alone who may know all of them:\n\n"
         "    cp SECRETS " +
         file + "\n";
}

std::string argo_step(const Instance& instance, const Gen3& gen3) {
  const std::string folder = values_folder(instance, gen3);
  const std::string file = "REPOSITORY/" + folder + "/values/secrets.yaml";
  const bool is_sealed = gen3.values.sealed_with != "none";
  const std::string application = release_name(gen3);
  return "By Argo CD (the " + std::string(name_of(instance.owners.owner_of("argo_cd"))) + "'s). " +
         destination_words(instance, gen3) + "It must reach `" + gen3.values.repository +
         "` (`argocd repo add`, where that asks who comes) and `" + gen3_charts +
         "`. REPOSITORY is your clone, at\n`" + gen3.values.revision + "`:\n\n" +
         "    cp -R gen3/gitops/. REPOSITORY/\n\n" +
         (is_sealed ? sealed_words(file) : open_words(file)) + "    git -C REPOSITORY add " +
         folder + " && git -C REPOSITORY commit --message 'Gen3 at " + gen3.hostname +
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
      secrets_step(gen3), checks_step(), fill_step(gen3)};
  if (has_argo_cd) steps.push_back(argo_step(instance, gen3));
  steps.push_back(helm_step(gen3, has_argo_cd));
  steps.push_back("Whoever runs the provisioner sees whether it stands: `provisioner gates run " +
                  instance.name + " --deployed`.\n");
  return steps;
}

}  // namespace provisioner::handoff
