// Old-style arguments: words with quotes and template braces, and "key=value" in them.

#include "provisioner/language/playbook/split_arguments.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

int count(std::string_view text, std::string_view mark) {
  int found = 0;
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + mark.size())) ++found;
  return found;
}

// Where we are between the pieces of a text: inside quotes, or inside one of the three kinds of
// braces.
class Nesting {
 public:
  bool is_open() const { return quote_ != 0 || is_in_braces(); }
  bool is_in_quotes() const { return quote_ != 0; }
  bool is_in_braces() const {
    return std::any_of(depths_.begin(), depths_.end(), [](int depth) { return depth > 0; });
  }

  void pass_quotes(std::string_view piece) {
    char before = 0;
    for (const char c : piece) {
      if ((c == '"' || c == '\'') && before != '\\') {
        if (quote_ == 0)
          quote_ = c;
        else if (quote_ == c)
          quote_ = 0;
      }
      before = c;
    }
  }

  // Answers whether some depth changed.
  bool pass_braces(std::string_view piece) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> marks = {
        {{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}}};
    const auto before = depths_;
    for (std::size_t i = 0; i < marks.size(); ++i)
      depths_[i] =
          std::max(0, depths_[i] + count(piece, marks[i].first) - count(piece, marks[i].second));
    return depths_ != before;
  }

 private:
  char quote_ = 0;
  std::array<int, 3> depths_ = {};
};

class Splitter {
 public:
  std::vector<std::string> split(std::string_view text, base::Pos pos) {
    const std::vector<std::string> lines = base::split(text, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool is_continued = add_line(lines[i]);
      if (i + 1 < lines.size() && !is_continued) last() += '\n';
    }
    if (nesting_.is_open())
      throw base::Error(base::Kind::input,
                        "a quote or a template brace is left open in these arguments", pos);
    return std::move(words_);
  }

 private:
  std::string& last() {
    if (words_.empty()) words_.emplace_back();
    return words_.back();
  }

  // Answers whether the line ended with a lone backslash, which joins it to the next.
  bool add_line(const std::string& line) {
    const std::vector<std::string> pieces = base::split(line, ' ');
    bool is_continued = false;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (pieces[i].empty() && i != 0)
        last() += ' ';
      else if (pieces[i] == "\\" && !nesting_.is_in_quotes())
        is_continued = true;
      else
        add_piece(pieces[i], i, pieces.size());
    }
    return is_continued;
  }

  void add_piece(const std::string& piece, std::size_t index, std::size_t of) {
    const bool was_in_quotes = nesting_.is_in_quotes();
    const bool was_in_braces = nesting_.is_in_braces();
    nesting_.pass_quotes(piece);
    const bool joins = was_in_braces || was_in_quotes;
    if (joins) join(piece, index, of, was_in_quotes);
    const bool has_changed = nesting_.pass_braces(piece);
    if (joins) return;
    if (nesting_.is_in_quotes() || has_changed || (!nesting_.is_in_braces() && !piece.empty()))
      words_.push_back(piece);
  }

  void join(const std::string& piece, std::size_t index, std::size_t of, bool was_in_quotes) {
    const bool starts_line = index == 0;
    if (!(starts_line && was_in_quotes)) {
      if (of == 1)
        last() += '\n';
      else if (!starts_line)
        last() += ' ';
    }
    last() += piece;
  }

  std::vector<std::string> words_;
  Nesting nesting_;
};

void append_code_point(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (code >> 18));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::optional<std::uint32_t> hex_number(std::string_view digits, std::size_t length) {
  if (digits.size() < length) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : digits.substr(0, length)) {
    const std::string_view alphabet = "0123456789abcdef";
    const auto at = alphabet.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
    if (at == alphabet.npos) return std::nullopt;
    number = number * 16 + static_cast<std::uint32_t>(at);
  }
  return number;
}

// Appends what the escape at the start of `rest` (behind the backslash) means; answers how much of
// `rest` it took, 0 where it is none.
std::size_t decode_escape(std::string_view rest, std::string& out) {
  if (rest.empty()) return 0;
  const std::size_t digits = rest[0] == 'U' ? 8 : rest[0] == 'u' ? 4 : rest[0] == 'x' ? 2 : 0;
  if (digits != 0) {
    const auto code = hex_number(rest.substr(1), digits);
    if (!code) return 0;
    append_code_point(out, *code);
    return digits + 1;
  }
  static constexpr std::string_view names = "\\'\"abfnrtv", meanings = "\\'\"\a\b\f\n\r\t\v";
  const auto at = names.find(rest[0]);
  if (at == names.npos) return 0;
  out += meanings[at];
  return 1;
}

std::string decode_escapes(std::string_view word) {
  std::string decoded;
  for (std::size_t i = 0; i < word.size();) {
    const std::size_t taken = word[i] == '\\' ? decode_escape(word.substr(i + 1), decoded) : 0;
    if (taken == 0) decoded += word[i];
    i += taken + 1;
  }
  return decoded;
}

std::string unquote(std::string_view text) {
  const bool is_quoted = text.size() > 1 && text.front() == text.back() &&
                         (text.front() == '"' || text.front() == '\'') &&
                         text[text.size() - 2] != '\\';
  return std::string(is_quoted ? text.substr(1, text.size() - 2) : text);
}

// The first "=" that is not escaped and has something before it.
std::size_t equals_sign(std::string_view word) {
  auto at = word.find('=', 1);
  while (at != word.npos && word[at - 1] == '\\') at = word.find('=', at + 1);
  return at;
}

bool is_command_option(std::string_view key) {
  static constexpr std::string_view options[] = {
      "creates", "removes",           "chdir",           "executable", "warn",
      "stdin",   "stdin_add_newline", "strip_empty_ends"};
  return std::find(std::begin(options), std::end(options), key) != std::end(options);
}

std::string join_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty() && text.back() != '\n') text += ' ';
    text += word;
  }
  return text;
}

}  // namespace

std::vector<std::string> split_arguments(std::string_view text, base::Pos pos) {
  if (text.empty()) return {};
  return Splitter().split(text, pos);
}

Dict parse_key_values(const Value& text, bool is_free_form) {
  Dict options;
  std::vector<std::string> raw;
  const auto keep = [&](const std::string& words) {
    const Value made = Value(words).at(text.pos());
    return text.is_trusted() ? made : made.untrusted();
  };
  for (const std::string& word : split_arguments(text.text(), text.pos())) {
    const std::string decoded = decode_escapes(word);
    const auto at = equals_sign(decoded);
    if (at == decoded.npos) {
      raw.push_back(decoded.find('=') == decoded.npos ? word
                                                      : base::replace_all(decoded, "\\=", "="));
      continue;
    }
    const std::string key = decoded.substr(0, at);
    if (is_free_form && !is_command_option(key))
      raw.push_back(word);
    else
      options.set(keep(std::string(base::trim(key))),
                  keep(unquote(base::trim(std::string_view(decoded).substr(at + 1)))));
  }
  if (!raw.empty()) options.set(keep("_raw_params"), keep(join_words(raw)));
  return options;
}

}  // namespace provisioner::playbook
