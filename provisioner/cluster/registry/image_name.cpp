// Names of images.

#include "provisioner/cluster/registry/image_name.h"

#include <fnmatch.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t longest_repository = 255;
constexpr std::string_view tag_pattern_letters = "*?[]";
constexpr std::string_view vetted = "vetted/";

[[noreturn]] void refuse(const std::string& text) {
  throw base::Error(base::Kind::usage, "'" + base::escape_for_terminal(text) + "' names no image")
      .set_hint("NAME:TAG or NAME@sha256:DIGEST, the name in small letters: team/tool:1.2");
}

}  // namespace

bool is_repository(std::string_view text) {
  static const base::Regex shape(
      "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*\\Z");
  return text.size() <= longest_repository && shape.match_start(text).has_value();
}

bool is_tag(std::string_view text) {
  static const base::Regex shape("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\\Z");
  return shape.match_start(text).has_value();
}

ImageName image_named(const std::string& text) {
  const std::size_t at = text.find('@'), colon = text.rfind(':');
  ImageName name;
  if (at != std::string::npos) {
    const auto sha256 = crypto::digest_in(text.substr(at + 1));
    if (!sha256) refuse(text);
    name.repository = text.substr(0, at);
    name.sha256 = *sha256;
    // "name:tag@digest" is what a lock shows: the digest says it all.
    if (const std::size_t tag = name.repository.rfind(':'); tag != std::string::npos) {
      name.tag = name.repository.substr(tag + 1);
      name.repository.resize(tag);
    }
  } else {
    if (colon == std::string::npos || text.find('/', colon) != std::string::npos) refuse(text);
    name.repository = text.substr(0, colon);
    name.tag = text.substr(colon + 1);
  }
  std::string plain_tag = name.tag;
  std::erase_if(plain_tag, [](char letter) {
    return tag_pattern_letters.find(letter) != std::string_view::npos;
  });
  const bool is_pattern = plain_tag != name.tag;
  if (!is_repository(name.repository) || (name.sha256.empty() && name.tag.empty()) ||
      (!name.tag.empty() && !is_pattern && !is_tag(name.tag)) ||
      (is_pattern && !plain_tag.empty() && !is_tag("x" + plain_tag)))
    refuse(text);
  return name;
}

std::string vetted_repository(const std::string& name) { return std::string(vetted) + name; }

std::string below_vetted(std::string text) {
  if (text.starts_with(vetted)) text.erase(0, vetted.size());
  return text;
}

bool is_like(const std::string& text, const std::string& pattern) {
  return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

}  // namespace provisioner::registry
