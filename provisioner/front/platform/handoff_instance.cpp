// From the inventory and the state to what a bundle is made of.

#include "provisioner/front/platform/handoff_instance.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/version.h"
#include "provisioner/front/cluster/cluster_admission.h"
#include "provisioner/front/cluster/instance_lock_file.h"
#include "provisioner/front/cluster/instance_proof.h"
#include "provisioner/front/cluster/instance_state.h"
#include "provisioner/front/cluster/registry_accounts.h"
#include "provisioner/front/cluster/signing_key.h"
#include "provisioner/front/cluster/site_artifacts.h"
#include "provisioner/front/platform/cluster_answer_script.h"
#include "provisioner/front/platform/handoff_admission.h"
#include "provisioner/platform/access/kubeconfig.h"
#include "provisioner/platform/access/manifests.h"
#include "provisioner/platform/handoff/bundle.h"
#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/users/record.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using handoff::Instance;
using handoff::NodeShare;
using value::Dict;
using value::Value;

// Of each node; the rest is of the instance, by its first control-plane node.
const std::vector<std::string> of_nodes = {"ansible_host", "node_labels", "node_taints",
                                           "local_volumes"};
const std::vector<std::string> of_instance = {"site_name",
                                              "stage_name",
                                              "instance_domain",
                                              "kubernetes_endpoint",
                                              "service_subnet",
                                              "storage_classes",
                                              "nfs_server",
                                              "nfs_volumes",
                                              "gpfs_volumes",
                                              "nfs_mounts",
                                              "load_balancer_pools",
                                              "ingress_address",
                                              "ingress_is_default",
                                              "cluster_issuer",
                                              "cluster_issuer_secret",
                                              "registry_name",
                                              "registry_address",
                                              "registry_pull_through",
                                              "registry_pull_secret",
                                              "container_runtime_mirrored",
                                              "container_runtime_registry",
                                              "container_runtime_only_registry",
                                              "container_runtime_direct",
                                              "registry_kind",
                                              "registry_proxies",
                                              "registry_ca_file",
                                              "site_pki_ca_file",
                                              "qserv_operator_base",
                                              "qserv_operator_release",
                                              "qserv_namespace",
                                              "admission_vetted_only",
                                              "admission_namespaces",
                                              "cert_manager_issuers",
                                              "volume_snapshot_classes",
                                              "gateway_classes",
                                              "file_access_url",
                                              "batch_access_url",
                                              "gate_waivers",
                                              "gates_valid_hours",
                                              "identity",
                                              "phalanx_fqdn",
                                              "phalanx_address",
                                              "phalanx_init_homes",
                                              "phalanx_networks",
                                              "phalanx_portal",
                                              "phalanx_qserv",
                                              "phalanx"};
constexpr std::chrono::seconds longest_answer{20};

Dict dict_of(const cli::NamedNode& node, const char* variable) {
  const Value* found = node.variables.find(variable);
  return found != nullptr && found->is_dict() ? found->dict() : Dict();
}

// Nodes that are members, in the inventory's order, and the variables of the first that controls.
void take_nodes(const std::vector<cli::NamedNode>& nodes, const cli::ClusterSite& site,
                Instance& instance) {
  for (const cli::NamedNode& node : nodes) {
    if (node.problem) throw *node.problem;
    const bool is_control = site.wish.control_node(node.name) != nullptr;
    const bool is_member = std::ranges::any_of(
        site.wish.nodes(), [&](const auto* member) { return member->name == node.name; });
    if (is_control && instance.variables.is_none()) instance.variables = Value(node.variables);
    if (is_member)
      instance.nodes.push_back({.name = node.name,
                                .is_control = is_control,
                                .labels = dict_of(node, "node_labels"),
                                .taints = items_of(node.variables.find("node_taints")),
                                .local_volumes = items_of(node.variables.find("local_volumes"))});
  }
}

void take_registry(const cli::RunWords& words, const cli::ClusterSite& site, Instance& instance) {
  const auto registry = cluster::admitting_registry(words, site);
  if (!registry) return;
  instance.registry = registry->name;
  for (const cluster::Robot& robot : cluster::robots_of(registry->site.robots_of))
    instance.robots.push_back(robot.name);
  registry::read_images_lock(registry->site.lock);  // throws for what is none
  instance.images_lock = os::read_file(registry->site.lock).value_or("");
  if (value::boolean_or(instance.variables, "admission_vetted_only", false))
    instance.admission_objects = admission_objects(instance, *registry);
}

// A site without a list of artefacts has none that could be named.
void take_artifacts(const cli::RunWords& words, Instance& instance) {
  try {
    for (const artifacts::Locked& entry : cluster::site_artifacts(words).locked()) {
      if (!entry.image.empty()) instance.images[entry.image] = entry.sha256;
      instance.versions[entry.name] = entry.version;
    }
  } catch (const Error& error) {
    if (error.kind() != Kind::usage) throw;
  }
}

// What is signed is what was read: nothing of it that nobody can make out.
void take_users(Instance& instance) {
  const auto record = cluster::instance_record(instance.name, "users.json");
  if (!record) return;
  users::require_record(record->said, instance.name);
  instance.users_report = record->text;
  const std::string path = os::join_path(cli::cluster_directory(instance.name), "users.csv");
  const auto table = os::read_regular_file(path);
  if (!table) return;
  users::require_table(table->bytes, record->said,
                       {base::register_source(path, table->bytes), 1, 1});
  instance.users_table = table->bytes;
}

void take_authority(Instance& instance) {
  const std::string path = os::join_path(cli::pki_directory(), "ca.crt");
  const auto authority = os::read_file(path);
  if (!authority) return;  // of a site whose certificates others make
  instance.site_authority = *authority;
  if (instance.site_authority.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
    throw Error(Kind::input, "'" + path + "' holds no certificate")
        .set_hint("put the site's authority back from a backup: what nodes trust was made by it");
}

// Whose file is read is an issuer that is ours, and is looked at again with all others.
void take_issuers(Instance& instance) {
  const Value* issuers = instance.find("cert_manager_issuers");
  if (!instance.owners.is_ours("cert_manager") || issuers == nullptr || !issuers->is_list()) return;
  for (const Value& one : issuers->list())
    if (const std::string path = value::text_or(one, "ca_file", ""); !path.empty())
      instance.issuer_authorities[value::text_or(one, "name", "")] = os::require_file(path);
}

void take_state(Instance& instance) {
  take_authority(instance);
  take_users(instance);
  try {
    instance.gates = cluster::gates_record(instance.name);
  } catch (const Error& error) {
    instance.gates_problem = cluster::placed_sentence(error);  // who hands over decides
  }
}

// What a cluster that runs says of itself.
struct ClusterAnswer {
  std::string authority = {};  // PEM
  std::set<std::string> addresses = {};
};

// Of whoever answers first, its addresses of whoever tells some. Nobody need answer.
ClusterAnswer ask_cluster(const cli::RunWords& words, const cli::ClusterSite& site) {
  ClusterAnswer answer;
  for (const auto& [node, said] :
       cli::node_answers(words, site.wish.control_names(),
                         {.script = cluster_answer_script(), .longest = longest_answer})) {
    const std::vector<std::string_view> lines = base::lines_of(said);
    if (lines.empty()) continue;
    if (answer.authority.empty()) answer.authority = base::base64_decode(base::trim(lines.front()));
    if (!answer.addresses.empty()) continue;
    for (std::size_t at = 1; at < lines.size(); ++at)
      if (const std::string address(base::trim(lines[at])); !address.empty())
        answer.addresses.insert(address);
  }
  return answer;
}

bool lacks_address_of_ours(const Instance& instance) {
  return instance.owners.is_ours("ingress") && handoff::lacks_address_of_pages(instance);
}

// A draft is made of what is known; nobody should build on a bundle that lacks the names of its
// pages, or what its kubeconfigs are verified by.
void require_answer(const Instance& instance, const std::string& authority) {
  if (instance.is_draft) return;
  if (authority.empty())
    throw Error(Kind::unreachable,
                "no control-plane node of '" + instance.name + "' tells what vouches for its API")
        .set_hint("provisioner cluster status " + instance.name);
  if (lacks_address_of_ours(instance))
    throw Error(Kind::refused, "the ingress of '" + instance.name +
                                   "' has no address, and names of its pages would lead nowhere")
        .set_hint("provisioner gates run " + instance.name +
                  " --gate C-6; or say it: ingress_address");
}

// What the inventory says of it.
Instance said_of(const cli::ClusterSite& site, const std::vector<cli::NamedNode>& nodes) {
  Instance instance;
  instance.name = site.wish.instance;
  instance.owners = site.profile;
  take_nodes(nodes, site, instance);
  instance.site = instance.text("site_name");
  instance.stage = instance.text("stage_name");
  instance.kubernetes = "v" + site.wish.version.text();
  instance.api_url = site.api_url();
  instance.registry = instance.text("container_runtime_registry");
  return instance;
}

// What is ours of a cluster is handed over as the cluster has it: what it cannot have is none.
void require_no_mistakes(const base::Diagnostics& found, const std::string& what) {
  if (!found.has_errors()) return;
  std::cerr << found.render(", nothing was written") << "\n";
  throw Error(Kind::input, what + " cannot be");
}

void check_said(Instance instance, const cli::ClusterSite& site, base::Diagnostics& diagnostics) {
  if (!site.access_mistakes.has_errors()) instance.access_objects = access::manifests(site.access);
  handoff::check_instance(instance, diagnostics);
}

// Whose people log in at an issuer, by a kubeconfig that a bundle has.
bool has_kubeconfig(const cli::ClusterSite& site, const access::Role& role) {
  return role.is_by_oidc && site.access.cluster.issuer;
}

// What the cluster alone knows, where anything of it is needed: what vouches for its API, which is
// returned, and the addresses of our ingress.
std::string take_answer(const cli::RunWords& words, const cli::ClusterSite& site,
                        Instance& instance) {
  const bool needs_authority = std::ranges::any_of(
      site.access.roles, [&](const access::Role& role) { return has_kubeconfig(site, role); });
  if (!needs_authority && !lacks_address_of_ours(instance)) return {};
  const ClusterAnswer answer = ask_cluster(words, site);
  instance.ingress_addresses.assign(answer.addresses.begin(), answer.addresses.end());
  require_answer(instance, answer.authority);
  return answer.authority;
}

void take_access(const cli::ClusterSite& site, const std::string& authority, Instance& instance) {
  instance.access_objects = access::manifests(site.access);
  const auto& issuer = site.access.cluster.issuer;
  const access::ApiPlace place{
      .instance = instance.name, .server = instance.api_url, .authority = authority};
  for (const access::Role& role : site.access.roles) {
    const bool has_file = has_kubeconfig(site, role) && !authority.empty();
    instance.roles.push_back(
        {role.name, has_file ? access::oidc_kubeconfig(place, role, *issuer) : Value()});
  }
}

}  // namespace

std::vector<std::string> handoff_variables() {
  std::vector<std::string> asked = of_nodes;
  asked.insert(asked.end(), of_instance.begin(), of_instance.end());
  for (std::string& name : handoff::variables_of_gen3())
    if (std::ranges::find(asked, name) == asked.end()) asked.push_back(std::move(name));
  return asked;
}

void check_handoff(const cli::ClusterSite& site, const std::vector<cli::NamedNode>& nodes,
                   base::Diagnostics& diagnostics) {
  check_said(said_of(site, nodes), site, diagnostics);
}

Instance handed_over(const cli::RunWords& words, const std::string& name, bool is_draft) {
  const cli::ClusterSite site = cli::cluster_site(words, name);
  Instance instance = said_of(site, cli::instance_nodes(words, name, handoff_variables()));
  base::Diagnostics found = site.mistakes();
  check_said(instance, site, found);
  require_no_mistakes(found, "what the inventory says of '" + name + "'");
  instance.is_draft = is_draft;
  instance.program = cli::version_text();
  instance.public_key = cluster::signing_key_public();
  instance.lock = cluster::lock_file(words, name).text;
  take_registry(words, site, instance);
  take_artifacts(words, instance);
  take_issuers(instance);
  take_state(instance);
  const std::string authority = take_answer(words, site, instance);
  take_access(site, authority, instance);
  return instance;
}

}  // namespace provisioner::platform
