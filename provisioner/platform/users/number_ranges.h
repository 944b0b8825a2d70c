#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::users {

// A UID or a GID as text; nullopt for what is none (RFC 2307 keeps them as decimal digits).
std::optional<std::uint32_t> number_of(std::string_view text);

// Which UIDs or GIDs are meant, both ends of each range included. Few ranges.
class NumberRanges {
 public:
  struct Range {
    std::uint32_t first = 0, last = 0;
  };

  bool is_empty() const { return ranges_.empty(); }
  bool has(std::uint32_t number) const;
  bool has_some_of(const NumberRanges& other) const;
  std::string text() const;  // "1000-65533, 70000-79999"

  bool add(std::string_view text);  // "1000-65533" or "1000"; false where it is no range

 private:
  std::vector<Range> ranges_;
};

}  // namespace provisioner::users
