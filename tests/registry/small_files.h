#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/cluster/registry/package.h"

namespace provisioner::tests {

using FileTexts = std::vector<std::pair<std::string, std::string>>;  // by their paths

void write_files(const std::string& folder, const FileTexts& files);

// Build information as Go since 1.18 writes it (its package debug/buildinfo): a header of 32 bytes,
// and two texts with their lengths. The modules are lines as `go version -m` shows them, without
// what they are indented by; none: it was made without modules.
std::string go_information(const std::string& version, const std::string& modules);
// As much of an ELF file as is looked at, with this at its offset 64.
std::string program_with(const std::string& bytes);

// A ZIP archive, by Python's zipfile; `method` is as that calls it.
std::string zip_of(const FileTexts& files, const std::string& method = "ZIP_DEFLATED");

// The layer's files as an archive, by tar with these options.
std::string tar_of(const FileTexts& files, const std::vector<std::string>& options = {});

// Four bytes, the first the lowest.
std::string little_endian(std::uint32_t number);

// What such files told: "MANAGER NAME VERSION" for each package.
std::vector<std::string> words_of(const registry::FoundPackages& found);

}  // namespace provisioner::tests
