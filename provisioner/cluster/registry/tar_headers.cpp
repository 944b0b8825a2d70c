// Headers of tar in which its readers part (POSIX, pax; GNU tar's manual, "Basic Tar Format"; Go's
// archive/tar; libarchive's archive_read_support_format_tar.c).

#include "provisioner/cluster/registry/tar_headers.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace provisioner::registry {
namespace {

using std::string_view_literals::operator""sv;
using Kind = LayerEntry::Kind;

constexpr std::size_t block = 512, kind_at = 156;
constexpr std::string_view blanks = " \0"sv;

struct Field {
  std::size_t at, size;
};
constexpr Field size_field{124, 12}, magic{257, 8}, accessed{345, 12}, changed{357, 12},
    star_mark{508, 4};

std::string_view part(std::string_view header, Field field) {
  return header.substr(field.at, field.size);
}

std::string_view without_spaces(std::string_view field) {
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  return field;
}

// Digits, or none, and nothing but blanks behind them: some readers go on behind zeros, or end
// where others find a fault.
bool is_octal(std::string_view field) {
  field = without_spaces(field);
  field.remove_prefix(std::min(field.find_first_not_of("01234567"), field.size()));
  return field.find_first_not_of(blanks) == std::string_view::npos;
}

std::uint64_t octal(std::string_view field) {
  field = without_spaces(field);
  std::uint64_t number = 0;
  std::from_chars(field.data(), field.data() + field.size(), number, 8);
  return number;
}

// The prefix of ustar is told by the magic; GNU's has times there, which Go takes for a prefix
// where they are none, and star's is shorter.
bool has_plain_name(std::string_view header) {
  const std::string_view said = part(header, magic);
  if (said == "ustar  \0"sv)
    return is_octal(part(header, accessed)) && is_octal(part(header, changed));
  if (said.starts_with("ustar\0"sv)) return part(header, star_mark) != "tar\0"sv;
  return !said.starts_with("ustar");
}

bool is_plain(std::string_view header) {
  constexpr unsigned is_binary = 0x80;
  const std::string_view size = part(header, size_field);
  return has_plain_name(header) &&
         ((static_cast<unsigned char>(size.front()) & is_binary) != 0 || is_octal(size));
}

std::string_view letters_of(Kind kind) {
  switch (kind) {
    case Kind::file:
      return "0\0"sv;
    case Kind::sparse_file:
      return "0\0S"sv;
    case Kind::hard_link:
      return "1";
    case Kind::folder:
      return "5\0"sv;
    case Kind::other:
      return "2346";
  }
  return {};
}

// An empty size is the header's to Go and 0 to libarchive, "+1" is 1 and 0; and of maps of holes
// each knows other forms.
bool are_plain_records(std::string_view records, Kind kind) {
  constexpr std::string_view size = " size=";
  for (std::size_t at = records.find(size); at != std::string_view::npos;
       at = records.find(size, at + 1))
    if (at + size.size() >= records.size() || records[at + size.size()] < '0' ||
        records[at + size.size()] > '9')
      return false;
  return kind == Kind::sparse_file || records.find(" GNU.sparse.") == std::string_view::npos;
}

// What may precede an entry: of records and long names the one or the other, as of both libarchive
// takes the first, and Go the long name. What precedes records for all entries Go forgets.
class Preceding {
 public:
  bool take(char letter, std::string_view body, Kind kind) {
    const bool is_first = !has_records_ && !has_long_;
    if (letter == 'g') return is_first;
    if (letter == 'x') {
      has_records_ = true;
      return is_first && are_plain_records(body, kind);
    }
    has_long_ = true;
    return !has_records_ && !body.empty() && body.front() != '\0';
  }

 private:
  bool has_records_ = false, has_long_ = false;
};

}  // namespace

bool have_one_meaning(std::string_view headers, Kind kind) {
  Preceding preceding;
  while (headers.size() >= block && is_plain(headers)) {
    const char letter = headers[kind_at];
    if ("gxLK"sv.find(letter) == std::string_view::npos)
      return letters_of(kind).find(letter) != std::string_view::npos &&
             (headers.size() == block || kind == Kind::sparse_file);
    if (!is_octal(part(headers, size_field))) return false;
    const std::uint64_t size = octal(part(headers, size_field));
    headers.remove_prefix(block);
    const std::uint64_t blocks = (size + block - 1) / block * block;
    if (blocks > headers.size() || !preceding.take(letter, headers.substr(0, size), kind))
      return false;
    headers.remove_prefix(blocks);
  }
  return false;
}

}  // namespace provisioner::registry
