#pragma once

#include <string>

#include "provisioner/machine/image/image_definition.h"

namespace provisioner::image {

// Files for a directory that stands for /etc/apt/sources.list.d; each may be empty.
struct AptSources {
  std::string paragraphs;  // deb822 style: a .sources file
  std::string lines;       // one-line style: a .list file
};

// Where an image's packages come from: its mirror, or else what this machine's own apt knows of the
// suite. Throws Error(input) where that is nothing.
AptSources apt_sources(const Definition& definition);

// The entries of a .sources file, and of a .list file, that are about a suite, its updates and its
// security; their other suites are left out.
std::string paragraphs_about(const std::string& text, const std::string& suite);
std::string lines_about(const std::string& text, const std::string& suite);

}  // namespace provisioner::image
