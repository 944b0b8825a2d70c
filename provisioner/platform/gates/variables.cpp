// What an inventory tells gates.

#include "provisioner/platform/gates/variables.h"

#include <cstdint>

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/profile/object_name.h"

namespace provisioner::gates {
namespace {

using base::Diagnostics;
using value::Dict;
using value::Form;
using value::StrictDict;
using value::Value;

const std::vector<value::FormOf> forms = {{"gates_image", Form::text},
                                          {"gates_debian_image", Form::text},
                                          {"gates_alpine_image", Form::text},
                                          {"gates_images", Form::texts},
                                          {"cluster_domain", Form::text},
                                          {"instance_domain", Form::text},
                                          {"ingress_address", Form::text},
                                          {"ingress_visibility", Form::text},
                                          {"ingress_is_default", Form::boolean},
                                          {"ingress_class", Form::text},
                                          {"container_runtime_registry", Form::text},
                                          {"container_runtime_mirrored", Form::texts},
                                          {"site_pki_ca_file", Form::text},
                                          {"admission_vetted_only", Form::boolean},
                                          {"admission_namespaces", Form::texts},
                                          {"gen3_postgres_password", Form::text},
                                          {"gen3_deployer", Form::text},
                                          {"phalanx_fqdn", Form::text},
                                          {"phalanx_address", Form::text},
                                          {"phalanx_postgres_storage_class", Form::text},
                                          {"phalanx_database_url", Form::text},
                                          {"phalanx_prepulled", Form::texts},
                                          {"load_balancer_pools", Form::dicts},
                                          {"storage_classes", Form::dicts}};

constexpr std::int64_t most_hours = 10 * 365 * 24, standard_hours = 7 * 24;
constexpr std::int64_t most_number = UINT32_MAX - 1;  // of a user; the last one stands for none

const std::vector<value::FormOf> node_forms = {{"kernel_parameters", Form::dict},
                                               {"registry_storage", Form::text}};

void check_query(StrictDict& all, const char* key, const std::string& example,
                 const std::string& must_hold) {
  const std::string url = all.text(key);
  if (url.empty()) return;
  const std::string hint = std::string(key) + ": " + example;
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    all.add("'" + url + "' is no URL", key, hint);
  else if (url.find(must_hold) == std::string::npos)
    all.add("'" + std::string(key) + "' has no " + must_hold + " in it, for which the gate looks",
            key, hint);
}

void check_writer(StrictDict writer) {
  if (writer.value().dict().is_empty()) return;
  writer.know({"uid", "gid", "directory"});
  for (const char* key : {"uid", "gid"}) {
    if (!writer.is_said(key)) writer.add_missing(key, "5001");
    writer.number(key, 1, most_number, 1);
  }
  const std::string directory = writer.required("directory", "/project/ada");
  if (!directory.empty() && !directory.starts_with('/'))
    writer.add("'" + directory + "' is no absolute path", "directory", "directory: /project/ada");
}

void check_capacity(StrictDict capacity) {
  capacity.know({"cpu", "memory"});
  for (const char* key : {"cpu", "memory"}) {
    if (!capacity.has(key, Form::scalar)) continue;
    const std::string amount = Dict::key_text(*capacity.find(key));
    if (!kubernetes::quantity_of(amount))
      capacity.add("'" + amount + "' is no quantity", key,
                   "gates_capacity: {cpu: 65, memory: 157Gi}");
  }
}

}  // namespace

void check_variables(const Dict& of_instance, Diagnostics& diagnostics) {
  const Value variables(of_instance);
  StrictDict all(&variables, "", variables, diagnostics);
  value::check_forms(of_instance, forms, diagnostics);
  check_query(all, "gates_logs_query", "\"https://logs.example.org/query?q=CANARY\"", "CANARY");
  check_query(all, "gates_metrics_query", "http://prometheus.example.org:9090", "");
  check_capacity(all.below("gates_capacity"));
  profile::check_phalanx_qserv(all);
  valid_hours(all);
}

std::chrono::hours valid_hours(StrictDict& variables) {
  return std::chrono::hours(variables.number("gates_valid_hours", 1, most_hours, standard_hours));
}

void check_node_variables(const Dict& of_node, Diagnostics& diagnostics) {
  const Value variables(of_node);
  StrictDict all(&variables, "", variables, diagnostics);
  value::check_forms(of_node, node_forms, diagnostics);
  check_writer(all.below("gates_writer"));
  StrictDict storage = all.below("storage"), lab = all.below("lab");
  for (const Value& one : storage.dicts("mounts")) {
    StrictDict mount(&one, "storage.mounts", one, diagnostics);
    for (const char* key : {"type", "path", "source", "state"}) mount.has(key, Form::text);
    mount.has("read_only", Form::boolean);
  }
  for (const Value& one : lab.dicts("cannot"))
    StrictDict(&one, "lab.cannot", one, diagnostics).has("capability", Form::text);
}

}  // namespace provisioner::gates
