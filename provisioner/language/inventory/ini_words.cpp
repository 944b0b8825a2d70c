// Shell-like words of an INI host line.

#include "provisioner/language/inventory/ini_words.h"

namespace provisioner::inventory {
namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

base::Pos at_offset(base::Pos pos, std::size_t offset) {
  pos.column += static_cast<std::uint32_t>(offset);
  return pos;
}

// Takes the text in quotes that begin at `at`; leaves `at` behind them.
void take_quoted(std::string_view line, std::size_t& at, std::string& text, base::Pos pos) {
  const std::size_t begin = at;
  const char quote = line[at++];
  while (at < line.size() && line[at] != quote) {
    const bool is_escape = quote == '"' && line[at] == '\\' && at + 1 < line.size() &&
                           (line[at + 1] == '"' || line[at + 1] == '\\');
    if (is_escape) ++at;
    text += line[at++];
  }
  if (at == line.size())
    throw base::Error(base::Kind::input, "the quote that begins here is not closed",
                      at_offset(pos, begin));
  ++at;
}

}  // namespace

std::vector<Word> split_words(std::string_view line, base::Pos pos) {
  std::vector<Word> words;
  std::size_t at = 0;
  bool is_in_word = false;
  while (at < line.size() && line[at] != '#') {
    if (is_blank(line[at])) {
      is_in_word = false;
      ++at;
      continue;
    }
    if (!is_in_word) words.push_back({"", at});
    is_in_word = true;
    std::string& text = words.back().text;
    if (line[at] == '\'' || line[at] == '"') {
      take_quoted(line, at, text, pos);
    } else if (line[at] == '\\') {
      if (++at == line.size())
        throw base::Error(base::Kind::input, "nothing follows the backslash",
                          at_offset(pos, at - 1));
      text += line[at++];
    } else {
      text += line[at++];
    }
  }
  return words;
}

}  // namespace provisioner::inventory
