// images.lock: what clusters may run.

#include "provisioner/cluster/registry/images_lock.h"

#include <algorithm>
#include <tuple>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/cluster/registry/image_name.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

constexpr std::int64_t format = 1;
constexpr std::string_view digest_start = "sha256:";

VettedImage image_of(const Value& entry) {
  const std::string digest = value::text_or(entry, "digest", "");
  VettedImage image{.name = value::text_or(entry, "name", ""),
                    .tag = value::text_or(entry, "tag", ""),
                    .sha256 = digest.starts_with(digest_start) ? digest.substr(7) : "",
                    .verdict = value::text_or(entry, "verdict", ""),
                    .scan = value::text_or(entry, "scan", ""),
                    .waived = {},
                    .size = static_cast<std::uint64_t>(
                        std::max<std::int64_t>(0, value::integer_or(entry, "size", 0))),
                    .by = value::text_or(entry, "by", ""),
                    .at = value::text_or(entry, "at", "")};
  if (const Value* waived = entry.find("waived"); waived != nullptr && waived->is_list())
    for (const Value& one : waived->list()) image.waived.push_back(Dict::key_text(one));
  if (!is_repository(image.name) || !(image.tag.empty() || is_tag(image.tag)) ||
      !crypto::is_sha256(image.sha256) || image.verdict.empty() || image.scan.empty())
    throw Error(Kind::input, "this is no entry of a lock of images", entry.pos())
        .set_hint("the file is written by 'provisioner registry vet': put it back as it was");
  return image;
}

auto place(const VettedImage& image) { return std::tie(image.name, image.tag, image.sha256); }

}  // namespace

std::string called(const VettedImage& image) {
  return image.name + (image.tag.empty() ? "" : ":" + image.tag) + "@sha256:" + image.sha256;
}

std::vector<VettedImage> read_images_lock(const std::string& path) {
  const auto file = os::read_regular_file(path);
  if (!file) return {};
  base::Diagnostics diagnostics;
  const Value whole = value::read_yaml(base::register_source(path, file->bytes), diagnostics);
  if (value::integer_or(whole, "format", 0) != format)
    throw Error(Kind::input,
                "'" + path + "' is no lock of images in format " + std::to_string(format))
        .set_hint("a newer provisioner may have written it");
  std::vector<VettedImage> images;
  if (const Value* list = whole.find("images"); list != nullptr && list->is_list())
    for (const Value& entry : list->list()) images.push_back(image_of(entry));
  return images;
}

void write_images_lock(const std::string& path, std::vector<VettedImage> images) {
  std::ranges::sort(images, {}, place);
  std::string text = "# Written by `provisioner registry vet`; review it and commit it.\nformat: " +
                     std::to_string(format) + "\nimages:" + (images.empty() ? " []" : "") + "\n";
  for (const VettedImage& image : images) {
    Dict said{{"name", image.name},
              {"tag", image.tag},
              {"digest", "sha256:" + image.sha256},
              {"verdict", image.verdict},
              {"scan", image.scan}};
    if (!image.waived.empty()) said.set("waived", List(image.waived.begin(), image.waived.end()));
    said.set("size", static_cast<std::int64_t>(image.size));
    said.set("by", image.by);
    said.set("at", image.at);
    text += "  - " + value::write_json(Value(std::move(said))) + "\n";
  }
  os::make_directories(os::parent_of(path));
  os::write_file(path, text);
}

bool add_vetted(std::vector<VettedImage>& images, const VettedImage& image) {
  const auto found = std::ranges::find(images, place(image), place);
  if (found == images.end()) {
    images.push_back(image);
    return true;
  }
  if (found->verdict == image.verdict && found->scan == image.scan && found->waived == image.waived)
    return false;
  *found = image;
  return true;
}

}  // namespace provisioner::registry
