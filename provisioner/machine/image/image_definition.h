#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"

namespace provisioner::image {

// A file or, where `link` is given, a symbolic link that an image holds beside its packages.
struct DefinedFile {
  std::string path;  // absolute
  std::string content;
  std::string link;
  mode_t mode = 0644;
};

// What images/NAME/image.yml says (docs/manual-images.md).
struct Definition {
  std::string name;
  std::string suite;   // "bookworm"
  std::string mirror;  // empty: where this machine's own apt gets the suite from
  std::string kernel;  // its package: "linux-image-cloud-amd64"
  std::vector<std::string> packages;
  std::uint64_t root_mib = 0;  // size of the root file system
  std::vector<std::string> kernel_arguments;
  std::vector<std::string> masked, enabled;  // units
  std::vector<DefinedFile> files;
  std::string text;  // the file as it was read
};

// Reads image.yml of a folder with the image's name. All that is wrong goes into `diagnostics`,
// with its place; then the answer is of no use. Throws Error(input) where there is no such file.
Definition read_definition(const std::string& directory, base::Diagnostics& diagnostics);

// images/NAME, below the working directory or beside the program's sources, else
// /usr/share/provisioner/images/NAME. Throws Error(usage) that names those that there are.
std::string definition_directory(const std::string& name);

}  // namespace provisioner::image
