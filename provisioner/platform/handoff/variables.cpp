// What an inventory says of an instance, before a bundle is made of it.

#include "provisioner/platform/handoff/variables.h"

#include <algorithm>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/gates/variables.h"
#include "provisioner/platform/gates/waivers.h"
#include "provisioner/platform/handoff/reading.h"
#include "provisioner/platform/profile/object_name.h"
#include "provisioner/platform/users/identity.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using value::Form;
using value::StrictDict;
using value::Value;

// A variable that parts are made of, where it is there at all; of a text more is asked where that
// is known, and what is empty stands for nothing.
struct Variable {
  const char* name;
  Form form;
  const TextForm* of_text = nullptr;
};

const std::vector<Variable> known = {
    {"site_name", Form::text},
    {"stage_name", Form::text},
    {"instance_domain", Form::text},
    {"service_subnet", Form::text},
    {"nfs_server", Form::text, &forms::host},
    {"ingress_address", Form::text, &forms::ip_address},
    {"ingress_is_default", Form::boolean},
    {"cluster_issuer", Form::text, &forms::object_name},
    {"cluster_issuer_secret", Form::text, &forms::object_name},
    {"registry_name", Form::text, &forms::host},
    {"registry_address", Form::text, &forms::ip_address},
    {"registry_pull_secret", Form::text, &forms::object_name},
    {"container_runtime_mirrored", Form::texts},
    {"container_runtime_registry", Form::text, &forms::image_registry},
    {"container_runtime_only_registry", Form::boolean},
    {"container_runtime_direct", Form::texts},
    {"registry_kind", Form::text},
    {"registry_proxies", Form::dicts},
    {"registry_ca_file", Form::text},
    {"site_pki_ca_file", Form::text},
    {"argo_cd_namespace", Form::text, &forms::object_name},
    {"qserv_operator_base", Form::text},
    {"qserv_operator_release", Form::text},
    {"qserv_namespace", Form::text},
    {"admission_vetted_only", Form::boolean},
    {"admission_namespaces", Form::texts},
    {"file_access_url", Form::text},
    {"batch_access_url", Form::text},
    {"phalanx_fqdn", Form::text, &forms::host},
    {"phalanx_address", Form::text, &forms::ip_address},
    {"phalanx_init_homes", Form::boolean}};

const std::vector<std::string> reclaiming = {"Delete", "Retain"};

// A tag as projects name releases, or a commit. Of a branch there is something else tomorrow than
// what was signed today.
bool is_release(const std::string& word) {
  static const base::Regex form(R"((?:v[0-9]+|[0-9]+\.[0-9]+)[-+._0-9A-Za-z]*|[0-9a-f]{40})");
  const auto found = form.match_start(word);
  return found && found->end() == word.size();
}

void check_mounts(const Instance& instance, Diagnostics& diagnostics) {
  for (const Value& one : value::dicts_of("nfs_mounts", instance.find("nfs_mounts"), diagnostics)) {
    StrictDict mount(&one, "nfs_mounts", one, diagnostics);
    check_members(mount, {{"path", forms::absolute_path, Empty::read_on}});
    mount.required("source", "nfs.example.org:/home");
    mount.has("read_only", Form::boolean);
    mount.required("path", "/home");
  }
}

void check_caches(const Instance& instance, Diagnostics& diagnostics) {
  constexpr std::int64_t last_port = 65535;
  for (const Value& one : value::dicts_of("registry_pull_through",
                                          instance.find("registry_pull_through"), diagnostics)) {
    StrictDict cache(&one, "registry_pull_through", one, diagnostics);
    know(cache, {{"name", forms::image_registry, Empty::read_on},
                 {"url", forms::url, Empty::read_on},
                 "port"});
    cache.required("name", "quay.io");
    cache.required("url", "https://quay.io");
    if (!cache.is_said("port")) cache.add_missing("port", "5010");
    cache.number("port", 1, last_port, 1);
  }
}

void check_snapshot_classes(const Instance& instance, Diagnostics& diagnostics) {
  for (const Value& said : value::dicts_of("volume_snapshot_classes",
                                           instance.find("volume_snapshot_classes"), diagnostics)) {
    StrictDict one(&said, "volume_snapshot_classes", said, diagnostics);
    one.know({"name", "driver", "default", "reclaim", "parameters"});
    const std::string name = one.required("name", "snapshots");
    if (!name.empty()) profile::check_object_name(one, "name", name);
    one.required("driver", "nfs.csi.k8s.io");
    one.has("default", Form::boolean);
    one.has("parameters", Form::dict);
    const std::string word = one.text("reclaim", reclaiming.front());
    if (std::ranges::find(reclaiming, word) == reclaiming.end())
      one.add("there is no reclaiming '" + word + "'", "reclaim", "Delete, or Retain");
  }
}

void check_gateway_classes(const Instance& instance, Diagnostics& diagnostics) {
  for (const Value& said :
       value::dicts_of("gateway_classes", instance.find("gateway_classes"), diagnostics)) {
    StrictDict one(&said, "gateway_classes", said, diagnostics);
    one.know({"name", "controller"});
    one.required("name", "traefik");
    one.required("controller", "traefik.io/gateway-controller");
  }
}

void check_networks(const Instance& instance, Diagnostics& diagnostics) {
  for (const Value& said :
       value::dicts_of("phalanx_networks", instance.find("phalanx_networks"), diagnostics)) {
    StrictDict one(&said, "phalanx_networks", said, diagnostics);
    one.know({"name", "reach", "type", "master", "mode", "ipam", "config"});
    const std::string name = one.required("name", "kube-system/dds");
    const std::size_t slash = name.find('/');
    if (!name.empty() && (slash == std::string::npos || slash == 0 || slash + 1 == name.size()))
      one.add("'" + name + "' names no namespace and network", "name", "name: kube-system/dds");
    for (const char* key : {"reach", "type", "master", "mode"}) one.has(key, Form::text);
    for (const char* key : {"ipam", "config"}) one.has(key, Form::dict);
  }
}

void check_issuers(const Instance& instance, Diagnostics& diagnostics) {
  if (!instance.owners.is_ours("cert_manager")) return;
  for (const Value& said : value::dicts_of("cert_manager_issuers",
                                           instance.find("cert_manager_issuers"), diagnostics)) {
    StrictDict one(&said, "cert_manager_issuers", said, diagnostics);
    one.required("name", "site-ca");
    const std::string kind = one.required("kind", "ca");
    if (kind != "ca" && kind != "acme" && !kind.empty())
      one.add("there is no kind of issuer '" + kind + "'", "kind", "ca, or acme");
    if (kind != "acme") continue;
    one.required("server", "https://acme.example.org/directory");
    one.required("email", "ops@example.org");
    one.has("solvers", Form::dicts);
    one.has("more", Form::dict);
  }
}

void check_known(const Instance& instance, StrictDict& all) {
  for (const auto& [name, form, of_text] : known) {
    all.has(name, form);
    if (of_text != nullptr) check_members(all, {{name, *of_text, Empty::read_on}});
  }
  if (instance.owners.platform == profile::Platform::phalanx)
    check_in_pools(all, "phalanx_address", instance);
}

// A service of the site that nobody can find is none.
void check_places(const Instance& instance, Diagnostics& diagnostics) {
  for (const char* component : {"file_access", "batch_access"}) {
    if (instance.owners.owner_of(component) != profile::Owner::site) continue;
    StrictDict(&instance.variables, "", instance.variables, diagnostics)
        .add_missing(std::string(component) + "_url", "https://files.example.org",
                     std::string(component) + " is the site's");
  }
}

// A base beside the bundle is the site's own.
bool is_pinned(const std::string& place) {
  if (place.starts_with('.') || place.starts_with('/')) return true;
  constexpr std::string_view key = "ref=";
  const std::size_t query = place.find('?');
  if (query == std::string::npos) return false;
  for (const std::string& part : base::split(place.substr(query + 1), '&'))
    if (part.starts_with(key)) return is_release(part.substr(key.size()));
  return false;
}

void check_qserv(const Instance& instance, StrictDict& all, Diagnostics& diagnostics) {
  const std::string release = instance.text("qserv_operator_release");
  if (all.is_said("qserv_operator_release") && !is_release(release))
    all.add(
        "'" + release + "' can be a branch; expected a tag or 40 hex digits",
        "qserv_operator_release",
        "a release of lsst/qserv-operator, as 2024.11.2-rc1, or the commit that a branch is at");
  const std::string name_space = instance.text("qserv_namespace");
  if (!name_space.empty()) profile::check_object_name(all, "qserv_namespace", name_space);
  const Value* base = instance.find("qserv_operator_base");
  if (base == nullptr || !base->is_string() || is_pinned(base->text())) return;
  // Its line may have a password in a URL.
  diagnostics.add(base::Error(base::Kind::input,
                              "'qserv_operator_base' names no release; expected ?ref= with a tag "
                              "or 40 hex digits",
                              base->pos())
                      .set_hint("end it with ?ref=RELEASE, as ?ref=2024.11.2-rc1")
                      .hide_excerpt());
}

}  // namespace

void check_variables(const Instance& instance, Diagnostics& diagnostics) {
  if (!instance.variables.is_dict()) return;
  StrictDict all(&instance.variables, "", instance.variables, diagnostics);
  check_known(instance, all);
  const auto require_dicts = [&](const char* variable) {
    value::dicts_of(variable, instance.find(variable), diagnostics);
  };
  if (!instance.owners.is_ours("load_balancer")) require_dicts("load_balancer_pools");
  if (!instance.owners.is_ours("storage_classes"))
    for (const char* variable : {"storage_classes", "nfs_volumes", "gpfs_volumes"})
      require_dicts(variable);
  check_snapshot_classes(instance, diagnostics);
  check_gateway_classes(instance, diagnostics);
  check_networks(instance, diagnostics);
  check_issuers(instance, diagnostics);
  check_places(instance, diagnostics);
  check_mounts(instance, diagnostics);
  check_caches(instance, diagnostics);
  profile::check_phalanx_qserv(all);
  gates::valid_hours(all);
  gates::read_waivers(instance.find("gate_waivers"), diagnostics);
  if (const Value* identity = instance.find("identity");
      identity != nullptr && !identity->is_none())
    users::identity_said(*identity, diagnostics);
  check_qserv(instance, all, diagnostics);
  const Value* domain = instance.find("instance_domain");
  if (domain != nullptr && domain->is_string() && !domain->text().empty() &&
      !base::is_dns_name(domain->text()))
    all.add("'" + domain->text() + "' is no name of DNS", "instance_domain",
            "instance_domain: data.example.org");
}

}  // namespace provisioner::handoff
