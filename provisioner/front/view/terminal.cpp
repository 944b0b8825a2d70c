// Lines, banners, colours and the live last line.

#include "provisioner/front/view/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace provisioner::view {
namespace {

// What ansible-playbook takes a pipe for; a terminal is never taken for narrower.
constexpr int narrowest = 79;

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

std::string_view code(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::ok:
    case Colour::added:
      return "0;32";
    case Colour::changed:
      return "0;33";
    case Colour::skip:
    case Colour::header:
      return "0;36";
    case Colour::error:
    case Colour::removed:
      return "0;31";
    case Colour::unreachable:
      return "1;31";
    case Colour::warning:
      return "1;35";
    case Colour::verbose:
      return "0;34";
  }
  return "";
}

// Characters on the screen: bytes that begin one.
int shown_width(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Terminal::Terminal(int descriptor)
    : descriptor_(descriptor),
      is_interactive_(isatty(descriptor) == 1),
      has_colours_((is_interactive_ || is_set("ANSIBLE_FORCE_COLOR")) && !is_set("NO_COLOR") &&
                   !is_set("ANSIBLE_NOCOLOR")) {}

Terminal::~Terminal() { live(""); }

int Terminal::width() const {
  winsize size{};
  if (!is_interactive_ || ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return narrowest;
  return std::max(narrowest, static_cast<int>(size.ws_col) - 1);
}

std::string Terminal::coloured(std::string_view text, Colour colour) const {
  if (!has_colours_ || colour == Colour::none || text.empty()) return std::string(text);
  std::string result;
  // Colour each line by itself, so that a pager or a cut keeps them apart.
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    result += "\033[" + std::string(code(colour)) + "m" +
              std::string(text.substr(begin, end - begin)) + "\033[0m";
    if (end == text.size()) break;
    result += '\n';
    begin = end + 1;
  }
  return result;
}

void Terminal::line(std::string_view text, Colour colour) {
  const std::string kept = live_;
  live("");
  write(coloured(text, colour) + "\n");
  live(kept);
}

void Terminal::banner(std::string_view text) {
  const int stars = std::max(3, width() - shown_width(text));
  line("\n" + std::string(text) + " " + std::string(static_cast<std::size_t>(stars), '*'));
}

void Terminal::live(const std::string& text) {
  if (!is_interactive_ || text == live_) return;
  std::string cut = text;
  const auto most = static_cast<std::size_t>(width());
  while (static_cast<std::size_t>(shown_width(cut)) > most) cut.pop_back();
  write("\r\033[K" + cut);
  live_ = text;
}

// A closed pipe ends the output, not the run: what runs on nodes is not lost because a reader went
// away.
void Terminal::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace provisioner::view
