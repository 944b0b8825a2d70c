// provisioner registry gc, prepull, backup, restore.

#include "provisioner/front/cluster/registry_care.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/cluster/registry/image_backup.h"
#include "provisioner/cluster/registry/image_name.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/registry_lock.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;

// "team/tool:w_*", or "team/*" for all tags.
bool is_meant(const registry::VettedImage& image, const std::vector<std::string>& patterns) {
  if (patterns.empty()) return true;
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return registry::is_like(image.name, pattern) ||
           registry::is_like(image.name + ":" + image.tag, pattern) ||
           registry::called(image) == pattern;
  });
}

List images_for(const RegistrySite& site, const std::vector<std::string>& patterns) {
  List images;
  for (const registry::VettedImage& image : registry::read_images_lock(site.lock).images) {
    if (!is_meant(image, patterns)) continue;
    const std::string reference =
        site.reading_name() + "/vetted/" + image.name + "@sha256:" + image.sha256;
    const std::string mebibytes = std::to_string((image.size >> 20) + 1);
    const value::Value one(Dict{{"image", reference}, {"line", mebibytes + " " + reference}});
    if (std::ranges::find(images, one) == images.end()) images.push_back(one);
  }
  return images;
}

}  // namespace

int collect_registry_garbage(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  if (!site.is_ours())
    throw Error(Kind::usage, "a registry of kind '" + site.kind + "' collects its own garbage")
        .set_hint("whoever looks after it says when");
  const ClusterWork work = registry_work(words.run);
  const os::Descriptor held = hold_registry(work);
  run_stage(work, "registry_gc", {{"cluster_registry", names_of_nodes(site)}});
  std::cout << "garbage is collected, and images are taken again\n";
  return cli::exit_fine;
}

int prepull_images(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const List images = images_for(site, words.names);
  if (images.empty())
    throw Error(Kind::usage, "no image of the lock is meant")
        .set_hint("see: provisioner registry list");
  const std::string pattern =
      words.pattern.empty() ? "instance_" + words.instance + ":&worker" : words.pattern;
  if (words.pattern.empty() && words.instance.empty())
    throw Error(Kind::usage, "no node is named")
        .set_hint("all workers of an instance: --instance NAME, or nodes: -l NODES");
  const auto nodes = cli::named_nodes({words.run, pattern});
  if (!nodes) throw Error(Kind::input, "the inventory has mistakes");
  List names;
  for (const cli::NamedNode& node : *nodes) names.emplace_back(node.name);
  const std::size_t count = names.size();
  run_stage(registry_work(words.run), "prepull",
            {{"cluster_prepulled", std::move(names)}, {"prepull_images", images}});
  std::cout << base::counted(images.size(), "image") << " on " << base::counted(count, "node")
            << "\n";
  return cli::exit_fine;
}

// The lock goes with the blobs: each is of no use without the other.
int back_up_registry(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const os::Descriptor held = hold_registry(registry_work(words.run));
  const registry::ImagesLock lock = registry::read_images_lock(site.lock);
  registry::RegistryClient own(own_access(site));
  const registry::BackupCount count = registry::back_up(own, lock, words.file, cli::say);
  registry::write_images_lock(os::join_path(words.file, "images.lock"), lock);
  std::cout << base::counted(count.images, "image") << " in '" << words.file << "', "
            << base::counted(count.blobs, "blob") << " of them new\n";
  return cli::exit_fine;
}

// What the site's lock has it keeps, where there is one: it may be newer than the backup.
int restore_registry(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const os::Descriptor held = hold_registry(registry_work(words.run));
  registry::RegistryClient own(own_access(site));
  const registry::BackupCount count = registry::restore(own, words.file, cli::say);
  std::cout << base::counted(count.images, "manifest") << " and "
            << base::counted(count.blobs, "blob") << " restored\n";
  if (os::exists(site.lock)) return cli::exit_fine;
  registry::write_images_lock(site.lock,
                              registry::read_images_lock(os::join_path(words.file, "images.lock")));
  std::cout << "the lock is '" << site.lock << "' again; clusters learn of it by `cluster up`\n";
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
