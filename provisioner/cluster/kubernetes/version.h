#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/base/base/source.h"

namespace provisioner::kubernetes {

// A release of Kubernetes.
struct Version {
  int major = 0, minor = 0, patch = 0;

  auto operator<=>(const Version&) const = default;
  std::string text() const;        // "1.34.4"
  std::string minor_text() const;  // "1.34"
};

// "1.34.4" or "v1.34.4"; of "v1.34.4+vendor.1" the build does not count. nullopt for anything else,
// a pre-release among it: no rule of skew speaks of those.
std::optional<Version> version_of(std::string_view text);

// The same of what a user wrote. Throws Error(input).
Version read_version(const std::string& text, const base::Pos& pos = {});

}  // namespace provisioner::kubernetes
