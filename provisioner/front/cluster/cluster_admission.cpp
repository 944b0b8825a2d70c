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
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Dict;

constexpr std::size_t largest_list = 1'000'000;  // bytes; of a ConfigMap the API takes 1 MiB

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

void bring_admission(const ClusterWork& work, const kubernetes::ClusterSight& sight) {
  if (work.site.registry.empty()) return;
  const RegistrySite registry = registry_site(work.words, work.site.wish.instance);
  if (!os::is_file(registry.lock))
    cli::say("remark: there is no '" + registry.lock +
             "': where only vetted images may run, none may");
  run_stage(
      work, "admission",
      {{"cluster_host", any_helper(work.site, sight)},
       {"admission_registry", registry.reading_name()},
       {"admission_digests", vetted_digests(registry::read_images_lock(registry.lock).images)}});
}

}  // namespace provisioner::cluster
