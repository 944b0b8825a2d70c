// Images that are not the same tomorrow, or that nobody gives out any more.

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/lint/values.h"

namespace provisioner::lint {
namespace {

using value::Value;

constexpr std::array<std::string_view, 9> moving_tags = {
    "latest", "master", "main", "develop", "alpine", "stable", "edge", "nightly", "dev"};

bool is_moving(const std::string& tag) {
  return tag.empty() || std::ranges::find(moving_tags, tag) != moving_tags.end();
}

// Bitnami's images at Docker's, not those that the company has put aside (bitnamilegacy).
bool is_bitnami(const std::string& image) {
  return image.starts_with("bitnami/") || image.find("/bitnami/") != std::string::npos;
}

void add(const base::Pos& pos, const std::string& image, Findings& findings) {
  if (is_bitnami(image))
    findings.push_back(
        {.rule = {},
         .pos = pos,
         .because = "'" + image + "' is of Bitnami's free catalogue, which ended in 2025",
         .fix = "an image that this site's registry has, by tag or digest"});
  else
    findings.push_back({.rule = {},
                        .pos = pos,
                        .because = "'" + image +
                                   "' is another image whenever its maker says so: two "
                                   "nodes may run two of them",
                        .fix = "a tag of a release, or a digest"});
}

// Elasticsearch's chart has it beside the image.
std::string tag_beside(const Value& dict) {
  const Value* tag = dict.find("imageTag");
  return tag == nullptr || tag->is_none() ? "" : value::Dict::key_text(*tag);
}

// "docker.io/library/nginx:alpine", or without a tag, which then is `otherwise`.
void check_written(const Value& written, const std::string& otherwise, Findings& findings) {
  const std::string& image = written.text();
  const bool is_template = image.empty() || image.find_first_of(" \n{") != std::string::npos;
  if (is_template) return;
  const std::string name = image.substr(image.rfind('/') + 1);
  const std::size_t colon = name.find(':');
  const bool has_digest = image.find("@sha256:") != std::string::npos;
  const bool moves =
      !has_digest && is_moving(colon == std::string::npos ? otherwise : name.substr(colon + 1));
  if (moves || is_bitnami(image)) add(written.pos(), image, findings);
}

// {repository: ..., tag: ...}. Where no tag stands, most charts have a release of their own; gen3's
// have master. Where a tag alone stands, it is of the repository that the chart has.
void check_parts(const Value& image, Chart chart, Findings& findings) {
  const Value* repository = image.find("repository");
  const Value* tag = image.find("tag");
  const bool has_tag = tag != nullptr && !tag->is_none();
  const std::string word = has_tag ? value::Dict::key_text(*tag) : "";
  if (repository == nullptr && !word.empty() && is_moving(word))
    add(tag->pos(), ":" + word, findings);
  if (repository == nullptr || !repository->is_string()) return;
  const bool has_digest = repository->text().find("@sha256:") != std::string::npos ||
                          word.find("sha256:") != std::string::npos ||
                          !value::text_or(image, "digest", "").empty();
  const bool moves = !has_digest && (has_tag ? is_moving(word) : chart == Chart::gen3);
  if (!moves && !is_bitnami(repository->text())) return;
  add(has_tag ? tag->pos() : repository->pos(),
      repository->text() + (word.empty() ? "" : ":" + word), findings);
}

bool is_image_key(const std::string& key) {
  return key == "image" || key.ends_with("_image") || key.ends_with("Image");
}

// The builder of the portal, where it is on, is made of images that move.
void check_portal_builder(const Values& values, Findings& findings) {
  if (!values.is("portal.portalBuild.enabled", false)) return;
  for (const auto& [key, image] :
       {std::pair{"kubectl", "bitnami/kubectl:latest"}, std::pair{"nginx", "nginx:alpine"},
        std::pair{"builder", "quay.io/cdis/data-portal:master"}}) {
    const std::string path = std::string("portal.portalBuild.images.") + key;
    if (values.find(path) == nullptr) add(values.place_of(path), image, findings);
  }
}

}  // namespace

void check_images(const Values& values, Chart chart, Findings& findings) {
  values.each([&](const std::string& key, const Value& value) {
    if (value.is_dict() && is_image_key(key)) check_parts(value, chart, findings);
    if (!value.is_dict()) return;
    for (const auto& [name, image] : value.dict())
      if (image.is_string() && is_image_key(value::Dict::key_text(name)))
        check_written(image, tag_beside(value), findings);
    if (key != "images") return;
    for (const auto& [name, image] : value.dict())
      if (image.is_string() && image.text().find_first_of("/:") != std::string::npos)
        check_written(image, "", findings);
  });
  if (chart == Chart::gen3) check_portal_builder(values, findings);
}

}  // namespace provisioner::lint
