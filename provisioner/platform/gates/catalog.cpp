// The gates that there are.

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/judges.h"
#include "provisioner/platform/gates/network_policy.h"

namespace provisioner::gates {
namespace {

// Where a script's lines are all that there is to judge.
Verdict lines_alone(const Trial& trial, const Surroundings&) { return judge_lines(trial); }

}  // namespace

const value::Value* Surroundings::variable(const std::string& name) const {
  if (wish.control.empty()) return nullptr;
  const auto its = variables.find(wish.control.front().name);
  return its == variables.end() ? nullptr : its->second.find(name);
}

Verdict judge_network_policy(const Trial& trial, const Surroundings&) {
  if (trial.said.empty() && !trial.failure.empty())
    return {.result = Result::not_run, .text = trial.failure};
  try {
    return judge(read_policy_trial(trial.said));
  } catch (const base::Error& error) {
    return {.result = Result::not_run, .text = error.message()};
  }
}

const std::vector<Gate>& all_gates() {
  static const std::vector<Gate> all = {
      {"C-1", "machines",
       "hardware is the inventory's; clocks agree and follow a time server; names and addresses of "
       "nodes lead to each other",
       "hardware that was looked at (discover)", "", "machines_node", judge_machines},
      {"C-2", "cluster",
       "nodes, labels, taints and versions are the inventory's; etcd and API are well, a snapshot "
       "is taken and restored; certificates last 30 days",
       "a control-plane node with etcdctl", "cluster_health", "", judge_cluster},
      {"C-3", "pods",
       "pages between pods of all nodes, by address, Service and name; large packets",
       "a pod on each node", "pods", "", lines_alone},
      {"C-4", "network-policy", "packets that must not pass do not, and those that must do",
       "a pod on each node", "network_policy", "", judge_network_policy},
      {"C-5", "load-balancer",
       "a Service gets an address of the declared pool, which pods and the controller reach",
       "a pod on each node", "load_balancer", "", lines_alone},
      {"C-6", "ingress",
       "classes are the profile's; a page over HTTPS, HTTP sent there, X-Forwarded-Proto, "
       "websockets, a body of 20 MiB",
       "a pod on each node, instance_domain", "ingress", "", lines_alone},
      {"C-7", "tls",
       "pods trust what the ingress (or the registry) shows, in two ways, and for how long; each "
       "ClusterIssuer of cert-manager issues and renews",
       "a pod on each node, instance_domain", "tls issuers", "", lines_alone},
      {"C-8", "storage",
       "classes are the declared ones, one the default; a volume is bound, written, read by "
       "another pod, grown and put back from a snapshot where its class does that, and goes; "
       "declared volumes are mounted, written to only where they are declared so",
       "a pod on each node", "snapshots volumes storage", "", lines_alone},
      {"C-9", "exports",
       "every export is mounted on every node, and written to only as declared; a user in more "
       "than 16 groups has the rights of each; no pilot user has a fault",
       "nodes that can mount NFS; users report", "", "exports_node", judge_exports},
      {"C-10", "registry",
       "every node pulls by digest through the mirror, whose log has its request; what nobody has "
       "vetted is refused; a robot of CI pushes to incoming/ and nowhere else, and an image is "
       "promoted; services, room and garbage of the registry",
       "a registry of the site; admission_vetted_only", "registry", "registry_node", lines_alone},
      {"C-11", "logs",
       "a line that a pod writes is found where logs go; one of a node's own is not, unless that "
       "is asked for",
       "gates_logs_query", "logs", "", lines_alone},
      {"C-12", "metrics",
       "what each node uses is known to the API, and to Prometheus; an alert reaches its receiver",
       "a Prometheus; gates_alertmanager or gates_alerts_webhook", "metrics alerts", "",
       lines_alone},
      {"C-13", "access",
       "each role may do what is declared, and nothing else, and so may its groups; quotas and "
       "limits are those that are declared",
       "a declaration 'access'", "access", "", judge_access},
      {"C-14", "capacity", "all that pods ask for fits where the largest node is lost",
       "a cluster whose API answers", "capacity", "", judge_capacity},
      {"C-15", "images", "every image that runs or is to run is had in the site's registry",
       "a registry of the site", "images", "", lines_alone},
      {"C-16", "secrets",
       "secrets lie sealed in etcd, and none is in the bundle; who may do everything is root on "
       "control planes, and a sealed credential for emergencies; the server of secrets answers",
       "a control-plane node with etcdctl; break_glass_file", "secrets", "secrets_node",
       lines_alone},
      {"C-17", "limits", "limits of kernels and kubelets are what programs on them need",
       "kubelets that the API reaches", "kubelets", "kernel_limits_node", judge_limits},
      {"G-1", "gen3-version", "the API server's Kubernetes is at least 1.23",
       "a cluster whose API answers", "api_version", "", judge_gen3_version},
      {"G-2", "gen3-volume", "a claim of 10 GiB that names no class is bound and written",
       "a cluster whose API answers", "gen3_volume", "", lines_alone},
      {"G-3", "gen3-postgres",
       "PostgreSQL: version, superuser, and what dbcreate does in a scratch database",
       "gen3.postgres, gen3_postgres_password, psql on a control-plane node", "gen3_postgres", "",
       lines_alone},
      {"G-4", "gen3-elasticsearch",
       "Elasticsearch 7.10, from a pod, by the name that the bundle makes; an index is made and "
       "dropped",
       "gen3.elasticsearch", "gen3_elasticsearch", "", lines_alone},
      {"G-5", "gen3-objects",
       "objects are put, got and deleted by signed URLs, from pods and from outside; browsers may "
       "ask",
       "gen3.s3, gen3_s3_key", "gen3_objects", "", lines_alone},
      {"G-6", "gen3-name", "the public name: its length, resolved, reached and verified from pods",
       "gen3.hostname, or instance_domain", "gen3_name", "", lines_alone},
      {"G-7", "gen3-resolver", "the name service that revproxy's nginx is told answers",
       "gen3, a pod on each node", "gen3_resolver", "", lines_alone},
      {"G-8", "gen3-identity",
       "the identity provider's discovery page; Gen3's address is registered there, and not any",
       "gen3.oidc", "gen3_identity", "", lines_alone},
      {"G-9", "gen3-secrets", "External Secrets is absent, or serves both versions of its kinds",
       "a cluster whose API answers", "gen3_secrets", "", lines_alone},
      {"G-10", "gen3-workspaces",
       "nodes that workspaces look for; their namespace is declared, and not cut off from Gen3",
       "gen3, a cluster whose API answers", "gen3_workspaces", "", judge_workspaces},
      {"G-11", "gen3-rights", "whoever deploys may make what charts make; nginx may start as root",
       "the deployer's account: gen3_deployer, or Argo CD's", "gen3_rights", "", lines_alone},
      {"G-12", "gen3-chart",
       "the chart, with the bundle's values, is the same each time that it is rendered, and the "
       "API takes all of it",
       "artefacts: helm, and the chart gen3", "gen3_chart", "", lines_alone},
      {"G-13", "gen3-argo-cd",
       "Argo CD reaches the repositories of Gen3's Application, which is synced and healthy",
       "Gen3's Application; --deployed", "gen3_argo_cd", "", lines_alone, Moment::deployed},
      {"G-14", "gen3-deployed",
       "jobs are done, keys and the front page are served, log-ins are counted, requests logged",
       "Gen3 deployed; gates_metrics_query, gates_logs_query; --deployed", "gen3_deployed", "",
       lines_alone, Moment::deployed},
      {"P-1", "phalanx-absence",
       "no ingress class, namespace, kind or webhook of those that Phalanx brings; with --deployed "
       "all of its classes, namespaces and kinds",
       "a cluster whose API answers", "phalanx_absence", "", judge_what_phalanx_brings},
      {"P-2", "phalanx-version", "the API server's Kubernetes is at least 1.30",
       "a cluster whose API answers", "api_version", "", judge_phalanx_version},
      {"P-3", "phalanx-address",
       "the environment's name leads to the address that is kept for it, which nobody has but "
       "Phalanx's ingress",
       "phalanx.fqdn or instance_domain, phalanx.address", "phalanx_address", "", lines_alone},
      {"P-4", "phalanx-certificate",
       "stock images trust the certificate of the environment's name; or its zone is Route 53's",
       "phalanx_certificate, phalanx_vault or phalanx_route53_zone", "phalanx_certificate", "",
       lines_alone},
      {"P-5", "phalanx-vault",
       "Vault: KV of version 2, a role that reads, a token that writes, secrets that people give",
       "phalanx_vault", "", "", lines_alone},
      {"P-6", "phalanx-databases",
       "databases of the site that are handed over, or a class for the platform's own",
       "phalanx_database_url, where databases are the site's", "phalanx_databases", "",
       lines_alone},
      {"P-7", "phalanx-users",
       "numbers of users agree between directory and exports; the directory lets its reader in",
       "users report; identity.ldap", "", "", judge_users},
      {"P-8", "phalanx-homes", "homes can be made by root and given to their owners, or are there",
       "identity.exports with homes", "", "phalanx_homes_node", lines_alone},
      {"P-9", "phalanx-notebooks",
       "nodes for notebooks, with room for all images that are pulled before anybody asks for them",
       "a cluster whose API answers", "phalanx_notebooks", "", lines_alone},
      {"P-10", "phalanx-portal",
       "user 91 writes to the Portal's work area from two nodes; one has the memory for it",
       "phalanx_portal", "capacity phalanx_portal", "", judge_portal},
      {"P-11", "phalanx-qserv",
       "nodes of Qserv: labels, taints, volumes; or pods reach one that is elsewhere",
       "nodes with the label tier=worker, or phalanx_qserv", "phalanx_qserv", "", lines_alone},
      {"P-12", "phalanx-ways", "the fork, images of registries and charts can be had",
       "phalanx.repository", "phalanx_ways", "", lines_alone},
      {"P-13", "phalanx-files", "Phalanx's own command has nothing against the bundle's files",
       "phalanx_checkout with the program phalanx; artefacts: helm", "", "", lines_alone},
      {"P-14", "phalanx-networks",
       "networks beside the pods' own are there, and lead where they must", "phalanx_networks",
       "phalanx_networks", "", lines_alone},
  };
  return all;
}

std::vector<Gate> gates_of(profile::Platform platform, Moment by) {
  std::vector<Gate> some;
  for (const Gate& gate : all_gates()) {
    const char kind = *gate.id;
    if (gate.moment > by) continue;
    if (kind == 'C' || (kind == 'G' && platform == profile::Platform::gen3) ||
        (kind == 'P' && platform == profile::Platform::phalanx))
      some.push_back(gate);
  }
  return some;
}

const Gate* find_gate(const std::string& word) {
  const std::string lower = base::lower_case(word);
  const auto found = std::ranges::find_if(all_gates(), [&](const Gate& gate) {
    return base::lower_case(gate.id) == lower || gate.name == lower;
  });
  return found == all_gates().end() ? nullptr : &*found;
}

}  // namespace provisioner::gates
