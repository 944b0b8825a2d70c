// What scripts of gates are told of an instance.

#include "provisioner/front/platform/gates_environment.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/front/platform/gates_bundle.h"
#include "provisioner/front/platform/gates_gen3.h"
#include "provisioner/front/platform/gates_phalanx.h"
#include "provisioner/front/platform/gates_words.h"
#include "provisioner/platform/gates/access_questions.h"
#include "provisioner/platform/handoff/standard_names.h"
#include "provisioner/platform/profile/phalanx_namespaces.h"

namespace provisioner::platform {
namespace {

using value::Dict;
using value::Value;

// Those of the first control-plane node that scripts are told as they stand, with what roles take
// where the inventory is silent.
struct Told {
  const char* variables;  // the first that says something
  const char* name;       // in the script's environment
  const char* otherwise;
};
constexpr const char* standard_ingress_class = "traefik";
constexpr Told told[] = {
    {"gates_image", "IMAGE", "docker.io/library/busybox:1.35"},
    {"cluster_domain", "CLUSTER_DOMAIN", "cluster.local"},
    {"instance_domain", "DOMAIN", ""},
    {"ingress_address", "INGRESS_ADDRESS", ""},
    {"ingress_visibility", "INGRESS_VISIBILITY", "inward"},
    {"ingress_is_default", "INGRESS_IS_DEFAULT", "true"},
    {"ingress_class", "INGRESS_CLASS", standard_ingress_class},
    {"container_runtime_registry", "REGISTRY", ""},
    {"site_pki_ca_file", "CA_FILE", "/usr/local/share/ca-certificates/site-provisioner.crt"},
    {"admission_vetted_only", "VETTED_ONLY", "false"},
    {"gates_logs_query", "LOGS_QUERY", ""},
    {"gates_metrics_query", "METRICS_QUERY", ""},
    {"gates_secret_backend phalanx.vault_url", "SECRET_BACKEND", ""},
    {"gates_alertmanager", "ALERTMANAGER", ""},
    {"gates_alerts_webhook", "ALERTS_WEBHOOK", ""},
    {"gates_alerts_query", "ALERTS_QUERY", ""},
    {"gates_debian_image", "DEBIAN_IMAGE", ""},
    {"gates_alpine_image", "ALPINE_IMAGE", ""},
    {"argo_cd_namespace", "ARGO_CD_NAMESPACE", handoff::standard_argo_cd_namespace},
    {"phalanx_postgres_storage_class phalanx.storage_class", "POSTGRES_CLASS", ""},
    {"phalanx_database_url", "DATABASE_URL", ""},
};

// What dashboards and alerts are made of.
constexpr const char* standard_metrics =
    "up kube_pod_status_phase container_cpu_usage_seconds_total "
    "container_memory_working_set_bytes node_memory_MemAvailable_bytes";

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

// "NAME KIND yes|no RECLAIM" a line, as the role storage_classes makes them.
std::string classes_of(const Value* classes) {
  std::string text;
  if (classes == nullptr || !classes->is_list()) return text;
  for (const Value& one : classes->list()) {
    const std::string kind = value::text_or(one, "kind", "");
    const bool is_made_once = kind == "local" || kind == "nfs";
    text += value::text_or(one, "name", "") + " " + kind + " " +
            (value::boolean_or(one, "default", false) ? "yes" : "no") + " " +
            value::text_or(one, "reclaim", is_made_once ? "Retain" : "Delete") + "\n";
  }
  return text;
}

// "NAME nfs|csi ro|rw SIZE" a line, of volumes that are there already.
std::string volumes_of(const Value* volumes, const char* kind) {
  std::string text;
  if (volumes == nullptr || !volumes->is_list()) return text;
  for (const Value& one : volumes->list())
    text += value::text_or(one, "name", "") + " " + kind + " " +
            (value::boolean_or(one, "read_only", false) ? "ro" : "rw") + " " +
            plain_text(one.find("size"), "1Gi") + "\n";
  return text;
}

std::string served_volumes(const GatesSite& site) {
  if (!site.cluster.profile.is_ours("storage_classes")) return "";
  return volumes_of(site.variable("nfs_volumes"), "nfs") +
         volumes_of(site.variable("gpfs_volumes"), "csi");
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

// "UID GID FOLDER" a line.
std::string writers_of(const Value* writer) {
  if (writer == nullptr || !writer->is_dict()) return "";
  const auto part = [&](const char* key) { return plain_text(writer->find(key), ""); };
  return part("uid") + " " + part("gid") + " " + part("directory") + "\n";
}

std::string keys_of(const Value* dict) {
  std::vector<std::string> keys;
  if (dict != nullptr && dict->is_dict())
    for (const auto& [key, unused] : dict->dict()) keys.push_back(Dict::key_text(key));
  return base::join(keys, " ");
}

std::string capabilities_lacking(const Value* lab) {
  std::vector<std::string> words;
  const Value* cannot = lab == nullptr ? nullptr : lab->find("cannot");
  if (cannot != nullptr && cannot->is_list())
    for (const Value& one : cannot->list()) words.push_back(value::text_or(one, "capability", ""));
  return base::join(words, " ");
}

// Phalanx's charts name theirs, that of others is declared.
std::string platform_ingress_class(const GatesSite& site) {
  return site.cluster.profile.platform == profile::Platform::phalanx
             ? std::string(profile::phalanx_ingress_class)
             : site.text("ingress_class", standard_ingress_class);
}

// "NAME=ADDRESS" of each node, by which the cluster knows it.
std::string members_of(const GatesSite& site) {
  std::vector<std::string> nodes;
  for (const kubernetes::WishedNode* node : site.cluster.wish.nodes())
    nodes.push_back(node->name + "=" + node->address);
  return base::join(nodes, " ");
}

// "UID GID TOLD UNTOLD GIDS USER": what an NFS server is told of the user's groups, and what not.
std::string groups_of(const std::optional<users::ManyGroups>& known) {
  if (!known) return "";
  std::vector<std::string> groups;
  for (const std::uint32_t group : known->groups) groups.push_back(std::to_string(group));
  return std::to_string(known->uid) + " " + std::to_string(known->gid) + " " +
         std::to_string(known->told()) + " " + std::to_string(known->untold().value_or(0)) + " " +
         base::join(groups, ",") + " " + known->user;
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
  std::string groups;
  for (const gates::GroupQuestion& one : gates::group_questions(access))
    groups +=
        one.role + " " + one.verb + " " + one.resource + " " + one.place + " " + one.group + "\n";
  put(text, "ACCESS_GROUPS", groups);
}

std::string address_of(const GatesSite& site, const std::string& node) {
  return plain_text(site.variable_of(node, "ansible_host"), node);
}

// Where nodes have what a registry of others is known by; "" for one that the site's own has signed
// for.
std::string registry_authority(const GatesSite& site) {
  if (site.text("registry_kind", "distribution") == "distribution") return {};
  return site.text("registry_ca_file").empty() ? "/etc/ssl/certs/ca-certificates.crt"
                                               : "/etc/containerd/registry-ca.crt";
}

// "NAME=ADDRESS ADDRESS" of each node a line: by which the cluster knows it, and by which it is
// reached, where that is another one.
std::string addresses_of(const GatesSite& site) {
  std::string text;
  for (const kubernetes::WishedNode* node : site.cluster.wish.nodes()) {
    const std::string reached = address_of(site, node->name);
    const bool is_other = reached != node->address && reached != node->name;
    text += node->name + "=" + node->address + (is_other ? " " + reached : "") + "\n";
  }
  return text;
}

}  // namespace

std::vector<std::string> told_variables() {
  std::vector<std::string> names = phalanx_variables();
  for (std::string& name : gen3_variables()) names.push_back(std::move(name));
  for (const char* name : {"gates_metrics", "break_glass_file"}) names.emplace_back(name);
  for (const Told& one : told)
    for (const std::string& name : base::split(one.variables, ' '))
      if (name.find('.') == std::string::npos) names.push_back(name);
  return names;
}

std::string environment_of(const cli::RunWords& words, const GatesSite& site) {
  std::string text;
  put(text, "INSTANCE", site.cluster.wish.instance);
  for (const Told& one : told) put(text, one.name, site.text(one.variables, one.otherwise));
  const Value* metrics = site.variable("gates_metrics");
  put(text, "METRICS", metrics == nullptr ? standard_metrics : words_of(metrics));
  text += gen3_environment(site);
  text += phalanx_environment(site);
  put(text, "BREAK_GLASS", break_glass(words, site));
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
  put(text, "VOLUMES", served_volumes(site));
  put(text, "NODE_LOGS", words_of(site.variable("logs_node_files")));
  put(text, "PLATFORM", std::string(name_of(site.cluster.profile.platform)));
  put(text, "PLATFORM_INGRESS_CLASS", platform_ingress_class(site));
  put(text, "DEPLOYED", site.moment == gates::Moment::deployed ? "yes" : "");
  put(text, "REGISTRY_CA", registry_authority(site));
  put(text, "VETTED_NAMESPACES", words_of(site.variable("admission_namespaces")));
  put(text, "GATES_IMAGES", words_of(site.variable("gates_images")));
  put_access(text, site.cluster.access);
  put(text, "CANNOT", capabilities_lacking(site.variable("lab")));
  return text;
}

std::string node_environment_of(const GatesSite& site) {
  std::string text;
  put(text, "NODES", members_of(site));
  put(text, "ADDRESSES", addresses_of(site));
  put(text, "ENDPOINT", site.cluster.wish.endpoint.name);
  put(text, "MANY_GROUPS", groups_of(site.many_groups));
  text += "case \"$NODE\" in\n";
  for (const auto& [node, variables] : site.variables) {
    text += base::shell_quote(node) + ")\n";
    put(text, "MOUNTS", mounts_of(variables.find("storage")));
    put(text, "WRITERS", writers_of(variables.find("gates_writer")));
    put(text, "KERNEL_KEYS", keys_of(variables.find("kernel_parameters")));
    put(text, "NODE_ADDRESS", address_of(site, node));
    put(text, "REGISTRY_STORAGE",
        plain_text(variables.find("registry_storage"), "/var/lib/registry"));
    put(text, "REGISTRY_LEAST", plain_text(variables.find("registry_least_free"), "2048"));
    text += phalanx_node_environment(site, node);
    put(text, "GC_DAYS", plain_text(variables.find("gates_registry_gc_days"), "35"));
    const bool is_registry =
        std::ranges::find(site.cluster.own_registry, node) != site.cluster.own_registry.end();
    put(text, "IS_REGISTRY", is_registry ? "yes" : "");
    put(text, "IS_MEMBER", site.cluster.wish.names(node) ? "yes" : "");
    put(text, "CANNOT", capabilities_lacking(variables.find("lab")));
    text += ";;\nesac\n";
    text += "case \"$NODE\" in\n";
  }
  return text + "esac\n";
}

}  // namespace provisioner::platform
