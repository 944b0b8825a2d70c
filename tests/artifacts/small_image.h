#pragma once

#include <string>

namespace provisioner::artifacts {

// An OCI layout of one image with one layer, whose bytes are the text. The manifest's digest.
std::string write_layout(const std::string& folder, const std::string& layer);

// The same as an archive.
std::string write_archive(const std::string& path, const std::string& layer);

}  // namespace provisioner::artifacts
