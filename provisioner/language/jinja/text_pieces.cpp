// Texts taken apart: str.strip, str.split, str.replace.

#include <algorithm>
#include <limits>

#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {
namespace {

bool is_blank(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r') || (byte >= 0x1c && byte <= 0x1f);
}

}  // namespace

std::string replaced(const std::string& text, const std::string& from, const std::string& to,
                     std::int64_t most) {
  std::string result;
  std::size_t copied = 0;
  std::int64_t left = most < 0 ? std::numeric_limits<std::int64_t>::max() : most;
  if (from.empty()) {
    for (const std::string_view character : Characters(text)) {
      if (left-- > 0) add_text(result, to);
      add_text(result, character);
    }
    if (left > 0) add_text(result, to);
    return result;
  }
  for (std::size_t at = text.find(from); at != std::string::npos && left-- > 0;
       at = text.find(from, copied)) {
    add_text(result, std::string_view(text).substr(copied, at - copied));
    add_text(result, to);
    copied = at + from.size();
  }
  add_text(result, std::string_view(text).substr(copied));
  return result;
}

std::string stripped(std::string_view text, std::string_view characters, Side side) {
  const auto goes = [&](char byte) {
    return characters.empty() ? is_blank(byte) : characters.find(byte) != std::string_view::npos;
  };
  if (side != Side::right)
    while (!text.empty() && goes(text.front())) text.remove_prefix(1);
  if (side != Side::left)
    while (!text.empty() && goes(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> split_text(std::string_view text,
                                    const std::optional<std::string>& separator,
                                    std::int64_t most) {
  std::vector<std::string> words;
  if (!separator) {
    while (true) {
      while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
      if (text.empty()) return words;
      if (most >= 0 && static_cast<std::int64_t>(words.size()) == most) {
        words.emplace_back(text);
        return words;
      }
      require_list_size(words.size());
      const std::size_t end =
          static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_blank) - text.begin());
      words.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }
  if (separator->empty()) type_error("empty separator");
  while (most < 0 || static_cast<std::int64_t>(words.size()) < most) {
    const std::size_t end = text.find(*separator);
    if (end == std::string_view::npos) break;
    require_list_size(words.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end + separator->size());
  }
  words.emplace_back(text);
  return words;
}

std::vector<std::string> split_text_right(std::string_view text,
                                          const std::optional<std::string>& separator,
                                          std::int64_t most) {
  if (most < 0) return split_text(text, separator, most);
  if (separator && separator->empty()) type_error("empty separator");
  std::vector<std::string> words;
  const auto drop_blanks = [&] {
    while (!separator && !text.empty() && is_blank(text.back())) text.remove_suffix(1);
  };
  const auto end_of_rest = [&] {
    if (separator) return text.rfind(*separator);
    const auto blank = std::find_if(text.rbegin(), text.rend(), is_blank);
    return blank == text.rend() ? std::string_view::npos
                                : static_cast<std::size_t>(text.rend() - blank) - 1;
  };
  for (drop_blanks(); static_cast<std::int64_t>(words.size()) < most; drop_blanks()) {
    const std::size_t end = end_of_rest();
    if (end == std::string_view::npos) break;
    require_list_size(words.size());
    words.emplace_back(text.substr(end + (separator ? separator->size() : 1)));
    text = text.substr(0, end);
  }
  if (separator || !text.empty()) words.emplace_back(text);
  std::reverse(words.begin(), words.end());
  return words;
}

}  // namespace provisioner::jinja
