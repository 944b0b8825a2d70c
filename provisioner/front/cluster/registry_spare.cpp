// What of the site's registry nobody needs.

#include "provisioner/front/cluster/registry_spare.h"

#include <algorithm>

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

// Of all locks that this controller knows; none where nothing says what mirror/ is for.
std::vector<artifacts::Locked> locked_images(const RegistryWords& words) {
  std::vector<artifacts::Locked> entries =
      artifacts::remembered_entries(artifacts::Store(words.store));
  std::ranges::copy(artifacts_beside(words.run).locked(), std::back_inserter(entries));
  std::erase_if(
      entries, [](const artifacts::Locked& entry) { return entry.kind != artifacts::Kind::image; });
  return entries;
}

std::optional<registry::NeededImages> needed_of_mirror(const RegistryWords& words,
                                                       const RegistrySite& site,
                                                       std::vector<std::string>& remarks) {
  const std::vector<artifacts::Locked> locked = locked_images(words);
  if (locked.empty()) {
    remarks.emplace_back("mirror/ stays as it is: no lock of artefacts is known that names images");
    return std::nullopt;
  }
  registry::NeededImages needed;
  for (const artifacts::Locked& entry : locked) {
    registry::add_needed(needed, entry.image, site.reading_name());
    needed.digests.insert(entry.sha256);
  }
  for (const std::string& instance : instances_that_pull(words, site)) {
    const auto running = images_in_use(words, instance);
    if (!running) {
      remarks.push_back("mirror/ stays as it is: no control-plane node of '" + instance +
                        "' tells what runs there");
      return std::nullopt;
    }
    for (const std::string& image : *running)
      registry::add_needed(needed, image, site.reading_name());
  }
  return needed;
}

}  // namespace

RegistrySpare look_for_spare(const RegistryWords& words, const RegistrySite& site) {
  const int days = vetting_policy_of(site).incoming_days;
  const registry::ImagesLock lock = registry::read_images_lock(site.lock);
  RegistrySpare spare;
  const registry::StoredImages incoming =
      stored_at(words, site, site.incoming_storage, incoming_access(site));
  spare.incoming =
      registry::spare_images(incoming, registry::judge_of_incoming(lock, incoming.now, days));
  const registry::StoredImages own = stored_at(words, site, site.storage, own_access(site));
  spare.own = registry::spare_images(
      own, registry::judge_of_own(lock, needed_of_mirror(words, site, spare.remarks)));
  return spare;
}

}  // namespace provisioner::cluster
