#pragma once

#include <string>
#include <vector>

namespace provisioner::view {

// A small terminal: a pair of devices, and the rows that would be seen. Knows what our views write:
// text, newline, return, "up", "erase below", "erase line", colours.
class Screen {
 public:
  explicit Screen(int columns);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  int descriptor() const { return program_side_; }
  void resize(int columns);         // rows that do not fit any more are folded, as terminals do
  std::vector<std::string> rows();  // without blanks at their ends and empty rows at the end
  const std::string& bytes();       // all that was written

 private:
  void take(const std::string& bytes);
  void put(const std::string& character);

  int screen_side_ = -1, program_side_ = -1;
  std::size_t columns_;
  std::string bytes_, pending_;
  std::vector<std::vector<std::string>> rows_{1};
  std::size_t row_ = 0, column_ = 0;
};

}  // namespace provisioner::view
