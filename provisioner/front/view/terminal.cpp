// Lines, banners, colours and the live last line.

#include "provisioner/front/view/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/front/view/screen_text.h"

namespace provisioner::view {
namespace {

// What ansible-playbook takes a pipe for; a terminal is never taken for narrower.
constexpr int narrowest = 79;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// What Ansible's configuration takes for true.
bool is_true(const std::string& word) {
  constexpr std::array<std::string_view, 6> words = {"1", "true", "yes", "on", "y", "t"};
  return std::find(words.begin(), words.end(), base::lower_case(word)) != words.end();
}

// https://no-color.org: set and not empty.
bool wants_colours(bool is_interactive) {
  if (is_true(variable("ANSIBLE_FORCE_COLOR"))) return true;
  return is_interactive && !is_true(variable("ANSIBLE_NOCOLOR")) && variable("NO_COLOR").empty();
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
    case Colour::deprecated:
      return "0;35";
    case Colour::verbose:
      return "0;34";
    case Colour::retry:
      return "1;30";
    case Colour::faint:
      return "2";
  }
  return "";
}

}  // namespace

Terminal::Terminal(int descriptor)
    : descriptor_(descriptor),
      is_interactive_(isatty(descriptor) == 1 && variable("TERM") != "dumb"),
      has_colours_(wants_colours(is_interactive_)) {}

Terminal::~Terminal() { live(""); }

int Terminal::columns() const {
  winsize size{};
  if (!is_interactive_) return 0;
  // A serial line does not know its width.
  const bool is_told = ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_told ? size.ws_col : 80;
}

int Terminal::width() const { return std::max(narrowest, columns() - 1); }

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

// One write for all of it: what is seen never lacks the live line.
void Terminal::line(std::string_view text, Colour colour) {
  std::string bytes = erased() + coloured(text, colour) + "\n";
  bytes += drawn();
  write(bytes);
}

void Terminal::banner(std::string_view text) {
  const int stars = std::max(3, width() - shown_width(text));
  line("\n" + std::string(text) + " " + std::string(static_cast<std::size_t>(stars), '*'));
}

void Terminal::live(const std::string& text) {
  const bool is_shown = text == live_ && (text.empty() || drawn_cells_ < columns());
  if (!is_interactive_ || is_shown) return;
  std::string bytes = erased();
  live_ = text;
  bytes += drawn();
  write(bytes);
}

// A screen that became narrower has folded the line into several rows.
std::string Terminal::erased() const {
  if (live_.empty()) return {};
  const int cells = std::max(1, columns());
  const int rows_above = std::max(0, drawn_cells_ - 1) / cells;
  return "\r" + (rows_above > 0 ? "\033[" + std::to_string(rows_above) + "A" : "") + "\033[J";
}

std::string Terminal::drawn() {
  if (live_.empty()) return {};
  const std::string cut = cut_to(live_, columns() - 1);
  drawn_cells_ = shown_width(cut);
  return coloured(cut, Colour::faint);
}

// A closed pipe or a full disk ends the output, not the run: what runs on nodes is not lost because
// nobody can read of it.
void Terminal::write(std::string_view text) {
  if (const auto problem = os::write_all(descriptor_, text); problem && problem.value() != EPIPE)
    lost_ = problem.value();
}

}  // namespace provisioner::view
