#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::deploy {

// One thing that lies on a disk, as the facts have it (facts/signatures.h).
struct Signature {
  std::string where;  // "disk", or a partition's number
  std::string type, uuid, label;
  std::int64_t offset = 0;  // bytes
  auto operator<=>(const Signature&) const = default;
};

// What a disk must be. An empty `wwn` or `serial` says nothing; at least one is there.
struct ExpectedDisk {
  std::string wwn, serial;
  std::uint64_t size = 0;  // bytes
  std::vector<Signature> signatures;
};

struct OrderedFile {
  std::string path;  // absolute, without "." and ".."
  std::uint32_t mode = 0644;
  std::string content;
};

enum class Layout : std::uint8_t { single, mirror };

// What a node is to become (docs/bare-metal.md). Everything in it was checked.
struct Order {
  std::string manifest;   // SHA-256, hex
  std::string signature;  // 64 bytes
  ExpectedDisk disk;
  std::optional<ExpectedDisk> second_disk;  // there where the layout is a mirror, and only there
  std::vector<ExpectedDisk> others;
  Layout layout = Layout::single;
  std::uint64_t cache_gib = 0;
  std::string host_name;
  std::vector<OrderedFile> files;
  std::vector<std::string> key_types;
};

// Throws Error(input) that names the member which is missing, unknown, of the wrong type or out of
// bounds. Never shows the content of a file.
Order read_order(const value::Value& order);

}  // namespace provisioner::deploy
