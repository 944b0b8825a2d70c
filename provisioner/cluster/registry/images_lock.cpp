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

VettedImage image_of(const Value& entry) {
  VettedImage image{.name = value::text_or(entry, "name", ""),
                    .tag = value::text_or(entry, "tag", ""),
                    .sha256 = crypto::digest_in(value::text_or(entry, "digest", "")).value_or(""),
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
      image.sha256.empty() || image.verdict.empty() || image.scan.empty())
    throw Error(Kind::input, "this is no entry of a lock of images", entry.pos())
        .set_hint("the file is written by 'provisioner registry vet': put it back as it was");
  return image;
}

DemotedImage demoted_of(const Value& entry) {
  const auto sha256 = crypto::digest_in(value::text_or(entry, "digest", ""));
  if (!sha256)
    throw Error(Kind::input, "this is no entry of a lock of images", entry.pos())
        .set_hint("the file is written by 'provisioner registry demote': put it back as it was");
  return {value::text_or(entry, "name", ""), *sha256, value::text_or(entry, "reason", ""),
          value::text_or(entry, "by", ""), value::text_or(entry, "at", "")};
}

Dict said_of(const VettedImage& image) {
  Dict said{{"name", image.name},
            {"tag", image.tag},
            {"digest", "sha256:" + image.sha256},
            {"verdict", image.verdict},
            {"scan", image.scan}};
  if (!image.waived.empty()) said.set("waived", List(image.waived.begin(), image.waived.end()));
  said.set("size", static_cast<std::int64_t>(image.size));
  said.set("by", image.by);
  said.set("at", image.at);
  return said;
}

std::string line_of(Dict said) { return "  - " + value::write_json(Value(std::move(said))) + "\n"; }

auto place(const VettedImage& image) { return std::tie(image.name, image.tag, image.sha256); }

}  // namespace

std::string called(const VettedImage& image) {
  return image.name + (image.tag.empty() ? "" : ":" + image.tag) + "@sha256:" + image.sha256;
}

const DemotedImage* ImagesLock::demotion_of(const std::string& name,
                                            const std::string& sha256) const {
  const auto found = std::ranges::find_if(
      demoted, [&](const DemotedImage& one) { return one.name == name && one.sha256 == sha256; });
  return found == demoted.end() ? nullptr : &*found;
}

ImagesLock read_images_lock(const std::string& path) {
  const auto file = os::read_regular_file(path);
  if (!file) return {};
  base::Diagnostics diagnostics;
  const Value whole = value::read_yaml(base::register_source(path, file->bytes), diagnostics);
  if (value::integer_or(whole, "format", 0) != format)
    throw Error(Kind::input,
                "'" + path + "' is no lock of images in format " + std::to_string(format))
        .set_hint("a newer provisioner may have written it");
  ImagesLock lock;
  if (const Value* list = whole.find("images"); list != nullptr && list->is_list())
    for (const Value& entry : list->list()) lock.images.push_back(image_of(entry));
  if (const Value* list = whole.find("demoted"); list != nullptr && list->is_list())
    for (const Value& entry : list->list()) lock.demoted.push_back(demoted_of(entry));
  return lock;
}

void write_images_lock(const std::string& path, ImagesLock lock) {
  std::ranges::sort(lock.images, {}, place);
  std::ranges::sort(lock.demoted, {},
                    [](const DemotedImage& one) { return std::tie(one.name, one.sha256); });
  std::string text =
      "# Written by `provisioner registry vet` and `demote`; review it and commit it.\nformat: " +
      std::to_string(format) + "\nimages:" + (lock.images.empty() ? " []" : "") + "\n";
  for (const VettedImage& image : lock.images) text += line_of(said_of(image));
  if (!lock.demoted.empty()) text += "demoted:\n";
  for (const DemotedImage& image : lock.demoted)
    text += line_of(Dict{{"name", image.name},
                         {"digest", "sha256:" + image.sha256},
                         {"reason", image.reason},
                         {"by", image.by},
                         {"at", image.at}});
  os::make_directories(os::parent_of(path));
  os::write_file(path, text);
}

bool add_vetted(ImagesLock& lock, const VettedImage& image) {
  std::erase_if(lock.demoted, [&](const DemotedImage& one) {
    return one.name == image.name && one.sha256 == image.sha256;
  });
  const auto found = std::ranges::find(lock.images, place(image), place);
  if (found == lock.images.end()) {
    lock.images.push_back(image);
    return true;
  }
  if (found->verdict == image.verdict && found->scan == image.scan && found->waived == image.waived)
    return false;
  *found = image;
  return true;
}

bool demote(ImagesLock& lock, const DemotedImage& image) {
  std::erase_if(lock.images, [&](const VettedImage& one) {
    return one.name == image.name && one.sha256 == image.sha256;
  });
  if (lock.demotion_of(image.name, image.sha256) != nullptr) return false;
  lock.demoted.push_back(image);
  return true;
}

}  // namespace provisioner::registry
