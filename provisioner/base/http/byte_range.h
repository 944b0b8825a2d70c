#pragma once

#include <cstdint>
#include <string_view>

namespace provisioner::http {

// What of a file a Range header asks for (RFC 9110, section 14).
struct ByteRange {
  enum class Kind : std::uint8_t { whole, part, outside };

  Kind kind = Kind::whole;
  std::uint64_t first = 0, length = 0;  // in bytes; of a part
};

// One range of bytes; several at once, other units and what cannot be read are answered with the
// whole, as the RFC allows.
ByteRange read_range(std::string_view header, std::uint64_t size);

}  // namespace provisioner::http
