// What a terminal makes of a text: its cells, its line breaks.

#include "provisioner/front/view/screen_text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace provisioner::view {
namespace {

struct Range {
  char32_t first, last;
};

// East Asian wide and emoji blocks, after Unicode's EastAsianWidth.txt, by block.
constexpr std::array<Range, 16> wide = {{{0x1100, 0x115F},
                                         {0x231A, 0x231B},
                                         {0x23E9, 0x23EC},
                                         {0x2614, 0x2615},
                                         {0x2705, 0x2705},
                                         {0x274C, 0x274C},
                                         {0x2E80, 0x303E},
                                         {0x3041, 0x4DBF},
                                         {0x4E00, 0x9FFF},
                                         {0xA000, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};

constexpr std::array<Range, 6> combining = {{{0x0300, 0x036F},
                                             {0x0483, 0x0489},
                                             {0x0591, 0x05BD},
                                             {0x200B, 0x200F},
                                             {0x20D0, 0x20F0},
                                             {0xFE00, 0xFE0F}}};

template <std::size_t size>
bool is_in(const std::array<Range, size>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& r) { return code >= r.first && code <= r.last; });
}

bool is_continued(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// One character of UTF-8 text; a stray byte stands for itself.
std::string_view character_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && end < at + 4 && is_continued(text[end])) ++end;
  return text.substr(at, end - at);
}

char32_t code_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  char32_t code = lead & (0x7FU >> character.size());
  for (const char byte : character.substr(1))
    code = (code << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
  return code;
}

int cells_of(std::string_view character) {
  const char32_t code = code_of(character);
  if (is_in(combining, code)) return 0;
  return is_in(wide, code) ? 2 : 1;
}

using Characters = std::vector<std::string_view>;

bool is_blank(std::string_view character) { return character == " "; }
bool is_hyphen(std::string_view character) { return character == "-"; }
bool is_letter(std::string_view character) {
  const char byte = character[0];
  return character.size() > 1 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '_';
}

Characters characters_of(std::string_view text) {
  Characters list;
  for (std::size_t at = 0; at < text.size(); at += list.back().size())
    list.push_back(character_at(text, at));
  return list;
}

// Tabs to stops of eight, every other white space to one blank.
std::string plain_blanks(std::string_view text) {
  std::string plain;
  std::size_t column = 0;
  for (const std::string_view character : characters_of(text)) {
    if (character == "\t") {
      const std::size_t gap = 8 - column % 8;
      plain.append(gap, ' ');
      column += gap;
      continue;
    }
    const bool ends_line = character == "\n" || character == "\r";
    if (ends_line || character == "\v" || character == "\f")
      plain += ' ';
    else
      plain += character;
    column = ends_line ? 0 : column + 1;
  }
  return plain;
}

// Behind the hyphen of "co-worker", but not of "-x", "1-2" or "a-b".
bool breaks_behind(const Characters& text, std::size_t at) {
  if (!is_hyphen(text[at]) || at < 2 || at + 2 >= text.size()) return false;
  const bool is_word_before =
      is_letter(text[at - 1]) &&
      (is_letter(text[at - 2]) || (at >= 3 && is_hyphen(text[at - 2]) && is_letter(text[at - 3])));
  const bool is_word_behind =
      is_letter(text[at + 1]) &&
      (is_letter(text[at + 2]) ||
       (at + 3 < text.size() && is_hyphen(text[at + 2]) && is_letter(text[at + 3])));
  return is_word_before && is_word_behind;
}

// Runs of blanks and the words between them, cut where a line may end.
std::vector<Characters> chunks_of(const Characters& text) {
  std::vector<Characters> chunks;
  bool begins = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (begins || is_blank(text[at]) != is_blank(text[at - 1])) chunks.emplace_back();
    chunks.back().push_back(text[at]);
    begins = breaks_behind(text, at);
  }
  return chunks;
}

// How much of a word that is longer than a line stays on this one.
std::size_t split_of(const Characters& word, std::size_t room) {
  std::size_t hyphen = 0;
  for (std::size_t at = 0; at < std::min(room, word.size()); ++at)
    if (is_hyphen(word[at])) hyphen = at;
  const bool has_more =
      std::any_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(hyphen),
                  [](std::string_view character) { return !is_hyphen(character); });
  return hyphen > 0 && has_more ? hyphen + 1 : room;
}

std::string joined(const Characters& line) {
  std::string text;
  for (const std::string_view character : line) text += character;
  return text;
}

}  // namespace

int shown_width(std::string_view line) {
  int cells = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view character = character_at(line, at);
    cells += cells_of(character);
    at += character.size();
  }
  return cells;
}

std::string cut_to(std::string_view line, int most) {
  if (shown_width(line) <= most) return std::string(line);
  std::string kept;
  int cells = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view character = character_at(line, at);
    cells += cells_of(character);
    if (cells > most - 1) break;
    kept += character;
    at += character.size();
  }
  return most > 0 ? kept + "…" : "";
}

std::string wrapped(std::string_view text, std::size_t most) {
  const std::string plain = plain_blanks(text);
  const Characters characters = characters_of(plain);
  std::vector<Characters> chunks = chunks_of(characters);
  std::reverse(chunks.begin(), chunks.end());  // the next one is at the end
  std::string result;
  while (!chunks.empty()) {
    Characters line;
    if (!result.empty() && is_blank(chunks.back().front())) chunks.pop_back();
    while (!chunks.empty() && line.size() + chunks.back().size() <= most) {
      line.insert(line.end(), chunks.back().begin(), chunks.back().end());
      chunks.pop_back();
    }
    // As in Python: before a word that is cut, a full line keeps the blanks at its end.
    const bool cuts_word = !chunks.empty() && chunks.back().size() > most;
    const bool is_full = line.size() >= most;
    if (cuts_word && !is_full) {
      Characters& word = chunks.back();
      const auto end =
          word.begin() + static_cast<std::ptrdiff_t>(split_of(word, most - line.size()));
      line.insert(line.end(), word.begin(), end);
      word.erase(word.begin(), end);
    }
    while (!(cuts_word && is_full) && !line.empty() && is_blank(line.back())) line.pop_back();
    if (!line.empty()) result += (result.empty() ? "" : "\n") + joined(line);
  }
  return result;
}

}  // namespace provisioner::view
