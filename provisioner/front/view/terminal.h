#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace provisioner::view {

// Ansible's colours by what they say.
enum class Colour : std::uint8_t {
  none,
  ok,
  changed,
  skip,
  error,
  unreachable,
  warning,
  verbose,
  added,
  removed,
  header
};

// Where text for people goes. Colours and the live last line only on a terminal; a pipe gets plain
// lines. Every text that came from elsewhere must have been escaped before.
class Terminal {
 public:
  // `descriptor` stays the caller's. NO_COLOR, ANSIBLE_NOCOLOR and ANSIBLE_FORCE_COLOR are
  // honoured.
  explicit Terminal(int descriptor);
  ~Terminal();

  void line(std::string_view text, Colour colour = Colour::none);
  void banner(std::string_view text);  // a blank line, the text, stars to the edge

  // The one line that is overwritten; "" takes it away. Nothing in a pipe.
  void live(const std::string& text);

  bool is_interactive() const { return is_interactive_; }
  int width() const;
  std::string coloured(std::string_view text, Colour colour) const;

 private:
  void write(std::string_view text);

  int descriptor_;
  bool is_interactive_;
  bool has_colours_;
  std::string live_;
};

}  // namespace provisioner::view
