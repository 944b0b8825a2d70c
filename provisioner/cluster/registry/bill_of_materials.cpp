// What an image holds, read from its layers.

#include "provisioner/cluster/registry/bill_of_materials.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/registry/image_files.h"

namespace provisioner::registry {
namespace {

constexpr std::uint64_t most_memory = 256 << 20;  // bytes

}  // namespace

BillOfMaterials bill_of(const PulledImage& image, const ImagePart& part) {
  ImageFiles files(most_memory);
  base::while_doing("looking into the image sha256:" + part.sha256, {}, [&] {
    for (const artifacts::Blob& layer : part.manifest.layers)
      files.add_layer(image.blob_path(layer.sha256));
  });
  BillOfMaterials bill;
  bill.has_unread = !files.is_whole();
  bill.broken_layers = files.broken_layers();
  for (auto& [path, file] : std::move(files).all()) {
    bill.has_unread = bill.has_unread || file.is_unread;
    std::ranges::move(file.packages, std::back_inserter(bill.packages));
    if (file.system.empty()) continue;
    bill.system = file.system;
    bill.system_version = file.system_version;
  }
  std::ranges::sort(bill.packages);
  const auto twice = std::ranges::unique(bill.packages);
  bill.packages.erase(twice.begin(), twice.end());
  return bill;
}

}  // namespace provisioner::registry
