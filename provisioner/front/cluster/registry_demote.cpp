// provisioner registry demote: what was vetted may run no more.

#include "provisioner/front/cluster/registry_demote.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/withdraw.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cluster/registry_instances.h"
#include "provisioner/front/cluster/registry_lock.h"
#include "provisioner/front/cluster/registry_pods.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using registry::DemotedImage;

// Those of the lock that a name means; also one that was demoted before, whose withdrawal may have
// been cut off.
std::vector<DemotedImage> meant(const registry::ImagesLock& lock, std::string text,
                                const std::string& reason) {
  text = registry::below_vetted(std::move(text));
  const registry::ImageName name = registry::image_named(text);
  DemotedImage image{.name = name.repository,
                     .sha256 = {},
                     .reason = reason,
                     .by = cli::operator_name(),
                     .at = os::utc_seconds(os::system_clock().wall())};
  std::vector<DemotedImage> found;
  const auto add = [&](const std::string& sha256) {
    if (std::ranges::find(found, sha256, &DemotedImage::sha256) != found.end()) return;
    image.sha256 = sha256;
    found.push_back(image);
  };
  for (const registry::VettedImage& one : lock.images)
    if (one.name == name.repository &&
        (name.sha256.empty() ? registry::is_like(one.tag, name.tag) : one.sha256 == name.sha256))
      add(one.sha256);
  if (lock.demotion_of(name.repository, name.sha256) != nullptr) add(name.sha256);
  if (found.empty())
    throw Error(Kind::usage, "no image of the lock is meant by '" + text + "'")
        .set_hint("see: provisioner registry list");
  return found;
}

// Whether all instances told.
bool report(const RegistryWords& words, const std::vector<std::string>& instances,
            const std::vector<DemotedImage>& images) {
  cli::Table table({"IMAGE", "INSTANCE", "POD", "NODE"});
  std::size_t count = 0;
  const PodsSeen seen = running_pods(words.run, instances);
  for (const DemotedImage& image : images)
    for (const RunningPod& pod : seen.pods) {
      if (!pod.runs(image.sha256)) continue;
      table.add({image.name, pod.instance, pod.name, pod.node});
      ++count;
    }
  const bool is_known = seen.silent.empty();
  if (count != 0) {
    std::cout << "it still runs in these pods, which nobody ends but you:\n";
    table.print(std::cout);
  } else if (is_known) {
    std::cout << "no pod runs it\n";
  } else if (seen.silent.size() < instances.size()) {
    std::cout << "no pod of the others runs it\n";
  }
  if (!is_known)
    std::cout << "whether pods of " << base::join(seen.silent, ", ")
              << " run it nobody knows: no control-plane node tells\n"
              << "hint: once one answers: provisioner registry demote " << images.front().name
              << "@sha256:" << images.front().sha256
              << (images.size() == 1 ? "\n" : ", and the others that are named above\n");
  return is_known;
}

}  // namespace

// Out of the lock first: what is not in it no cluster lets in, wherever we are killed.
int demote_images(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const ClusterWork work = registry_work(words.run);
  std::vector<DemotedImage> images;
  {
    const os::Descriptor held = hold_registry(work);
    registry::ImagesLock lock = registry::read_images_lock(site.lock);
    for (const std::string& name : words.names)
      for (DemotedImage& image : meant(lock, name, words.reason))
        images.push_back(std::move(image));
    for (const DemotedImage& image : images) registry::demote(lock, image);
    registry::write_images_lock(site.lock, lock);
    registry::RegistryClient own(own_access(site));
    for (const DemotedImage& image : images) {
      registry::withdraw(own, image, lock);
      std::cout << "demoted: " << image.name << "@sha256:" << image.sha256 << "\n";
    }
  }
  const ToldInstances told = tell_instances(words, site);
  const bool is_known = report(words, told.names, images);
  return told.is_well && is_known ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace provisioner::cluster
