// What of the site's registry nobody needs.

#include "provisioner/front/cluster/registry_spare.h"

#include <algorithm>
#include <utility>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/artifacts/lock_check.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cluster/registry_instances.h"
#include "provisioner/front/cluster/registry_pods.h"
#include "provisioner/front/cluster/registry_policy.h"
#include "provisioner/front/cluster/registry_stored_script.h"
#include "provisioner/front/cluster/site_artifacts.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::minutes longest_listing{5}, longest_asking{6};

registry::StoredImages stored_at(const RegistryWords& words, const RegistrySite& site,
                                 const std::string& storage, const registry::Access& access) {
  const std::string& node = site.nodes.front();
  const std::string script =
      "set -- " + base::shell_quote(storage) + "\n" + std::string(registry_stored_script());
  const auto answers = cli::node_answers(words.run, {node},
                                         {.script = script,
                                          .longest = longest_listing,
                                          .together = longest_asking,
                                          .is_verbatim = true});
  const auto answer = answers.find(node);
  if (answer == answers.end())
    throw Error(Kind::unreachable,
                "the registry's node '" + node + "' does not tell what is in '" + storage + "'")
        .set_hint("see: provisioner registry status");
  registry::StoredImages stored = registry::read_stored_images(answer->second);
  registry::RegistryClient client(access);
  registry::read_what_they_name(client, stored);
  return stored;
}

void add_images(std::vector<artifacts::Locked> entries, std::vector<artifacts::Locked>& images) {
  for (artifacts::Locked& entry : entries)
    if (entry.kind == artifacts::Kind::image) images.push_back(std::move(entry));
}

// Of all locks that this controller knows.
std::vector<artifacts::Locked> locked_images(const RegistryWords& words) {
  std::vector<artifacts::Locked> images;
  for (artifacts::RememberedLock& lock : artifacts::remembered_locks(artifacts::Store(words.store)))
    add_images(std::move(lock.entries), images);
  add_images(artifacts_beside(words.run).locked(), images);
  return images;
}

bool has_images(const artifacts::RememberedLock& lock) {
  return std::ranges::any_of(lock.entries, [](const artifacts::Locked& entry) {
    return entry.kind == artifacts::Kind::image;
  });
}

std::optional<registry::NeededImages> needed_of_mirror(
    const RegistryWords& words, const std::vector<PullingInstance>& instances,
    std::vector<std::string>& remarks) {
  if (const std::string doubt = doubt_about_mirror(words, instances); !doubt.empty()) {
    remarks.push_back("mirror/ stays as it is: " + doubt);
    return std::nullopt;
  }
  registry::NeededImages needed;
  for (const artifacts::Locked& entry : locked_images(words)) {
    registry::add_needed(needed, entry.image);
    needed.digests.insert(entry.sha256);
  }
  for (const PullingInstance& instance : instances) {
    const auto running = images_in_use(words, instance.name);
    if (!running) {
      remarks.push_back("mirror/ stays as it is: no control-plane node of '" + instance.name +
                        "' tells what runs there");
      return std::nullopt;
    }
    for (const std::string& image : *running) registry::add_needed(needed, image);
    for (const std::string& image : instance.sandboxes) registry::add_needed(needed, image);
  }
  return needed;
}

registry::Judge limited(registry::Judge judge, const registry::SpareImages* told) {
  return told == nullptr ? judge : registry::judge_of_told(*told, std::move(judge));
}

// The storages before the clusters: what is pushed and run between the two is not seen as spare.
RegistrySpare look(const RegistryWords& words, const RegistrySite& site,
                   const RegistrySpare* told) {
  const int days = vetting_policy_of(site).incoming_days;
  const registry::ImagesLock lock = registry::read_images_lock(site.lock);
  const std::vector<PullingInstance> instances = instances_that_pull(words, site);
  RegistrySpare spare;
  const registry::StoredImages incoming =
      stored_at(words, site, site.incoming_storage, incoming_access(site));
  spare.incoming = registry::spare_images(
      incoming, limited(registry::judge_of_incoming(lock, incoming.now, days),
                        told == nullptr ? nullptr : &told->incoming));
  const registry::StoredImages own = stored_at(words, site, site.storage, own_access(site));
  spare.own = registry::spare_images(
      own, limited(registry::judge_of_own(lock, needed_of_mirror(words, instances, spare.remarks)),
                   told == nullptr ? nullptr : &told->own));
  return spare;
}

}  // namespace

RegistrySpare look_for_spare(const RegistryWords& words, const RegistrySite& site) {
  return look(words, site, nullptr);
}

RegistrySpare look_again(const RegistryWords& words, const RegistrySite& site,
                         const RegistrySpare& told) {
  return look(words, site, &told);
}

std::string doubt_about_mirror(const RegistryWords& words,
                               const std::vector<PullingInstance>& instances) {
  const std::vector<std::string> own = locks_beside(words.run);
  for (const artifacts::RememberedLock& lock :
       artifacts::remembered_locks(artifacts::Store(words.store)))
    if (has_images(lock) && std::ranges::find(own, lock.path) == own.end())
      return "the lock '" + lock.path +
             "' is of another inventory, and its clusters were not asked; where they are gone: "
             "provisioner artifacts gc --forget " +
             lock.path;
  if (instances.empty())
    return "the inventory has no cluster that is known to pull from it, and could be asked";
  if (locked_images(words).empty()) return "no lock of artefacts is known that names images";
  return {};
}

}  // namespace provisioner::cluster
