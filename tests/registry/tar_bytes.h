#pragma once

#include <string>

namespace provisioner::tests {

// A header of tar, as ustar has it where nothing else is said.
struct TarHeader {
  std::string name = "file";
  char kind = '0';
  std::string size = "00000000000";  // octal
  std::string target = {};           // of a link
  std::string magic = "ustar";
  std::string prefix = {};
  std::string behind_prefix = {};  // in the last 12 bytes of the header, which ustar leaves
};

// The header's 512 bytes, with their sum.
std::string tar_header(const TarHeader& header);

// An entry with these bytes, filled up to whole blocks.
std::string tar_entry(TarHeader header, const std::string& bytes);

// The records that precede an entry (pax): "path=name", with its length before it.
std::string tar_records(const std::string& record);

}  // namespace provisioner::tests
