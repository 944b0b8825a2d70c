// How a deployer comes to the values of Gen3, and to the cluster.

#include <algorithm>

#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/reading.h"
#include "provisioner/platform/handoff/standard_names.h"

namespace provisioner::handoff {
namespace {

using profile::Owner;
using value::Dict;
using value::List;
using value::Value;

// What Argo CD calls the cluster that it stands in, and where that is (argoproj/argo-cd,
// docs/operator-manual/declarative-setup.md, clusters).
constexpr const char* own_cluster = "in-cluster";
constexpr const char* own_api = "https://kubernetes.default.svc";

// By its API, or by the name that Argo CD knows it by.
Dict destination_of(StrictDict& gitops, const std::string& said) {
  if (said == own_cluster) return {{"server", own_api}};
  const bool is_url = said.find("://") != std::string::npos;
  if ((is_url && !said.starts_with("https://")) || said.find(' ') != std::string::npos ||
      (said.empty() && gitops.is_said("destination")))
    gitops.add("'" + said + "' is no cluster that Argo CD could name", "destination",
               "in-cluster, the API's URL (https://api.example.org:8443), or the name that Argo CD "
               "has for it");
  if (!is_url) return {{"name", said}};
  return {{"server", said.substr(0, said.find_last_not_of('/') + 1)}};
}

}  // namespace

void read_gitops(StrictDict& reading, const Instance& instance, Gen3& gen3) {
  StrictDict gitops = reading.below("gitops");
  know(gitops, {"repository", {"revision", forms::git_revision}, "sealed_with", "destination"});
  // Our API by its name: right for one that stands elsewhere, and refused by one that stands here
  // and was not told so, where the other way round Gen3 would land in another cluster.
  const bool is_the_sites = instance.owners.owner_of("argo_cd") == Owner::site;
  const std::string said =
      gitops.text("destination", is_the_sites ? instance.api_url : own_cluster);
  gen3.values = {.repository = gitops.required("repository", "https://git.example.org/commons.git"),
                 .revision = gitops.text("revision", "main"),
                 .sealed_with = gitops.text("sealed_with", "none"),
                 .destination = destination_of(gitops, said),
                 .is_from_elsewhere = said != own_cluster && said != own_api};
  if (gen3.values.sealed_with != "none" && gen3.values.sealed_with != "helm-secrets")
    gitops.add("no Argo CD opens what is sealed with '" + gen3.values.sealed_with + "'",
               "sealed_with", "none, or helm-secrets");
}

std::string release_name(const Gen3& gen3) { return "gen3-" + gen3.environment; }

std::string values_folder(const Instance& instance, const Gen3& gen3) {
  return instance.name + "/" + gen3.hostname;
}

Value application(const Instance& instance, const Gen3& gen3) {
  // A file of another source begins with that source's name: no scheme of helm-secrets may stand
  // before it, and its wrapper of helm opens the file all the same (jkroepke/helm-secrets,
  // docs/ArgoCD Integration.md, multi-source; argoproj/argo-cd, getReferencedSource).
  const std::string folder = "$values/" + values_folder(instance, gen3) + "/values/";
  const Dict chart{
      {"repoURL", gen3_charts},
      {"chart", "gen3"},
      {"targetRevision", gen3.chart},
      {"helm",
       Dict{{"releaseName", release_name(gen3)},
            {"valueFiles", List{Value(folder + "values.yaml"), Value(folder + "secrets.yaml")}}}}};
  const Dict values{{"repoURL", gen3.values.repository},
                    {"targetRevision", gen3.values.revision},
                    {"ref", "values"}};
  // The chart makes this one anew with each rendering, and has no value to say it by.
  const Dict secret{
      {"kind", "Secret"}, {"name", "metadata-g3auto"}, {"jsonPointers", List{Value("/data")}}};
  const Dict its_sum{
      {"group", "apps"},
      {"kind", "Deployment"},
      {"name", "metadata-deployment"},
      {"jsonPointers", List{Value("/spec/template/metadata/annotations/checksum~1config")}}};
  Dict destination = gen3.values.destination;
  destination.set("namespace", gen3.name_space);
  Dict made = object("argoproj.io/v1alpha1", "Application",
                     {{"name", release_name(gen3)},
                      {"namespace", instance.text("argo_cd_namespace", standard_argo_cd_namespace)},
                      {"finalizers", List{Value("resources-finalizer.argocd.argoproj.io")}}});
  made.set("spec", Dict{{"project", "default"},
                        {"sources", List{Value(chart), Value(values)}},
                        {"destination", std::move(destination)},
                        {"ignoreDifferences", List{Value(secret), Value(its_sum)}},
                        {"syncPolicy",
                         Dict{{"syncOptions", List{Value("RespectIgnoreDifferences=true")}}}}});
  return made;
}

}  // namespace provisioner::handoff
