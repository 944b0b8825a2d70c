// An instance as its gates see it.

#include "provisioner/front/platform/gates_site.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/access_questions.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

// Those of the first control-plane node that scripts are told as they stand, with what roles take
// where the inventory is silent.
struct Told {
  const char* variable;
  const char* name;  // in the script's environment
  const char* otherwise;
};
constexpr Told told[] = {
    {"gates_image", "IMAGE", "docker.io/library/busybox:1.35"},
    {"cluster_domain", "CLUSTER_DOMAIN", "cluster.local"},
    {"instance_domain", "DOMAIN", ""},
    {"ingress_address", "INGRESS_ADDRESS", ""},
    {"ingress_visibility", "INGRESS_VISIBILITY", "inward"},
    {"ingress_is_default", "INGRESS_IS_DEFAULT", "true"},
    {"ingress_class", "INGRESS_CLASS", "traefik"},
    {"container_runtime_registry", "REGISTRY", ""},
    {"site_pki_ca_file", "CA_FILE", "/usr/local/share/ca-certificates/site-provisioner.crt"},
    {"admission_vetted_only", "VETTED_ONLY", "false"},
    {"gates_logs_query", "LOGS_QUERY", ""},
    {"gates_metrics_query", "METRICS_QUERY", ""},
    {"gates_debian_image", "DEBIAN_IMAGE", ""},
    {"gates_alpine_image", "ALPINE_IMAGE", ""},
    {"gen3_hostname", "PUBLIC_NAME", ""},
    {"gen3_namespace", "GEN3_NAMESPACE", "default"},
    {"gen3_nginx_resolver", "NGINX_RESOLVER", ""},
    {"gen3_postgres", "POSTGRES", ""},
    {"gen3_elasticsearch", "ELASTICSEARCH", ""},
    {"gen3_s3", "S3", ""},
    {"gen3_oidc_issuer", "OIDC_ISSUER", ""},
    {"gen3_skip_node_selector", "SKIP_NODE_SELECTOR", "false"},
    {"phalanx_fqdn", "FQDN", ""},
    {"phalanx_address", "PHALANX_ADDRESS", ""},
    {"phalanx_postgres_storage_class", "POSTGRES_CLASS", ""},
    {"phalanx_database_url", "DATABASE_URL", ""},
};

// More that judges or what follows read.
const std::vector<std::string> more = {"ansible_host",
                                       "gate_waivers",
                                       "load_balancer_pools",
                                       "storage_classes",
                                       "local_volumes",
                                       "storage",
                                       "kernel_parameters",
                                       "admission_namespaces",
                                       "lab",
                                       "gates_capacity",
                                       "kubernetes_node_address",
                                       "container_runtime_mirrored",
                                       "registry_storage",
                                       "ntp_servers",
                                       "network",
                                       "gates_images"};

std::string text_of(const Value* value, const std::string& otherwise) {
  return value == nullptr || value->is_none() || value->is_list() || value->is_dict()
             ? otherwise
             : Dict::key_text(*value);
}

void put(std::string& text, const std::string& name, const std::string& value) {
  text += name + "=" + base::shell_quote(value) + "\n";
}

std::string words_of(const Value* list) {
  std::vector<std::string> words;
  if (list != nullptr && list->is_list())
    for (const Value& one : list->list()) words.push_back(Dict::key_text(one));
  return base::join(words, " ");
}

// "NAME VISIBILITY RANGE" a line.
std::string pools_of(const Value* pools) {
  std::string text;
  if (pools == nullptr || !pools->is_list()) return text;
  for (const Value& pool : pools->list()) {
    const Value* addresses = pool.find("addresses");
    if (addresses == nullptr || !addresses->is_list()) continue;
    for (const Value& range : addresses->list())
      text += value::text_or(pool, "name", "") + " " + value::text_or(pool, "visibility", "") +
              " " + Dict::key_text(range) + "\n";
  }
  return text;
}

// "NAME KIND yes|no" a line.
std::string classes_of(const Value* classes) {
  std::string text;
  if (classes == nullptr || !classes->is_list()) return text;
  for (const Value& one : classes->list())
    text += value::text_or(one, "name", "") + " " + value::text_or(one, "kind", "") + " " +
            (value::boolean_or(one, "default", false) ? "yes" : "no") + "\n";
  return text;
}

// "TYPE PATH SOURCE rw|ro STATE" a line.
std::string mounts_of(const Value* storage) {
  std::string text;
  const Value* mounts = storage == nullptr ? nullptr : storage->find("mounts");
  if (mounts == nullptr || !mounts->is_list()) return text;
  for (const Value& one : mounts->list())
    text += value::text_or(one, "type", "") + " " + value::text_or(one, "path", "") + " " +
            value::text_or(one, "source", "") + " " +
            (value::boolean_or(one, "read_only", false) ? "ro" : "rw") + " " +
            value::text_or(one, "state", "mounted") + "\n";
  return text;
}

std::string keys_of(const Value* dict) {
  std::vector<std::string> keys;
  if (dict != nullptr && dict->is_dict())
    for (const auto& [key, unused] : dict->dict()) keys.push_back(Dict::key_text(key));
  return base::join(keys, " ");
}

const Value* variable_in(const GatesSite& site, const std::string& node, const char* name) {
  const auto its = site.variables.find(node);
  return its == site.variables.end() ? nullptr : its->second.find(name);
}

std::string address_of(const GatesSite& site, const std::string& node) {
  return text_of(variable_in(site, node, "ansible_host"), node);
}

std::string capabilities_lacking(const Value* lab) {
  std::vector<std::string> words;
  const Value* cannot = lab == nullptr ? nullptr : lab->find("cannot");
  if (cannot != nullptr && cannot->is_list())
    for (const Value& one : cannot->list()) words.push_back(value::text_or(one, "capability", ""));
  return base::join(words, " ");
}

// "NAME=ADDRESS" of each node, by which the cluster knows it.
std::string members_of(const GatesSite& site) {
  std::vector<std::string> nodes;
  for (const kubernetes::WishedNode* node : site.cluster.wish.nodes())
    nodes.push_back(node->name + "=" + node->address);
  return base::join(nodes, " ");
}

void put_access(std::string& text, const access::Access& access) {
  const gates::AccessQuestions questions = gates::questions_of(access);
  std::vector<std::string> roles, namespaces;
  for (const access::Role& role : access.roles) roles.push_back(role.name);
  for (const access::Namespace& one : access.namespaces) namespaces.push_back(one.name);
  put(text, "ACCESS_ROLES", base::join(roles, " "));
  put(text, "ACCESS_NAMESPACES", base::join(namespaces, " "));
  put(text, "ACCESS_PLACES", base::join(questions.places, " "));
  put(text, "ACCESS_ASKS", base::join(questions.asks, "\n"));
}

}  // namespace

const Value* GatesSite::variable(const std::string& name) const {
  return variable_in(*this, first(), name.c_str());
}

std::string GatesSite::text(const std::string& name, const std::string& otherwise) const {
  return text_of(variable(name), otherwise);
}

std::vector<std::string> GatesSite::nodes() const {
  std::vector<std::string> names;
  for (const kubernetes::WishedNode* node : cluster.wish.nodes()) names.push_back(node->name);
  for (const std::string& node : cluster.registry)
    if (std::ranges::find(names, node) == names.end()) names.push_back(node);
  return names;
}

GatesSite gates_site(const cli::RunWords& words, const std::string& instance) {
  GatesSite site{.cluster = cli::cluster_site(words, instance)};
  std::vector<std::string> asked = more;
  for (const Told& one : told) asked.emplace_back(one.variable);
  const auto nodes = cli::named_nodes({words, "instance_" + instance}, asked);
  if (!nodes) throw Error(Kind::input, "the inventory has mistakes");
  site.machines = *nodes;
  for (const cli::NamedNode& node : *nodes) {
    if (node.problem) throw *node.problem;
    site.variables[node.name] = node.variables;
  }
  base::Diagnostics diagnostics;
  site.waivers = gates::read_waivers(site.variable("gate_waivers"), diagnostics);
  if (diagnostics.has_errors()) {
    std::cerr << diagnostics.render(", nothing was done") << "\n";
    throw Error(Kind::input, "the waivers of instance '" + instance + "' have mistakes");
  }
  return site;
}

std::string environment_of(const GatesSite& site) {
  std::string text;
  put(text, "INSTANCE", site.cluster.wish.instance);
  for (const Told& one : told) put(text, one.name, site.text(one.variable, one.otherwise));
  for (const profile::Ownership& one : site.cluster.profile.components)
    put(text, "OWNER_" + one.component, std::string(name_of(one.owner)));
  put(text, "NODES", members_of(site));
  std::vector<std::string> monitoring;
  for (const std::string& node : site.cluster.monitoring)
    monitoring.push_back(address_of(site, node));
  put(text, "MONITORING", base::join(monitoring, " "));
  put(text, "ENDPOINT", site.cluster.wish.endpoint.name);
  put(text, "POOLS", pools_of(site.variable("load_balancer_pools")));
  put(text, "CLASSES", classes_of(site.variable("storage_classes")));
  put(text, "VETTED_NAMESPACES", words_of(site.variable("admission_namespaces")));
  put(text, "GATES_IMAGES", words_of(site.variable("gates_images")));
  put_access(text, site.cluster.access);
  put(text, "CANNOT", capabilities_lacking(site.variable("lab")));
  return text;
}

std::string node_environment_of(const GatesSite& site) {
  std::string text;
  put(text, "NODES", members_of(site));
  put(text, "ENDPOINT", site.cluster.wish.endpoint.name);
  text += "case \"$NODE\" in\n";
  for (const auto& [node, variables] : site.variables) {
    text += base::shell_quote(node) + ")\n";
    put(text, "MOUNTS", mounts_of(variables.find("storage")));
    put(text, "KERNEL_KEYS", keys_of(variables.find("kernel_parameters")));
    put(text, "NODE_ADDRESS", address_of(site, node));
    put(text, "REGISTRY_STORAGE", text_of(variables.find("registry_storage"), "/var/lib/registry"));
    const bool is_registry =
        std::ranges::find(site.cluster.registry, node) != site.cluster.registry.end();
    put(text, "IS_REGISTRY", is_registry ? "yes" : "");
    put(text, "IS_MEMBER", site.cluster.wish.names(node) ? "yes" : "");
    put(text, "CANNOT", capabilities_lacking(variables.find("lab")));
    text += ";;\nesac\n";
    text += "case \"$NODE\" in\n";
  }
  return text + "esac\n";
}

}  // namespace provisioner::platform
