// All files of a bundle.

#include "provisioner/platform/handoff/bundle.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/phalanx.h"
#include "provisioner/platform/handoff/readme.h"
#include "provisioner/platform/handoff/variables.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using profile::Platform;
using value::Dict;
using value::List;
using value::Value;

constexpr int format = 1;

// Manifests, first those that others need. What "namespaces/" holds besides comes in between.
constexpr std::array<const char*, 14> apply_order = {"namespaces/namespaces.yaml",
                                                     "gen3/namespace.yaml",
                                                     "namespaces/",
                                                     "storage/classes.yaml",
                                                     "storage/volumes.yaml",
                                                     "storage/snapshot-classes.yaml",
                                                     "qserv/volumes.yaml",
                                                     "network/pools.yaml",
                                                     "network/ingress-class.yaml",
                                                     "network/gateway-classes.yaml",
                                                     "network/networks.yaml",
                                                     "tls/trust.yaml",
                                                     "tls/issuer.yaml",
                                                     "registry/admission.yaml"};

void add(Files& files, Files more) { files.merge(more); }

// What a platform adds to that which all have.
struct Added {
  Files files = {};
  std::vector<OidcClient> clients = {};
  std::vector<std::string> steps = {};
};

Added of_platform(const Instance& instance, Diagnostics& diagnostics) {
  if (instance.owners.platform == Platform::gen3) {
    const Gen3 gen3 = read_gen3(instance, diagnostics);
    return {gen3_files(instance, gen3), oidc_clients(gen3), gen3_steps(instance, gen3)};
  }
  if (instance.owners.platform == Platform::phalanx) {
    const Phalanx phalanx = read_phalanx(instance, diagnostics);
    return {phalanx_files(instance, phalanx), oidc_clients(phalanx), phalanx_steps(phalanx)};
  }
  return {};
}

List owners_of(const Instance& instance) {
  List all;
  for (const profile::Ownership& one : instance.owners.components) {
    Dict said{{"component", one.component},
              {"owner", std::string(name_of(one.owner))},
              {"because", one.because}};
    if (const std::string place = place_of(instance, one.component); !place.empty())
      said.set("at", place);
    all.emplace_back(std::move(said));
  }
  return all;
}

Dict versions_of(const Instance& instance) {
  Dict versions{{"kubernetes", instance.kubernetes}};
  for (const auto& [name, version] : instance.versions) versions.set(name, version);
  return versions;
}

// How the gates came out, without what they took and where they ran.
Value gates_of(const Instance& instance) {
  if (!instance.gates) return {};
  const Value& said = instance.gates->said;
  List outcomes;
  for (const Value& one : items_of(said.find("gates")))
    outcomes.emplace_back(Dict{{"id", text_of(one, "id")},
                               {"name", text_of(one, "name")},
                               {"result", text_of(one, "result")},
                               {"text", text_of(one, "text")}});
  return Dict{{"finished", text_of(said, "finished")},
              {"passed", value::boolean_or(said, "passed", false)},
              {"deployed", value::boolean_or(said, "deployed", false)},
              {"waivers", items_of(said.find("waivers"))},
              {"gates", std::move(outcomes)}};
}

std::string summary_text(const Instance& instance, const Files& files) {
  List listed;
  for (const auto& [path, bytes] : files)
    listed.emplace_back(Dict{{"path", path},
                             {"sha256", crypto::sha256(bytes)},
                             {"size", static_cast<std::int64_t>(bytes.size())}});
  const auto apply = manifests_of(files);
  const Dict summary{{"format", format},
                     {"instance", instance.name},
                     {"site", instance.site},
                     {"stage", instance.stage},
                     {"platform", std::string(name_of(instance.owners.platform))},
                     {"draft", instance.is_draft},
                     {"made_by", instance.program},
                     {"api", instance.api_url},
                     {"versions", versions_of(instance)},
                     {"owners", owners_of(instance)},
                     {"gates", gates_of(instance)},
                     {"apply", List(apply.begin(), apply.end())},
                     {"files", std::move(listed)}};
  return value::write_json(summary, {.indent = 2, .ascii_only = false}) + "\n";
}

}  // namespace

std::vector<std::string> manifests_of(const Files& bundle) {
  std::vector<std::string> paths;
  for (const std::string wanted : apply_order)
    for (const auto& [path, bytes] : bundle) {
      const bool is_meant = path == wanted || (wanted.ends_with('/') && path.starts_with(wanted));
      if (is_meant && std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
    }
  return paths;
}

Files bundle_files(const Instance& instance, Diagnostics& diagnostics) {
  Files files;
  check_variables(instance, diagnostics);
  for (const auto part :
       {storage_files, network_files, tls_files, registry_files, access_files, qserv_files})
    add(files, part(instance));
  Added added = of_platform(instance, diagnostics);
  add(files, std::move(added.files));
  add(files, identity_files(instance, added.clients));
  if (files.contains("qserv/kustomization.yaml")) added.steps.push_back(qserv_step(instance));
  if (!instance.lock.empty()) files["instance.lock"] = instance.lock;
  files["README.md"] = readme(instance, files, added.steps);
  files[summary_file] = summary_text(instance, files);
  files[checksums_file] = checksums_of(files);
  return files;
}

void check_instance(const Instance& instance, Diagnostics& diagnostics) {
  const auto is_said = [&](const char* variable) {
    const Value* said = instance.find(variable);
    const bool is_empty = said == nullptr || (said->is_dict() && said->dict().is_empty());
    return !is_empty && !said->is_none();
  };
  check_variables(instance, diagnostics);
  const Platform platform = instance.owners.platform;
  if (platform == Platform::gen3 && is_said("gen3")) read_gen3(instance, diagnostics);
  if (platform == Platform::phalanx && is_said("phalanx")) read_phalanx(instance, diagnostics);
}

Value summary_of(const Files& bundle) {
  return value::read_json(bundle.at(summary_file), summary_file);
}

}  // namespace provisioner::handoff
