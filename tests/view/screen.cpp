// A terminal in memory.

#include "screen.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace provisioner::view {

Screen::Screen(int columns) : columns_(static_cast<std::size_t>(columns)) {
  screen_side_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (screen_side_ < 0 || ::grantpt(screen_side_) != 0 || ::unlockpt(screen_side_) != 0)
    throw std::runtime_error("no terminal can be had here");
  program_side_ = ::open(::ptsname(screen_side_), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios plain{};
  ::tcgetattr(program_side_, &plain);
  ::cfmakeraw(&plain);
  ::tcsetattr(program_side_, TCSANOW, &plain);
  resize(columns);
}

Screen::~Screen() {
  ::close(program_side_);
  ::close(screen_side_);
}

void Screen::resize(int columns) {
  bytes();
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = 50;
  ::ioctl(screen_side_, TIOCSWINSZ, &size);
  columns_ = static_cast<std::size_t>(columns);
  std::vector<std::vector<std::string>> folded;
  for (const auto& row : rows_) {
    std::size_t at = 0;
    do {
      const std::size_t end = std::min(row.size(), at + columns_);
      folded.emplace_back(row.begin() + static_cast<std::ptrdiff_t>(at),
                          row.begin() + static_cast<std::ptrdiff_t>(end));
      at = end;
    } while (at < row.size());
  }
  rows_ = std::move(folded);
  row_ = rows_.size() - 1;
  column_ = rows_.back().size();
}

const std::string& Screen::bytes() {
  std::string some(65536, '\0');
  for (ssize_t count = 0; (count = ::read(screen_side_, some.data(), some.size())) > 0;)
    take(some.substr(0, static_cast<std::size_t>(count)));
  return bytes_;
}

std::vector<std::string> Screen::rows() {
  bytes();
  std::vector<std::string> texts;
  for (const auto& row : rows_) {
    std::string text;
    for (const std::string& cell : row) text += cell;
    text.erase(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  while (!texts.empty() && texts.back().empty()) texts.pop_back();
  return texts;
}

void Screen::take(const std::string& bytes) {
  bytes_ += bytes;
  pending_ += bytes;
  std::size_t at = 0;
  while (at < pending_.size()) {
    const char byte = pending_[at];
    if (byte == '\n' || byte == '\r') {
      column_ = 0;
      if (byte == '\n' && ++row_ == rows_.size()) rows_.emplace_back();
      ++at;
    } else if (byte == '\033') {
      const std::size_t end = pending_.find_first_of("mAJK", at);
      if (end == std::string::npos) break;
      const std::string number = pending_.substr(at + 2, end - at - 2);
      if (pending_[end] == 'A') row_ -= std::stoul(number);
      if (pending_[end] == 'J' || pending_[end] == 'K') rows_[row_].resize(column_);
      if (pending_[end] == 'J') rows_.resize(row_ + 1);
      at = end + 1;
    } else {
      std::size_t end = at + 1;
      while (end < pending_.size() && (static_cast<unsigned char>(pending_[end]) & 0xC0U) == 0x80U)
        ++end;
      put(pending_.substr(at, end - at));
      at = end;
    }
  }
  pending_.erase(0, at);
}

void Screen::put(const std::string& character) {
  if (column_ == columns_) {
    column_ = 0;
    if (++row_ == rows_.size()) rows_.emplace_back();
  }
  auto& row = rows_[row_];
  if (row.size() <= column_) row.resize(column_ + 1, " ");
  row[column_++] = character;
}

}  // namespace provisioner::view
