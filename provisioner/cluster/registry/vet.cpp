// From incoming/ to vetted/.

#include "provisioner/cluster/registry/vet.h"

#include <algorithm>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/registry/bill_of_materials.h"
#include "provisioner/cluster/registry/cosign.h"
#include "provisioner/cluster/registry/image_name.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t largest_bill = 1 << 30;  // bytes

// A folder of this image alone, gone with the command.
class Place {
 public:
  explicit Place(std::string path) : path_(std::move(path)) {
    os::remove_tree(path_);  // of a command that was killed
    os::make_directories(path_, 0700);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    try {
      os::remove_tree(path_);
    } catch (const base::Error&) {
      return;  // the next command's to remove
    }
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::uint64_t largest_part(const PulledImage& image) {
  std::uint64_t size = 0;
  for (const ImagePart& part : image.parts) size = std::max(size, part.size());
  return size;
}

// A node runs whichever platform is its own, so each is looked into.
std::optional<Scan> scan_each(const std::optional<Scanner>& scanner, const PulledImage& image) {
  std::vector<PlatformScan> scans;
  for (const ImagePart& part : image.parts) {
    if (!scanner || part.is_attestation) continue;
    lay_out(image, part);
    scans.emplace_back(part.facts.platform, scan_layout(*scanner, image.folder));
  }
  if (scans.empty()) return std::nullopt;
  return join_scans(std::move(scans));
}

VettedImage entry_for(const Candidate& candidate, const PulledImage& image,
                      const std::optional<Scan>& scan, const Vetted& vetted,
                      const Vetting& vetting) {
  return {.name = candidate.name,
          .tag = candidate.tag,
          .sha256 = image.top.sha256,
          .verdict = vetted.verdict.waived.empty() ? "passed" : "passed with waivers",
          .scan = scan ? scan->text() : "not scanned",
          .waived = vetted.verdict.waived,
          .size = largest_part(image),
          .by = vetting.by,
          .at = os::utc_seconds(vetting.now())};
}

std::string bill_path(const PulledImage& image, const ImagePart& part) {
  return os::join_path(image.folder, "bills/" + part.sha256);
}

// Bills wait on the disk: of an index there may be many.
Examined look_into(const Candidate& candidate, const PulledImage& image) {
  Examined examined;
  os::make_directories(os::join_path(image.folder, "bills"), 0700);
  for (const ImagePart& part : image.parts) {
    if (part.is_attestation) continue;
    const BillOfMaterials bill = bill_of(image, part);
    os::write_file(bill_path(image, part), write_cyclonedx(bill, candidate.name, part.sha256));
    examined.broken_layers[part.sha256] = bill.broken_layers;
  }
  return examined;
}

// A scanner fails at what nobody can read, and what stands against it would not be told.
Verdict verdict_on(const Candidate& candidate, const PulledImage& image, Examined& examined,
                   const Vetting& vetting) {
  const auto now = vetting.now();
  const Verdict unscanned = judge(vetting.policy, candidate.name, image, examined, now);
  if (unscanned.has(layers_check) || unscanned.has(configuration_check)) return unscanned;
  examined.scan = scan_each(vetting.scanner, image);
  return judge(vetting.policy, candidate.name, image, examined, now);
}

// The signature before the tag: what can be seen by a name is signed.
void publish(const Candidate& candidate, const PulledImage& image, RegistryClient& own,
             const Vetting& vetting) {
  const std::string repository = vetted_repository(candidate.name);
  push_image(own, image, repository, "");
  for (const ImagePart& part : image.parts)
    if (!part.is_attestation)
      attach(own, repository, part.sha256, "sbom", "application/vnd.cyclonedx+json",
             os::require_file(bill_path(image, part), largest_bill));
  sign_image(own, repository, image.top.sha256, vetting.place + "/" + repository, vetting.key);
  if (!candidate.tag.empty()) own.push_manifest(repository, candidate.tag, image.top);
}

}  // namespace

Vetted vet(const Candidate& candidate, RegistryClient& from, RegistryClient& own,
           const Vetting& vetting) {
  const Place place(os::join_path(vetting.directory, candidate.sha256));
  const PulledImage image =
      pull_image(from, candidate.repository, "sha256:" + candidate.sha256, place.path());
  Examined examined = look_into(candidate, image);
  Vetted vetted{.verdict = verdict_on(candidate, image, examined, vetting), .image = {}};
  if (!vetted.verdict.is_passed()) return vetted;
  vetted.image = entry_for(candidate, image, examined.scan, vetted, vetting);
  publish(candidate, image, own, vetting);
  return vetted;
}

bool is_vetted(const Candidate& candidate, const ImagesLock& lock, RegistryClient& own,
               const std::string& public_key) {
  const std::string repository = vetted_repository(candidate.name);
  return std::ranges::any_of(lock.images,
                             [&](const VettedImage& image) {
                               return image.name == candidate.name && image.tag == candidate.tag &&
                                      image.sha256 == candidate.sha256;
                             }) &&
         own.digest_of(repository, candidate.tag.empty() ? "sha256:" + candidate.sha256
                                                         : candidate.tag) == candidate.sha256 &&
         is_image_signed(own, repository, candidate.sha256, public_key);
}

}  // namespace provisioner::registry
