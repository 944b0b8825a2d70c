// Layers of images, entry by entry (POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header
// Block"; the GNU tar manual, "Basic Tar Format").

#include "provisioner/cluster/registry/layer_stream.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/registry/layer_failure.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t block_size = 512;           // bytes
constexpr std::size_t buffer_size = 256 << 10;    // bytes
constexpr std::size_t largest_records = 1 << 20;  // bytes, of what precedes one entry
constexpr std::size_t longest_path = 4096;        // bytes; no kernel takes more
constexpr std::uint64_t largest_file = 1ULL << 60U;

struct Field {
  std::size_t at, size;
};
constexpr Field name_field{0, 100}, size_field{124, 12}, sum_field{148, 8}, target_field{157, 100},
    magic_field{257, 6}, prefix_field{345, 155};
constexpr std::size_t kind_at = 156;
// GNU's own, of a sparse file: whether the map goes on, in the header and in the blocks behind it.
constexpr std::size_t holes_go_on_at = 482, more_holes_go_on_at = 504;

std::string text_of(const std::string& header, Field field) {
  const std::string text = header.substr(field.at, field.size);
  return text.substr(0, text.find('\0'));
}

// Octal digits; or, by GNU, a first bit and then a number, the highest byte first.
std::optional<std::uint64_t> number_of(const std::string& header, Field field) {
  std::uint64_t number = 0;
  if ((static_cast<unsigned char>(header[field.at]) & 0x80U) != 0) {
    for (std::size_t at = field.at; at < field.at + field.size; ++at) {
      if (number > largest_file >> 8U) return std::nullopt;
      const unsigned byte = static_cast<unsigned char>(header[at]);
      number = (number << 8U) | (at == field.at ? byte & 0x7fU : byte);
    }
    return number;
  }
  const std::string text = text_of(header, field);
  for (const char digit : base::trim(text)) {
    if (digit < '0' || digit > '7') return std::nullopt;
    number = number * 8 + static_cast<std::uint64_t>(digit - '0');  // 36 bits at most
  }
  return number;
}

bool is_header(const std::string& block) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < block.size(); ++at)
    sum += at >= sum_field.at && at < sum_field.at + sum_field.size
               ? static_cast<unsigned char>(' ')
               : static_cast<unsigned char>(block[at]);
  return block.size() == block_size && number_of(block, sum_field) == sum;
}

bool is_zero(const std::string& block) {
  return block.find_first_not_of('\0') == std::string::npos;
}

std::string plain_path(const std::string& path) {
  std::vector<std::string> parts = base::split(path, '/');
  std::erase_if(parts, [](const std::string& part) { return part.empty() || part == "."; });
  return base::join(parts, "/");
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  const auto number = base::integer_in(text);
  if (!number || text.starts_with('-')) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(*number);
  return size > largest_file ? std::nullopt : std::optional(size);
}

constexpr std::string_view of_sparse_files = "GNU.sparse.", sparse_name = "GNU.sparse.name";

// Those that count; of a sparse file, beside its name, that it is one.
void take_record(std::string_view key, std::string_view text, LayerRecords& records) {
  if (key.starts_with(of_sparse_files)) records[std::string(of_sparse_files)] = "";
  if (key == "path" || key == "linkpath" || key == "size" || key == sparse_name)
    records[std::string(key)] = text;
}

// Each is "LENGTH KEY=TEXT\n", where the length counts itself.
bool read_pax(std::string_view text, LayerRecords& records) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const auto length = decimal(text.substr(0, std::min(space, text.size())));
    if (space == std::string_view::npos || !length || *length > text.size() ||
        *length < space + 3 || text[*length - 1] != '\n')
      return false;
    const std::string_view record = text.substr(space + 1, *length - space - 2);
    const std::size_t equal = record.find('=');
    if (equal == std::string_view::npos) return false;
    take_record(record.substr(0, equal), record.substr(equal + 1), records);
    text.remove_prefix(*length);
  }
  return true;
}

LayerEntry::Kind kind_of(char letter, const std::string& path) {
  using Kind = LayerEntry::Kind;
  switch (letter) {
    case '\0':
    case '0':
    case '7':
      return path.ends_with('/') ? Kind::folder : Kind::file;
    case '1':
      return Kind::hard_link;
    case '5':
      return Kind::folder;
    case 'S':
      return Kind::sparse_file;
    default:
      return Kind::other;
  }
}

// Links, devices and folders have no bytes, whatever their header says.
bool has_bytes(char letter) { return letter < '1' || letter > '6'; }

}  // namespace

// What is packed by neither goes through as it is; what zstd complains of is seen by its status.
LayerStream::LayerStream(const std::string& archive, std::chrono::milliseconds patience)
    : archive_(archive),
      patience_(patience),
      end_(os::system_clock().now() + patience),
      unpacker_(os::spawn({.argv = {"zstd", "--decompress", "--stdout", "--force", "--quiet",
                                    "--quiet", "--", archive}})) {}

std::string_view LayerStream::some(std::size_t most) {
  while (read_ == buffer_.size()) {
    const int left = os::milliseconds_until(end_);
    if (left == 0) throw too_slow_layer(archive_, patience_);
    pollfd wait{unpacker_.output().number(), POLLIN, 0};
    if (::poll(&wait, 1, left) <= 0) continue;
    buffer_.resize(buffer_size);
    read_ = 0;
    const ssize_t count = ::read(wait.fd, buffer_.data(), buffer_.size());
    const bool is_to_be_tried_again = count < 0 && errno == EINTR;
    buffer_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    if (count <= 0 && !is_to_be_tried_again) return {};
  }
  const std::string_view found = std::string_view(buffer_).substr(read_, most);
  read_ += found.size();
  return found;
}

std::string LayerStream::take(std::size_t count) {
  std::string taken;
  while (taken.size() < count) {
    const std::string_view more = some(count - taken.size());
    if (more.empty()) break;
    taken += more;
  }
  return taken;
}

bool LayerStream::skip(std::uint64_t count) {
  while (count > 0) {
    const std::string_view gone = some(std::min<std::uint64_t>(count, buffer_size));
    if (gone.empty()) return false;
    count -= gone.size();
  }
  return true;
}

std::string LayerStream::read(std::size_t count) {
  std::string bytes = take(std::min<std::uint64_t>(count, left_));
  left_ -= bytes.size();
  return bytes;
}

// Two blocks of zeros; some archives just end.
bool LayerStream::is_end(const std::string& first) {
  if (!first.empty()) return first.size() == block_size && is_zero(take(block_size));
  return unpacker_.wait(std::chrono::milliseconds(os::milliseconds_until(end_))) == 0;
}

std::optional<LayerEntry> LayerStream::next() {
  LayerRecords records;
  while (!is_over_) {
    if (!skip(left_ + padding_)) break;
    left_ = padding_ = 0;
    const std::string header = take(block_size);
    if (is_zero(header)) {
      is_whole_ = is_end(header);
      break;
    }
    const auto size = number_of(header + std::string(block_size - header.size(), '\0'), size_field);
    if (!is_header(header) || !size) break;
    left_ = has_bytes(header[kind_at]) ? *size : 0;
    padding_ = (block_size - left_ % block_size) % block_size;
    const char kind = header[kind_at];
    if (kind == 'x' || kind == 'L' || kind == 'K') {
      if (!take_records(header, records)) break;
    } else if (kind != 'g') {
      if (auto entry = entry_of(header, records)) return entry;
      break;
    }
  }
  is_over_ = true;
  return std::nullopt;
}

// GNU's long names become what pax would have called them.
bool LayerStream::take_records(const std::string& header, LayerRecords& records) {
  if (left_ > largest_records) return false;
  const std::uint64_t size = left_;
  const std::string text = read(size);
  if (text.size() != size) return false;
  if (header[kind_at] == 'x') return read_pax(text, records);
  records[header[kind_at] == 'L' ? "path" : "linkpath"] = text.substr(0, text.find('\0'));
  return true;
}

bool LayerStream::skip_map_of_holes(const std::string& header) {
  bool goes_on = header[holes_go_on_at] != '\0';
  while (goes_on) {
    const std::string more = take(block_size);
    if (more.size() != block_size) return false;
    goes_on = more[more_holes_go_on_at] != '\0';
  }
  return true;
}

std::optional<LayerEntry> LayerStream::entry_of(const std::string& header, LayerRecords& records) {
  std::string path = text_of(header, name_field), target = text_of(header, target_field);
  if (text_of(header, magic_field) == "ustar" && !text_of(header, prefix_field).empty())
    path = text_of(header, prefix_field) + "/" + path;
  for (const std::string_view key : {std::string_view("path"), sparse_name})
    if (const auto said = records.find(key); said != records.end()) path = said->second;
  if (const auto said = records.find("linkpath"); said != records.end()) target = said->second;
  if (path.size() > longest_path || target.size() > longest_path) return std::nullopt;
  if (const auto said = records.find("size"); said != records.end() && has_bytes(header[kind_at])) {
    const auto size = decimal(said->second);
    if (!size) return std::nullopt;
    left_ = *size;
    padding_ = (block_size - left_ % block_size) % block_size;
  }
  LayerEntry entry{.kind = kind_of(header[kind_at], path),
                   .path = plain_path(path),
                   .target = plain_path(target),
                   .size = left_};
  if (header[kind_at] == 'S' && !skip_map_of_holes(header)) return std::nullopt;
  if (records.contains(of_sparse_files)) entry.kind = LayerEntry::Kind::sparse_file;
  if (entry.kind == LayerEntry::Kind::sparse_file) {
    padding_ += left_;
    left_ = 0;
  }
  return entry;
}

}  // namespace provisioner::registry
