// Build information in programs of Go (documentation and source of its package debug/buildinfo; the
// lines are those of `go version -m`, runtime/debug.ParseBuildInfo).

#include "provisioner/cluster/registry/go_program.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "provisioner/base/base/text.h"

namespace provisioner::registry {
namespace {

constexpr std::string_view magic = "\xff Go buildinf:";
constexpr std::size_t alignment = 16, header_size = 32, pointer_size_at = 14, flags_at = 15;
constexpr unsigned is_inline = 2;
constexpr std::size_t frame_size = 16;            // before the modules, and behind them
constexpr std::size_t longest_version = 256;      // bytes
constexpr std::size_t largest_modules = 4 << 20;  // bytes
constexpr std::size_t step = 1 << 20;             // bytes; a multiple of the alignment
constexpr std::size_t longest_number = 10;        // bytes
constexpr std::size_t largest_information =
    header_size + 2 * longest_number + longest_version + largest_modules + alignment;
constexpr std::size_t most_modules = 50'000;  // of one such information; twice as many of a file

struct Information {
  std::string_view version, modules;
  bool is_cut = false;   // the modules are not all there
  std::size_t size = 0;  // bytes, header included
};

// A number of 7 bits a byte, the lowest first (encoding/binary, "varint").
std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < std::min(bytes.size(), longest_number - 1); ++at) {
    const unsigned byte = static_cast<unsigned char>(bytes[at]);
    number |= static_cast<std::uint64_t>(byte & 0x7fU) << (7 * at);
    if ((byte & 0x80U) != 0) continue;
    bytes.remove_prefix(at + 1);
    return number;
  }
  return std::nullopt;
}

// Programs that look for such information themselves hold the magic, too, with something else
// behind it.
std::optional<Information> inline_information(std::string_view bytes) {
  if ((static_cast<unsigned char>(bytes[flags_at]) & is_inline) == 0) return std::nullopt;
  std::string_view rest = bytes.substr(header_size);
  const auto version_size = take_number(rest);
  if (!version_size || *version_size > std::min(longest_version, rest.size())) return std::nullopt;
  Information found{.version = rest.substr(0, *version_size), .modules = {}};
  if (!found.version.starts_with("go") && !found.version.starts_with("devel")) return std::nullopt;
  rest.remove_prefix(*version_size);
  const auto size = take_number(rest);
  found.is_cut = !size || *size > std::min(largest_modules, rest.size());
  if (!found.is_cut) {
    found.modules = rest.substr(0, *size);
    rest.remove_prefix(*size);
  }
  found.size = bytes.size() - rest.size();
  return found;
}

bool is_old_information(std::string_view bytes) {
  const char pointer_size = bytes[pointer_size_at], flags = bytes[flags_at];
  return (pointer_size == 4 || pointer_size == 8) && (flags == 0 || flags == 1);
}

// "devel go1.27-8b15dbd Tue Mar 3", "go1.26.8 X:boringcrypto"
std::string library_version(std::string_view version) {
  for (const std::string& word : base::split(version, ' '))
    if (word.starts_with("go") && word.size() > 2) return word.substr(2);
  return {};
}

bool is_folder(std::string_view path) {
  return path.starts_with("./") || path.starts_with("../") || path.starts_with('/');
}

// "mod" and "dep" lines have a path, a version and a digest; one of "=>" has what stood in for the
// module before it. What did so out of a folder has no name of its own.
void take_module(std::string_view line, FoundPackages& found) {
  const std::vector<std::string> words = base::split(line, '\t');
  const bool is_module = words.front() == "mod" || words.front() == "dep";
  if (!is_module && words.front() != "=>") return;
  if (words.size() < 3 || (words.front() == "=>" && found.packages.empty()) ||
      found.packages.size() >= most_modules) {
    found.is_unread = true;
    return;
  }
  if (words.front() == "=>" && is_folder(words[1])) return;
  const std::string version = words[2] == "(devel)" ? "" : words[2];
  if (!is_package_word(words[1]) || !(version.empty() || is_package_word(version))) {
    found.is_unread = true;
    return;
  }
  if (words.front() == "=>") found.packages.pop_back();
  found.packages.push_back({.manager = "golang", .name = words[1], .version = version, .more = {}});
}

void take_information(const Information& information, FoundPackages& found) {
  FoundPackages own;
  std::string_view modules = information.modules;
  const bool is_framed =
      modules.size() > 2 * frame_size && modules[modules.size() - frame_size - 1] == '\n';
  // What was made without modules (by Bazel, for example) does not say of what.
  own.is_unread = information.is_cut || !is_framed;
  if (is_framed) {
    modules = modules.substr(frame_size, modules.size() - 2 * frame_size);
    for (const std::string_view line : base::lines_of(modules)) take_module(line, own);
  }
  const std::string library = library_version(information.version);
  if (is_package_word(library))
    own.packages.push_back({.manager = "golang", .name = "stdlib", .version = library, .more = {}});
  else
    own.is_unread = true;
  const bool is_too_much = found.packages.size() + own.packages.size() > 2 * most_modules;
  found.is_unread = found.is_unread || own.is_unread || is_too_much;
  if (is_too_much) return;
  found.packages.insert(found.packages.end(), own.packages.begin(), own.packages.end());
}

// A file as it goes by: as much of it as may be one piece of information, and a step more.
class Window {
 public:
  Window(std::string begin, const NextBytes& next) : bytes_(std::move(begin)), next_(next) {}

  std::string_view bytes() const { return bytes_; }
  bool is_at_end() const { return is_at_end_; }

  void fill(std::size_t size) {
    if (bytes_.size() >= size || is_at_end_) return;
    const std::size_t lacking = size - bytes_.size();
    const std::string more = next_(lacking);
    is_at_end_ = more.size() < lacking;
    bytes_ += more;
  }
  void drop(std::size_t count) { bytes_.erase(0, count); }

 private:
  std::string bytes_;
  const NextBytes& next_;
  bool is_at_end_ = false;
};

}  // namespace

bool is_program(const std::string& begin) { return begin.starts_with("\177ELF"); }

// The table of sections, which tells its place, lies behind all of it, and the file comes by once:
// it is looked for wherever it may lie.
FoundPackages read_go_program(std::string begin, const NextBytes& next) {
  FoundPackages found;
  bool is_old = false;
  Window window(std::move(begin), next);
  do {
    window.fill(step + header_size);
    std::size_t at = 0;
    while (at < step && at + header_size <= window.bytes().size()) {
      std::size_t size = alignment;
      if (window.bytes()[at] == magic.front() && window.bytes().substr(at).starts_with(magic)) {
        window.fill(at + largest_information);
        const std::string_view bytes = window.bytes().substr(at);
        if (const auto information = inline_information(bytes)) {
          take_information(*information, found);
          size = (information->size + alignment - 1) / alignment * alignment;
        } else {
          is_old = is_old || is_old_information(bytes);
        }
      }
      at += size;
    }
    window.drop(std::min(at, window.bytes().size()));
  } while (!window.is_at_end() || window.bytes().size() >= header_size);
  if (found.packages.empty() && is_old) found.is_unread = true;
  return found;
}

}  // namespace provisioner::registry
