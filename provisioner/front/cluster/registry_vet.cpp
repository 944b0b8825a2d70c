// provisioner registry vet: from incoming/ to vetted/, into images.lock, and into the admission of
// clusters.

#include "provisioner/front/cluster/registry_vet.h"

#include <iostream>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/cluster/registry/vet.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/registry_instances.h"
#include "provisioner/front/cluster/registry_lock.h"
#include "provisioner/front/cluster/registry_policy.h"
#include "provisioner/front/cluster/signing_key.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

registry::Vetting vetting_for(const RegistrySite& site, const ClusterWork& work) {
  return {.policy = vetting_policy_of(site),
          .scanner = registry::read_scanner(site.scanner),
          .key = signing_key(),
          .place = site.reading_name(),
          .directory = os::join_path(work.directory, "vetting"),
          .by = cli::operator_name(),
          .now = [] { return os::system_clock().wall(); }};
}

// What CI has pushed says what it likes: labels, users, names of packages.
std::string plain(const std::string& text) { return base::escape_for_terminal(text); }

std::string shown(const registry::Candidate& candidate) {
  return candidate.name + (candidate.tag.empty() ? "" : ":" + candidate.tag) +
         "@sha256:" + candidate.sha256;
}

void tell(const registry::Candidate& candidate, const registry::Vetted& vetted) {
  for (const std::string& remark : vetted.verdict.remarks)
    std::cout << "remark: " << plain(remark) << "\n";
  if (vetted.verdict.is_passed()) {
    std::cout << "vetted: " << shown(candidate) << ", " << plain(vetted.image.verdict) << ", "
              << plain(vetted.image.scan) << "\n";
    for (const std::string& waived : vetted.verdict.waived)
      std::cout << "waived: " << plain(waived) << "\n";
    return;
  }
  std::cout << "refused: " << shown(candidate) << "\n";
  for (const registry::Verdict::Objection& objection : vetted.verdict.objections)
    std::cout << "against it: " << objection.check << ": " << plain(objection.text) << "\n";
  if (candidate.repository.starts_with("vetted/"))
    std::cout << "hint: clusters may run it all the same, until: provisioner registry demote "
              << candidate.name << "@sha256:" << candidate.sha256 << " --reason WHY\n";
}

struct Sum {
  std::size_t vetted = 0, there = 0, refused = 0;
};

class Work {
 public:
  Work(const RegistryWords& words, const RegistrySite& site)
      : words_(words),
        site_(site),
        work_(registry_work(words.run)),
        held_(hold_registry(work_)),
        vetting_(vetting_for(site_, work_)),
        incoming_(incoming_access(site_)),
        own_(own_access(site_)),
        lock_(registry::read_images_lock(site_.lock)) {
    os::remove_tree(vetting_.directory);  // what killed commands have left
  }

  std::vector<registry::Candidate> candidates() {
    registry::Candidates found(incoming_, own_, registry::read_families(site_.families));
    std::vector<registry::Candidate> all;
    for (const auto* names : {&words_.names, &words_.families})
      for (const std::string& name : *names)
        for (registry::Candidate& candidate : found.named(name))
          all.push_back(std::move(candidate));
    if (words_.is_again)
      for (const registry::VettedImage& image : lock_.images) all.push_back(found.again(image));
    return all;
  }

  // Written after each: killed here, the next command goes on behind it.
  void take(const registry::Candidate& candidate, Sum& sum) {
    if (!words_.is_again && registry::is_vetted(candidate, lock_, own_, signing_key_public())) {
      ++sum.there;
      return;
    }
    if (const registry::DemotedImage* demoted = lock_.demotion_of(candidate.name, candidate.sha256);
        demoted != nullptr && !words_.is_lifted) {
      std::cout << "refused: " << shown(candidate) << "\nagainst it: it was demoted by "
                << plain(demoted->by) << " on " << plain(demoted->at) << ": "
                << plain(demoted->reason)
                << "\nhint: where that is settled: provisioner registry vet " << candidate.name
                << "@sha256:" << candidate.sha256 << " --lift\n";
      ++sum.refused;
      return;
    }
    cli::say("looking into " + shown(candidate));
    const registry::Vetted vetted =
        base::while_doing("vetting '" + shown(candidate) + "'", {}, [&] {
          return registry::vet(candidate, candidate.is_incoming ? incoming_ : own_, own_, vetting_);
        });
    tell(candidate, vetted);
    ++(vetted.verdict.is_passed() ? sum.vetted : sum.refused);
    if (vetted.verdict.is_passed() && registry::add_vetted(lock_, vetted.image))
      registry::write_images_lock(site_.lock, lock_);
  }

 private:
  const RegistryWords& words_;
  const RegistrySite& site_;
  ClusterWork work_;
  os::Descriptor held_;
  registry::Vetting vetting_;
  registry::RegistryClient incoming_, own_;
  registry::ImagesLock lock_;
};

}  // namespace

int vet_images(const RegistryWords& words) {
  if (words.names.empty() && words.families.empty() && !words.is_again)
    throw Error(Kind::usage, "no image is named")
        .set_hint("NAME:TAG, --family NAME:weeklies, or --again for all that were vetted before");
  const RegistrySite site = registry_site(words.run, words.instance);
  Sum sum;
  {
    Work work(words, site);
    for (const registry::Candidate& candidate : work.candidates()) work.take(candidate, sum);
    std::cout << base::counted(sum.vetted, "image") << " vetted, " << sum.there << " as before, "
              << sum.refused << " refused; the lock is '" << site.lock << "'\n";
  }
  const ToldInstances told = tell_instances(words, site);
  return sum.refused == 0 && told.is_well ? cli::exit_fine : cli::exit_not_so;
}

}  // namespace provisioner::cluster
