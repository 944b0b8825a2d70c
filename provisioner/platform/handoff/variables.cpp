// What an inventory says of an instance, before a bundle is made of it.

#include "provisioner/platform/handoff/variables.h"

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/value/strict_dict.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using value::Form;
using value::StrictDict;
using value::Value;

const std::vector<value::FormOf> forms = {{"site_name", Form::text},
                                          {"stage_name", Form::text},
                                          {"instance_domain", Form::text},
                                          {"service_subnet", Form::text},
                                          {"nfs_server", Form::text},
                                          {"ingress_address", Form::text},
                                          {"ingress_is_default", Form::boolean},
                                          {"cluster_issuer", Form::text},
                                          {"cluster_issuer_secret", Form::text},
                                          {"registry_name", Form::text},
                                          {"registry_address", Form::text},
                                          {"registry_pull_secret", Form::text},
                                          {"container_runtime_mirrored", Form::texts},
                                          {"container_runtime_registry", Form::text},
                                          {"container_runtime_only_registry", Form::boolean},
                                          {"container_runtime_direct", Form::texts},
                                          {"registry_kind", Form::text},
                                          {"registry_proxies", Form::dicts},
                                          {"registry_ca_file", Form::text},
                                          {"site_pki_ca_file", Form::text},
                                          {"argo_cd_namespace", Form::text},
                                          {"qserv_operator_base", Form::text},
                                          {"admission_vetted_only", Form::boolean},
                                          {"admission_namespaces", Form::texts}};

void check_mounts(const Instance& instance, Diagnostics& diagnostics) {
  for (const Value& one : value::dicts_of("nfs_mounts", instance.find("nfs_mounts"), diagnostics)) {
    StrictDict mount(&one, "nfs_mounts", one, diagnostics);
    mount.required("source", "nfs.example.org:/home");
    mount.has("read_only", Form::boolean);
    const std::string path = mount.required("path", "/home");
    if (!path.empty() && !path.starts_with('/'))
      mount.add("'" + path + "' is no absolute path", "path", "path: /home");
  }
}

void check_caches(const Instance& instance, Diagnostics& diagnostics) {
  constexpr std::int64_t last_port = 65535;
  for (const Value& one : value::dicts_of("registry_pull_through",
                                          instance.find("registry_pull_through"), diagnostics)) {
    StrictDict cache(&one, "registry_pull_through", one, diagnostics);
    cache.required("name", "quay.io");
    if (!cache.is_said("port")) cache.add_missing("port", "5010");
    cache.number("port", 1, last_port, 1);
  }
}

}  // namespace

void check_variables(const Instance& instance, Diagnostics& diagnostics) {
  if (!instance.variables.is_dict()) return;
  value::check_forms(instance.variables.dict(), forms, diagnostics);
  const auto require_dicts = [&](const char* variable) {
    value::dicts_of(variable, instance.find(variable), diagnostics);
  };
  if (!instance.owners.is_ours("load_balancer")) require_dicts("load_balancer_pools");
  if (!instance.owners.is_ours("storage_classes"))
    for (const char* variable : {"storage_classes", "nfs_volumes", "gpfs_volumes"})
      require_dicts(variable);
  check_mounts(instance, diagnostics);
  check_caches(instance, diagnostics);
  const Value* domain = instance.find("instance_domain");
  if (domain != nullptr && domain->is_string() && !domain->text().empty() &&
      !base::is_dns_name(domain->text()))
    StrictDict(&instance.variables, "", instance.variables, diagnostics)
        .add("'" + domain->text() + "' is no name of DNS", "instance_domain",
             "instance_domain: data.example.org");
}

}  // namespace provisioner::handoff
