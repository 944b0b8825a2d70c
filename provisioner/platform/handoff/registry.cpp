// registry/: where images come from, and which may run.

#include <algorithm>

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

std::string settings(const std::string& authority, const std::string& margin, bool is_mirror) {
  return margin + "capabilities = [\"pull\", \"resolve\"]\n" + margin + "ca = \"" + authority +
         "\"\n" + (is_mirror ? margin + "override_path = true\n" : "");
}

// As the role container_runtime writes it; `cache` is the port of one that the registry keeps.
std::string hosts_toml(const Instance& instance, const std::string& name,
                       const std::string& cache) {
  const bool is_mirror = name != instance.registry;
  const std::string authority = instance.text("site_pki_ca_file", standard_authority);
  const std::string url = "https://" + instance.registry + (is_mirror ? "/v2/mirror/" + name : "");
  std::string text = "# /etc/containerd/certs.d/" + name +
                     "/hosts.toml; `ca` is tls/site-ca.crt.\n" + "server = \"" + url + "\"\n" +
                     settings(authority, "", is_mirror) + "\n[host.\"" + url + "\"]\n" +
                     settings(authority, "  ", is_mirror);
  if (!cache.empty())
    text += "\n[host.\"https://" + instance.registry.substr(0, instance.registry.rfind(':')) + ":" +
            cache + "\"]\n" + settings(authority, "  ", false);
  return text;
}

std::map<std::string, std::string> caches_of(const Instance& instance) {
  std::map<std::string, std::string> ports;
  for (const Value& one : items_of(instance.find("registry_pull_through")))
    ports[text_of(one, "name")] = text_of(one, "port");
  return ports;
}

std::vector<std::string> mirrored(const Instance& instance) {
  std::vector<std::string> names;
  for (const Value& one : items_of(instance.find("container_runtime_mirrored")))
    names.push_back(Dict::key_text(one));
  if (names.empty()) names = standard_mirrored;
  for (const auto& [name, port] : caches_of(instance))
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  names.push_back(instance.registry);
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
  for (const std::string& name : mirrored(instance))
    files["registry/certs.d/" + name + "/hosts.toml"] = hosts_toml(instance, name, caches[name]);
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
