#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/engine/action/action.h"

namespace provisioner::action {

// Bytes that are to become a file on a node, with the digests by which they are compared first.
struct SourceFile {
  std::string path;           // of the controller; "" where the bytes were made here
  std::string bytes;          // only where they are small, or exist nowhere else
  bool is_in_memory = false;  // `bytes` are all of it
  std::string sha256, sha1;   // hex
  std::uint64_t size = 0;
  std::uint32_t mode = 0644;  // its permission bits, for `mode: preserve`
};

// Reads a file of the controller: vaults are opened where `decrypt`; a large plain file stays where
// it is. Digests of large files are kept as long as the file does not change. Throws Error(failed).
SourceFile read_source(const Context& context, const std::string& path, bool decrypt);
SourceFile source_from_bytes(std::string bytes);

// The file of the controller that a task's relative name means, in Ansible's search path. Throws
// Error(input) with Ansible's words and all the places that were looked at.
std::string find_source(const Context& context, const std::string& name, std::string_view kind);

// "0644" for `preserve`; any other mode as it is.
value::Value settled_mode(const value::Value& mode, const SourceFile& source);

}  // namespace provisioner::action
