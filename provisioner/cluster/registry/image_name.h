#pragma once

#include <string>
#include <string_view>

namespace provisioner::registry {

// Names as the distribution specification has them ("Pulling manifests"). Docker's own limits are
// narrower and are not asked for.
bool is_repository(std::string_view text);  // "team/tool"
bool is_tag(std::string_view text);         // "w_2026_48"

// What an operator calls an image: NAME:TAG or NAME@sha256:DIGEST; the tag may be a pattern.
struct ImageName {
  std::string repository, tag, sha256;  // one of the latter two

  std::string reference() const { return sha256.empty() ? tag : "sha256:" + sha256; }
};
// Throws Error(usage) for what is none.
ImageName image_named(const std::string& text);

// Where images of the site lie that may run: "vetted/team/tool" for "team/tool".
std::string vetted_repository(const std::string& name);
std::string below_vetted(std::string text);  // "team/tool", of a text with or without "vetted/"

// As a shell's: * for any letters, ? for one, [a-z] for one of these.
bool is_like(const std::string& text, const std::string& pattern);

}  // namespace provisioner::registry
