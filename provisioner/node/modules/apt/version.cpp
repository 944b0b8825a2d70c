// Debian's order of versions, deb-version(7): epoch, upstream version, revision.
#include "provisioner/node/modules/apt/version.h"

#include <string>

namespace provisioner::modules::apt {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "~" comes before the end, the end before letters, letters before the rest.
int rank(char c) {
  if (c == '~') return -1;
  if (is_digit(c)) return 0;
  return is_letter(c) ? c : c + 256;
}

struct Cursor {
  std::string_view text;
  std::size_t at = 0;
  char here() const { return at < text.size() ? text[at] : '\0'; }
  bool is_in_word() const { return at < text.size() && !is_digit(text[at]); }
  int word_rank() const { return is_in_word() ? rank(here()) : 0; }
  std::string_view number() {
    while (here() == '0') ++at;
    const std::size_t begin = at;
    while (is_digit(here())) ++at;
    return text.substr(begin, at - begin);
  }
};

int compare_parts(std::string_view left, std::string_view right) {
  Cursor a{left}, b{right};
  while (a.at < left.size() || b.at < right.size()) {
    while (a.is_in_word() || b.is_in_word()) {
      if (const int difference = a.word_rank() - b.word_rank(); difference != 0) return difference;
      ++a.at;
      ++b.at;
    }
    const std::string_view x = a.number(), y = b.number();
    if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
    if (const int difference = x.compare(y); difference != 0) return difference;
  }
  return 0;
}

struct Parts {
  std::string_view epoch = "0", upstream, revision;
};

Parts parts_of(std::string_view version) {
  Parts parts;
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos) {
    parts.epoch = version.substr(0, colon);
    version = version.substr(colon + 1);
  }
  const std::size_t dash = version.rfind('-');
  parts.upstream = version.substr(0, dash);
  if (dash != std::string_view::npos) parts.revision = version.substr(dash + 1);
  return parts;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const Parts x = parts_of(a), y = parts_of(b);
  if (const int difference = compare_parts(x.epoch, y.epoch); difference != 0) return difference;
  if (const int difference = compare_parts(x.upstream, y.upstream); difference != 0)
    return difference;
  return compare_parts(x.revision, y.revision);
}

}  // namespace provisioner::modules::apt
