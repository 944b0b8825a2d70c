#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::reimage {

// What a machine says on its console, as plain lines: without control sequences (ECMA-48), blank
// lines, lines of dots, and what a carriage return overwrote; where the cursor is put elsewhere a
// line ends. Of a long line the first part is kept. Tokens of the boot service and secrets of this
// process are "***", bytes that are no text \xNN.
class ConsoleText {
 public:
  std::vector<std::string> take(std::string_view bytes);
  // The line that has not ended, once nothing follows for a while: a prompt. One that ends amid
  // what may be a token stays.
  std::optional<std::string> take_prompt();

 private:
  enum class Within : std::uint8_t { text, escape, charset, sequence, string, string_escape };

  void take_one(char byte, std::vector<std::string>& lines);
  void take_text(char byte, std::vector<std::string>& lines);
  void end_sequence(char last, std::vector<std::string>& lines);
  void end_line(std::vector<std::string>& lines);

  Within within_ = Within::text;
  std::string line_;
  bool is_overwritten_ = false;  // a carriage return came, and nothing after it so far
};

}  // namespace provisioner::reimage
