#pragma once

#include <cstdint>
#include <string>

#include "provisioner/cluster/registry/package.h"
#include "provisioner/cluster/registry/zip_entries.h"

namespace provisioner::registry {

// By its name: .jar, .war, .ear.
bool is_java_archive(const std::string& path);

// What an archive of Java says that it is, or was made of: all that Maven has left in it; else what
// its manifest and its name say. Archives in it count too, and those in these, but no deeper.
// `is_unread` where one of them is damaged, says nothing of itself, lies deeper, or is packed and
// over 128 MiB, or where the whole asks for more work than archives do.
FoundPackages read_java_archive(const std::string& path, const BytesAt& archive,
                                std::uint64_t size);

}  // namespace provisioner::registry
