// images.lock, as the admission policy of a cluster has it.

#include "provisioner/front/cluster/cluster_admission.h"

#include <algorithm>
#include <map>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/admission_look.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Dict;

constexpr std::size_t largest_list = 1'000'000;  // bytes; of a ConfigMap the API takes 1 MiB

// What a control-plane node's variables say, as the role reads them there.
struct AdmissionWish {
  bool is_vetted_only = false;
  std::vector<std::string> namespaces = {};
  base::Pos pos;
};

AdmissionWish admission_wish(const std::vector<cli::NamedNode>& nodes,
                             const cli::ClusterSite& site) {
  AdmissionWish wish;
  for (const cli::NamedNode& node : nodes) {
    if (site.wish.control.empty() || node.name != site.wish.control.front().name) continue;
    if (node.problem) throw *node.problem;
    const value::Value said(node.variables);
    wish.is_vetted_only = value::boolean_or(said, "admission_vetted_only", false);
    if (const value::Value* only = said.find("admission_vetted_only")) wish.pos = only->pos();
    for (const value::Value& one : items_of(said.find("admission_namespaces")))
      wish.namespaces.push_back(Dict::key_text(one));
  }
  return wish;
}

AdmissionWish admission_wish(const cli::RunWords& words, const cli::ClusterSite& site) {
  return admission_wish(cli::instance_nodes(words, site.wish.instance,
                                            {"admission_vetted_only", "admission_namespaces"}),
                        site);
}

Error without_registry(const std::string& instance, const AdmissionWish& wish) {
  return Error(Kind::input,
               "instance '" + instance +
                   "' is to run vetted images alone, and no registry of the inventory says which "
                   "these are",
               wish.pos)
      .set_hint(
          "put a node into its group 'registry', or name that of another instance in "
          "'container_runtime_registry', as 'registry_name' and its port are there");
}

}  // namespace

Dict vetted_digests(const std::vector<registry::VettedImage>& images) {
  std::map<std::string, std::set<std::string>> names;
  for (const registry::VettedImage& image : images) names[image.sha256].insert(image.name);
  Dict digests;
  std::size_t size = 0;
  for (const auto& [digest, of] : names) {
    std::string text = base::join({of.begin(), of.end()}, " ");
    size += digest.size() + text.size();
    digests.set(digest, std::move(text));
  }
  if (size > largest_list)
    throw Error(Kind::refused, "the lock names " + std::to_string(names.size()) +
                                   " images, more than an admission policy can hold")
        .set_hint("let go of what nobody runs: provisioner registry demote");
  return digests;
}

std::optional<ReadRegistry> admitting_registry(const cli::RunWords& words,
                                               const cli::ClusterSite& site) {
  std::optional<ReadRegistry> registry = registry_read_by(words, site.wish.instance);
  if (registry) return registry;
  if (const AdmissionWish wish = admission_wish(words, site); wish.is_vetted_only)
    throw without_registry(site.wish.instance, wish);
  return std::nullopt;
}

void check_admission(const cli::ClusterSite& site, const std::vector<cli::NamedNode>& nodes,
                     const std::set<std::string>& registries, base::Diagnostics& diagnostics) {
  const AdmissionWish wish = admission_wish(nodes, site);
  if (!wish.is_vetted_only || !site.registry.empty()) return;
  for (const cli::NamedNode& node : nodes) {
    const value::Value* named = node.variables.find("container_runtime_registry");
    if (named != nullptr && named->is_string() && registries.contains(named->text())) return;
  }
  diagnostics.add(without_registry(site.wish.instance, wish));
}

std::optional<ReadRegistry> require_admission(const cli::RunWords& words,
                                              const cli::ClusterSite& site) {
  std::optional<ReadRegistry> registry = admitting_registry(words, site);
  // Of its own registry it is not vetted yet what it has not brought up yet.
  if (!registry || !site.registry.empty() || os::is_file(registry->site.lock)) return registry;
  const AdmissionWish wish = admission_wish(words, site);
  if (!wish.is_vetted_only) return registry;
  throw Error(Kind::input,
              "instance '" + site.wish.instance +
                  "' is to run vetted images alone, and the lock of the registry that it pulls "
                  "from is not there, '" +
                  registry->site.lock + "': none of its pods could run",
              wish.pos)
      .set_hint("put that file there (images_lock of " + registry->site.nodes.front() +
                "), or vet an image for it first: provisioner registry vet IMAGES --instance NAME; "
                "until then: admission_vetted_only: false");
}

Notes admission_remarks(const cli::RunWords& words, const cli::ClusterSite& site) {
  const std::optional<ReadRegistry> registry = require_admission(words, site);
  const std::string& instance = site.wish.instance;
  const AdmissionWish wish = admission_wish(words, site);
  if (!wish.is_vetted_only)
    return {{.text = "'" + instance + "' may run images that nobody has vetted",
             .hint = "what holds it to vetted ones is admission_vetted_only: true, with "
                     "admission_namespaces"}};
  Notes notes;
  if (wish.namespaces.empty())
    notes.push_back({.text = "'admission_namespaces' names none: images must be vetted in those "
                             "namespaces alone that have the label provisioner/instance=" +
                             instance});
  if (registry && registry->site.policy.is_none())
    notes.push_back({.text = "'registry_policy' asks for nothing: `registry vet` lets pass "
                             "whatever it can read"});
  if (!registry) return notes;
  const AdmittedImages admitted{
      .registry = registry->name,
      .digests = vetted_digests(registry::read_images_lock(registry->site.lock).images),
      .namespaces = wish.namespaces};
  if (auto beginning = beginning_admission(words, site, admitted))
    notes.push_back({.text = std::move(*beginning)});
  return notes;
}

void bring_admission(const ClusterWork& work, const kubernetes::ClusterSight& sight,
                     const ReadRegistry& registry) {
  const std::string& lock = registry.site.lock;
  if (!os::is_file(lock))
    cli::say("remark: there is no '" + lock + "': where only vetted images may run, none may");
  run_stage(work, "admission",
            {{"cluster_host", any_helper(work.site, sight)},
             {"admission_registry", registry.name},
             {"admission_digests", vetted_digests(registry::read_images_lock(lock).images)}});
}

}  // namespace provisioner::cluster
