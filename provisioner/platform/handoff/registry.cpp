// registry/: where images come from, and which may run.

#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

const std::vector<std::string> standard_mirrored = {"registry.k8s.io", "docker.io", "quay.io",
                                                    "ghcr.io"};

constexpr const char* standard_authority = "/usr/local/share/ca-certificates/site-provisioner.crt";

constexpr const char* adopted_authority = "/etc/containerd/registry-ca.crt";
constexpr const char* no_name = "_default";  // for registries that have no folder of their own

bool is_adopted(const Instance& instance) {
  return instance.text("registry_kind", "distribution") != "distribution";
}

// Where its certificate lies on nodes; "" where their system knows it.
std::string authority_of(const Instance& instance) {
  if (!is_adopted(instance)) return instance.text("site_pki_ca_file", standard_authority);
  return instance.text("registry_ca_file").empty() ? "" : adopted_authority;
}

std::string settings(const std::string& authority, const std::string& margin, bool is_mirror) {
  return margin + "capabilities = [\"pull\", \"resolve\"]\n" +
         (authority.empty() ? "" : margin + "ca = \"" + authority + "\"\n") +
         (is_mirror ? margin + "override_path = true\n" : "");
}

// As the role container_runtime writes it; `cache` is the port of one that the registry keeps.
std::string hosts_toml(const Instance& instance, const std::string& name, const std::string& cache,
                       bool has_proxy) {
  const bool is_mirror = name != instance.registry;
  const std::string authority = authority_of(instance), place = "https://" + instance.registry;
  const std::string below = name == no_name ? "not-brought-in" : name;
  const std::string url = place + (is_mirror ? "/v2/mirror/" + below : "");
  std::string text = "# /etc/containerd/certs.d/" + name + "/hosts.toml" +
                     (is_adopted(instance) ? "" : "; `ca` is tls/site-ca.crt") + ".\n" +
                     "server = \"" + url + "\"\n" + settings(authority, "", is_mirror) +
                     "\n[host.\"" + url + "\"]\n" + settings(authority, "  ", is_mirror);
  if (!cache.empty())
    text += "\n[host.\"https://" + instance.registry.substr(0, instance.registry.rfind(':')) + ":" +
            cache + "\"]\n" + settings(authority, "  ", false);
  if (has_proxy)
    text += "\n[host.\"" + place + "/v2/" + name + "\"]\n" + settings(authority, "  ", true);
  return text;
}

std::map<std::string, std::string> caches_of(const Instance& instance) {
  std::map<std::string, std::string> ports;
  for (const Value& one : items_of(instance.find("registry_pull_through")))
    ports[text_of(one, "name")] = text_of(one, "port");
  return ports;
}

std::set<std::string> proxies_of(const Instance& instance) {
  std::set<std::string> names;
  if (is_adopted(instance))
    for (const Value& one : items_of(instance.find("registry_proxies")))
      names.insert(text_of(one, "name"));
  return names;
}

std::set<std::string> mirrored(const Instance& instance) {
  std::set<std::string> names = {instance.registry};
  for (const Value& one : items_of(instance.find("container_runtime_mirrored")))
    names.insert(Dict::key_text(one));
  if (names.size() == 1) names.insert(standard_mirrored.begin(), standard_mirrored.end());
  for (const auto& [name, port] : caches_of(instance)) names.insert(name);
  for (const auto& [image, digest] : instance.images)
    names.insert(image.substr(0, image.find('/')));
  names.merge(proxies_of(instance));
  if (value::boolean_or(instance.variables, "container_runtime_only_registry",
                        !is_adopted(instance)))
    names.insert(no_name);
  for (const Value& one : items_of(instance.find("container_runtime_direct")))
    names.erase(Dict::key_text(one));
  return names;
}

Value told_of(const Instance& instance) {
  Dict pull{{"needed", false}, {"because", "everybody in the site may read"}};
  if (const std::string name = instance.text("registry_pull_secret"); !name.empty())
    pull = Dict{{"needed", true}, {"secret", name}};
  return Dict{{"reading", instance.registry},
              {"vetted", instance.registry + "/vetted/"},
              {"mirrors", instance.registry + "/mirror/"},
              {"robots", List(instance.robots.begin(), instance.robots.end())},
              {"robots_push_to", "incoming/"},
              {"pull_secret", std::move(pull)},
              {"signed_by", "registry/cosign.pub"}};
}

std::string images_text(const Instance& instance) {
  Dict images;
  for (const auto& [name, digest] : instance.images) images.set(name, "sha256:" + digest);
  return "# What the site has brought in for the cluster itself, as pods name it.\n" +
         yaml_text(Dict{{"images", std::move(images)}});
}

}  // namespace

Files registry_files(const Instance& instance) {
  Files files;
  if (!instance.public_key.empty()) files["registry/cosign.pub"] = instance.public_key;
  if (!instance.images.empty()) files["registry/images.yaml"] = images_text(instance);
  if (instance.registry.empty()) return files;
  auto caches = caches_of(instance);
  const std::set<std::string> proxies = proxies_of(instance);
  for (const std::string& name : mirrored(instance))
    files["registry/certs.d/" + name + "/hosts.toml"] =
        hosts_toml(instance, name, caches[name], proxies.contains(name));
  files["registry/registry.yaml"] =
      "# Where images come from. Passwords of robots are told once, to who makes them: `registry "
      "robots add`.\n" +
      yaml_text(told_of(instance));
  if (!instance.images_lock.empty()) files["registry/images.lock"] = instance.images_lock;
  if (!instance.admission_objects.empty())
    files["registry/admission.yaml"] =
        yaml_documents("Pods of the instance's namespaces run what images.lock names.",
                       instance.admission_objects);
  return files;
}

}  // namespace provisioner::handoff
