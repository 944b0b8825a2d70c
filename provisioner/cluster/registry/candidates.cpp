// From what an operator names to images in a registry.

#include "provisioner/cluster/registry/candidates.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/cluster/registry/image_name.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr std::string_view incoming = "incoming/", mirror = "mirror/", vetted = "vetted/";

// The Rubin Science Platform's: r29_2_0, w_2026_48, d_2026_11_28.
const Families science_platform = {
    {"releases", {"r[0-9]*"}}, {"weeklies", {"w_[0-9]*"}}, {"dailies", {"d_[0-9]*"}}};

Candidate placed(const ImageName& name) {
  Candidate candidate{.repository = name.repository,
                      .tag = name.tag,
                      .sha256 = name.sha256,
                      .name = name.repository};
  for (const std::string_view start : {incoming, mirror, vetted}) {
    if (!candidate.repository.starts_with(start)) continue;
    candidate.is_incoming = start == incoming;
    candidate.name = candidate.repository.substr(start.size());
    return candidate;
  }
  candidate.repository = std::string(incoming) + name.repository;
  return candidate;
}

}  // namespace

Families read_families(const Value& said) {
  if (said.is_none()) return science_platform;
  if (!said.is_dict())
    throw Error(Kind::input,
                "'registry_families' is a dict: what a family is called, and the "
                "patterns of its tags",
                said.pos());
  Families families;
  for (const auto& [word, patterns] : said.dict()) {
    std::vector<std::string>& of = families[Dict::key_text(word)];
    if (patterns.is_list())
      for (const Value& pattern : patterns.list()) of.push_back(Dict::key_text(pattern));
    else
      of.push_back(Dict::key_text(patterns));
  }
  return families;
}

Candidates::Candidates(RegistryClient& from, RegistryClient& own, Families families)
    : incoming_(from), own_(own), families_(std::move(families)) {}

RegistryClient& Candidates::registry_of(const Candidate& candidate) const {
  return candidate.is_incoming ? incoming_ : own_;
}

Candidate Candidates::with_digest(Candidate candidate, const std::string& text) {
  const std::string reference =
      candidate.sha256.empty() ? candidate.tag : "sha256:" + candidate.sha256;
  const auto digest = registry_of(candidate).digest_of(candidate.repository, reference);
  if (!digest)
    throw Error(Kind::usage, "there is no image '" + text + "': the registry has no '" +
                                 candidate.repository + "' with " + reference);
  candidate.sha256 = *digest;
  return candidate;
}

std::vector<Candidate> Candidates::named(const std::string& text) {
  const ImageName name = image_named(text);
  const Candidate candidate = placed(name);
  const auto family = families_.find(name.tag);
  const bool is_family = name.sha256.empty() && family != families_.end();
  if (!is_family && name.tag.find_first_of("*?[") == std::string::npos)
    return {with_digest(candidate, text)};
  const std::vector<std::string> patterns =
      is_family ? family->second : std::vector<std::string>{name.tag};
  std::vector<std::string> tags = registry_of(candidate).tags(candidate.repository);
  std::ranges::sort(tags);
  std::vector<Candidate> all;
  for (const std::string& tag : tags) {
    if (std::ranges::none_of(patterns,
                             [&](const std::string& pattern) { return is_like(tag, pattern); }))
      continue;
    all.push_back(candidate);
    all.back().tag = tag;
    all.back() = with_digest(all.back(), text);
  }
  if (all.empty())
    throw Error(Kind::usage, "no tag of '" + candidate.repository + "' is meant by '" + text + "'");
  return all;
}

Candidate Candidates::again(const VettedImage& image) const {
  return {.is_incoming = false,
          .repository = vetted_repository(image.name),
          .tag = image.tag,
          .sha256 = image.sha256,
          .name = image.name};
}

}  // namespace provisioner::registry
