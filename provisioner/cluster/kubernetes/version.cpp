// Releases as they are written.

#include "provisioner/cluster/kubernetes/version.h"

#include <charconv>

#include "provisioner/base/base/error.h"

namespace provisioner::kubernetes {
namespace {

// Takes a number and, where it is not the last, the point behind it off the text.
std::optional<int> take_number(std::string_view& text, bool is_last) {
  constexpr std::size_t most_digits = 5;
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(read.ptr - text.data());
  if (read.ec != std::errc() || length > most_digits || text.front() == '-') return std::nullopt;
  if (length > 1 && text.front() == '0') return std::nullopt;
  text.remove_prefix(length);
  if (is_last) return text.empty() ? std::optional(number) : std::nullopt;
  if (!text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  return number;
}

}  // namespace

std::string Version::minor_text() const {
  return std::to_string(major) + "." + std::to_string(minor);
}

std::string Version::text() const { return minor_text() + "." + std::to_string(patch); }

std::optional<Version> version_of(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  text = text.substr(0, text.find('+'));
  const std::optional<int> major = take_number(text, false);
  const std::optional<int> minor = major ? take_number(text, false) : std::nullopt;
  const std::optional<int> patch = minor ? take_number(text, true) : std::nullopt;
  if (!patch) return std::nullopt;
  return Version{*major, *minor, *patch};
}

Version read_version(const std::string& text, const base::Pos& pos) {
  if (const auto version = version_of(text)) return *version;
  throw base::Error(base::Kind::input, "'" + text + "' is no release of Kubernetes", pos)
      .set_hint("write it whole and in quotes, as \"1.34.4\"");
}

}  // namespace provisioner::kubernetes
