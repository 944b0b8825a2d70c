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
  deprecated,
  verbose,
  retry,
  added,
  removed,
  header,
  faint,
};

// Where text for people goes. Colours and the live last line only on a terminal; a pipe gets plain
// lines. Every text that came from elsewhere must have been escaped before. One thread.
class Terminal {
 public:
  // `descriptor` stays the caller's. As in Ansible, ANSIBLE_FORCE_COLOR wins over ANSIBLE_NOCOLOR
  // and NO_COLOR.
  explicit Terminal(int descriptor);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void line(std::string_view text, Colour colour = Colour::none);
  void banner(std::string_view text);  // a blank line, the text, stars to the edge

  // The one line that is overwritten, cut at the edge; "" takes it away. Nothing in a pipe.
  void live(const std::string& text);

  bool is_interactive() const { return is_interactive_; }
  int width() const;  // as ansible-playbook counts it: 79 in a pipe, never less
  std::string coloured(std::string_view text, Colour colour) const;
  // Why some of it could not be written (a full disk), as errno; 0: nothing is missing, or only
  // behind a pipe that its reader closed.
  int lost() const { return lost_; }

 private:
  int columns() const;  // of the screen, now
  std::string erased() const;
  std::string drawn();
  void write(std::string_view text);

  int descriptor_;
  bool is_interactive_;
  bool has_colours_;
  int lost_ = 0;
  std::string live_;
  int drawn_cells_ = 0;  // of the live line, as it stands on the screen
};

}  // namespace provisioner::view
