// What is needed, held against what is named.

#include "provisioner/cluster/artifacts/needs.h"

#include <algorithm>

#include "provisioner/base/base/text.h"

namespace provisioner::artifacts {
namespace {

struct Named {
  std::string name, version, image;
};

struct Unmet {
  const Need* need;
  std::vector<std::string> by;
};

template <class Entry>
void add_named(const std::vector<Entry>& entries, std::vector<Named>& all) {
  for (const Entry& entry : entries) all.push_back({entry.name, entry.version, entry.image});
}

struct ImageName {
  std::string_view repository, tag;  // "registry.example.org:5000/tool" and "v1"
};

ImageName image_name(std::string_view image) {
  const std::size_t colon = image.rfind(':'), slash = image.rfind('/');
  const bool has_tag = colon != image.npos && (slash == image.npos || colon > slash);
  if (!has_tag) return {image, {}};
  return {image.substr(0, colon), image.substr(colon + 1)};
}

bool is_met(const Need& need, const Named& entry) {
  if (need.kind != Kind::image) return entry.name == need.name && entry.version == need.version;
  return entry.image == need.name ||
         (image_name(need.name).tag.empty() && image_name(entry.image).repository == need.name);
}

// The nearest that there is, since most often a version was forgotten.
std::string others(const Need& need, const std::vector<Named>& named) {
  std::vector<std::string> found;
  for (const Named& entry : named) {
    if (need.kind != Kind::image) {
      if (entry.name == need.name) found.push_back(entry.version);
    } else if (const auto [repository, tag] = image_name(entry.image);
               repository == image_name(need.name).repository) {
      found.emplace_back(tag);
    }
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found.empty() ? "" : "; there is " + base::join(found, ", ");
}

std::string called(const Need& need) {
  if (need.kind == Kind::image) return "the image " + need.name;
  return need.version.empty() ? need.name + " in a version that the inventory does not say"
                              : need.name + " " + need.version;
}

}  // namespace

std::vector<std::string> unmet_needs(const std::vector<Need>& needs,
                                     const std::vector<Wanted>& wanted,
                                     const std::vector<Locked>& locked) {
  std::vector<Named> named;
  add_named(wanted, named);
  add_named(locked, named);
  std::vector<Unmet> unmet;
  for (const Need& need : needs) {
    if (std::ranges::any_of(named, [&](const Named& entry) { return is_met(need, entry); }))
      continue;
    auto at = std::ranges::find_if(unmet, [&](const Unmet& known) {
      return known.need->kind == need.kind && known.need->name == need.name &&
             known.need->version == need.version;
    });
    if (at == unmet.end()) at = unmet.insert(at, Unmet{&need, {}});
    if (std::ranges::find(at->by, need.by) == at->by.end()) at->by.push_back(need.by);
  }
  std::vector<std::string> told;
  for (const Unmet& one : unmet)
    told.push_back(called(*one.need) + ", needed by " + base::join(one.by, ", ") +
                   others(*one.need, named));
  return told;
}

}  // namespace provisioner::artifacts
