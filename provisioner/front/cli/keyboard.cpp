// Questions to whoever sits at the terminal.

#include "provisioner/front/cli/keyboard.h"

#include <fcntl.h>
#include <unistd.h>

namespace provisioner::cli {

Keyboard::Keyboard() : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {}

bool Keyboard::can_ask() const { return ::isatty(STDIN_FILENO) != 0 && is_there(); }

bool Keyboard::say(const std::string& text) const {
  return ::write(file_.number(), text.data(), text.size()) >= 0;
}

Keyboard::Line Keyboard::line() const {
  Line line{{}, false};
  char byte = 0;
  while (!line.is_whole && ::read(file_.number(), &byte, 1) == 1) {
    line.is_whole = byte == '\n';
    if (!line.is_whole) line.text += byte;
  }
  return line;
}

}  // namespace provisioner::cli
