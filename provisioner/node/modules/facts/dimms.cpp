// Memory modules, read from the firmware's own table.
#include "provisioner/node/modules/facts/dimms.h"

#include <algorithm>
#include <optional>
#include <string>

#include "provisioner/base/base/text.h"

namespace provisioner::modules::facts {
namespace {

constexpr unsigned memory_device = 17, end_of_table = 127;
constexpr std::size_t header_size = 4;  // type, length, handle

// One structure: numbers at fixed places, then texts by their number.
struct Structure {
  std::string_view fixed, texts;

  unsigned number(std::size_t at, std::size_t bytes) const {
    unsigned number = 0;
    for (std::size_t i = 0; i < bytes && at + i < fixed.size(); ++i)
      number |= static_cast<unsigned>(static_cast<unsigned char>(fixed[at + i])) << (8 * i);
    return number;
  }

  // Number 0 is no text.
  std::string text(std::size_t at) const {
    std::string_view rest = texts;
    for (unsigned index = number(at, 1); index > 0 && !rest.empty(); --index) {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      if (index == 1) return std::string(base::trim(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return "";
  }
};

// Takes the first structure off the table; nothing where there is no whole one.
std::optional<Structure> take_structure(std::string_view& table) {
  using namespace std::string_view_literals;
  if (table.size() < header_size) return std::nullopt;
  const auto length = static_cast<std::size_t>(static_cast<unsigned char>(table[1]));
  if (length < header_size || length > table.size()) return std::nullopt;
  const std::size_t end = table.find("\0\0"sv, length);
  if (end == table.npos) return std::nullopt;
  const Structure structure{table.substr(0, length), table.substr(length, end - length)};
  table.remove_prefix(end + 2);
  return structure;
}

// In MiB, or in KiB where bit 15 is set; 0x7fff: in the extended field. 0: the slot is empty.
std::int64_t size_of(const Structure& structure) {
  constexpr unsigned unknown = 0xffff, is_extended = 0x7fff, is_small = 0x8000;
  const unsigned size = structure.number(0x0c, 2);
  if (size == unknown) return 0;
  if (size == is_extended) return std::int64_t{structure.number(0x1c, 4) & 0x7fffffffu} << 20;
  return std::int64_t{size & 0x7fffu} << ((size & is_small) != 0 ? 10 : 20);
}

}  // namespace

value::List dimms_in(std::string_view table) {
  value::List dimms;
  while (const auto structure = take_structure(table)) {
    if (structure->number(0, 1) == end_of_table) break;
    if (structure->number(0, 1) != memory_device) continue;
    const std::int64_t size = size_of(*structure);
    if (size == 0) continue;
    dimms.emplace_back(value::Dict{{"slot", structure->text(0x10)},
                                   {"size", size},
                                   {"speed", std::int64_t{structure->number(0x15, 2)}},
                                   {"part_number", structure->text(0x1a)},
                                   {"serial", structure->text(0x18)},
                                   {"manufacturer", structure->text(0x17)}});
  }
  return dimms;
}

}  // namespace provisioner::modules::facts
