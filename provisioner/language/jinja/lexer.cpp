// From text to tokens, as Jinja2's lexer does it.

#include "provisioner/language/jinja/lexer.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {
namespace {

bool is_name_start(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         static_cast<unsigned char>(byte) >= 0x80;
}
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_name_part(char byte) { return is_name_start(byte) || is_digit(byte); }
bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\f' ||
         byte == '\v';
}

// Python's escapes in a string literal; unknown ones stay as they are.
std::string unescaped(std::string_view body, std::size_t offset) {
  std::string text;
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (body[at] != '\\' || at + 1 == body.size()) {
      text += body[at];
      continue;
    }
    const char kind = body[++at];
    constexpr std::string_view plain = "abfnrtv\\'\"", meant = "\a\b\f\n\r\t\v\\'\"";
    if (const std::size_t known = plain.find(kind); known != std::string_view::npos) {
      text += meant[known];
    } else if (kind == '\n') {
      continue;
    } else if (kind >= '0' && kind <= '7') {
      std::uint32_t code = 0;
      std::size_t digits = 0;
      while (digits < 3 && at + digits < body.size() && body[at + digits] >= '0' &&
             body[at + digits] <= '7')
        code = code * 8 + static_cast<std::uint32_t>(body[at + digits++] - '0');
      at += digits - 1;
      text += text_of_point(code);
    } else if (kind == 'x' || kind == 'u' || kind == 'U') {
      const std::size_t length = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
      const std::string digits(body.substr(at + 1, length));
      if (digits.size() < length ||
          digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
        throw SyntaxError{"truncated \\" + std::string(1, kind) + " escape in a string", offset};
      text += text_of_point(static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16)));
      at += length;
    } else {
      text += '\\';
      text += kind;
    }
  }
  return text;
}

class Lexer {
 public:
  Lexer(std::string_view text, const FileStyle& style) : text_(text), style_(style) {}

  std::vector<Token> whole_template() {
    while (at_ < text_.size()) read_text();
    tokens_.push_back({TokenKind::end, "", text_.size()});
    return std::move(tokens_);
  }

  std::vector<Token> bare_expression() {
    while (skip_blanks(), at_ < text_.size()) read_token();
    tokens_.push_back({TokenKind::end, "", text_.size()});
    return std::move(tokens_);
  }

 private:
  bool stands(std::string_view what, std::size_t at) const {
    return text_.substr(at, what.size()) == what;
  }

  // The next delimiter that opens something.
  std::size_t next_opening(std::size_t from) const {
    return std::min({text_.find(style_.variable_start, from), text_.find(style_.block_start, from),
                     text_.find(style_.comment_start, from), text_.size()});
  }

  void read_text() {
    const std::size_t opening = next_opening(at_);
    std::string piece(text_.substr(at_, opening - at_));
    const std::size_t begin = at_;
    if (opening == text_.size()) {
      add_text(std::move(piece), begin);
      at_ = opening;
      return;
    }
    const bool is_output = stands(style_.variable_start, opening);
    const bool is_block = !is_output && stands(style_.block_start, opening);
    const std::size_t width = is_output  ? style_.variable_start.size()
                              : is_block ? style_.block_start.size()
                                         : style_.comment_start.size();
    const char control = opening + width < text_.size() ? text_[opening + width] : '\0';
    trim_before(piece, control, !is_output);
    add_text(std::move(piece), begin);
    at_ = opening + width + (control == '-' || control == '+' ? 1 : 0);
    if (is_output)
      read_tag(opening, TokenKind::output_begin, TokenKind::output_end, style_.variable_end);
    else if (is_block)
      read_block(opening);
    else
      skip_comment(opening);
  }

  // "-" takes all blanks before a tag; lstrip_blocks those of its line; "+" keeps them.
  void trim_before(std::string& piece, char control, bool is_strippable) const {
    if (control == '-') {
      while (!piece.empty() && is_blank(piece.back())) piece.pop_back();
      return;
    }
    if (!style_.lstrip_blocks || !is_strippable || control == '+') return;
    std::size_t keep = piece.size();
    while (keep > 0 && (piece[keep - 1] == ' ' || piece[keep - 1] == '\t')) --keep;
    const bool is_line_start =
        keep == 0 ? (tokens_.empty() || ended_line_) : piece[keep - 1] == '\n';
    if (is_line_start) piece.resize(keep);
  }

  void add_text(std::string piece, std::size_t begin) {
    if (piece.empty()) return;
    ended_line_ = piece.back() == '\n';
    if (style_.newline != "\n") piece = base::replace_all(std::move(piece), "\n", style_.newline);
    tokens_.push_back({TokenKind::text, std::move(piece), begin});
  }

  // What a closing tag takes with it: all blanks with "-", one newline of a block with trim_blocks.
  void trim_after(bool takes_blanks, bool takes_newline) {
    ended_line_ = false;
    if (takes_blanks) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    } else if (takes_newline && style_.trim_blocks && at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
      ended_line_ = true;
    }
  }

  void skip_comment(std::size_t opening) {
    const std::size_t end = text_.find(style_.comment_end, at_);
    if (end == std::string_view::npos) throw SyntaxError{"Missing end of comment tag", opening};
    const bool takes_blanks = end > at_ && text_[end - 1] == '-';
    const bool keeps = end > at_ && text_[end - 1] == '+';
    at_ = end + style_.comment_end.size();
    trim_after(takes_blanks, !keeps);
  }

  void read_block(std::size_t opening) {
    std::size_t word = at_;
    while (word < text_.size() && is_blank(text_[word])) ++word;
    if (stands("raw", word) && !is_name_part(word + 3 < text_.size() ? text_[word + 3] : ' '))
      return read_raw(opening, word + 3);
    read_tag(opening, TokenKind::block_begin, TokenKind::block_end, style_.block_end);
  }

  void read_raw(std::size_t opening, std::size_t at) {
    const std::size_t end = text_.find(style_.block_end, at);
    if (end == std::string_view::npos) throw SyntaxError{"Missing end of raw directive", opening};
    at_ = end + style_.block_end.size();
    trim_after(text_[end - 1] == '-', false);
    for (std::size_t tag = text_.find(style_.block_start, at_); tag != std::string_view::npos;
         tag = text_.find(style_.block_start, tag + 1)) {
      std::size_t word = tag + style_.block_start.size();
      const char control = word < text_.size() ? text_[word] : '\0';
      if (control == '-' || control == '+') ++word;
      while (word < text_.size() && is_blank(text_[word])) ++word;
      if (!stands("endraw", word)) continue;
      const std::size_t close = text_.find(style_.block_end, word);
      if (close == std::string_view::npos) break;
      std::string piece(text_.substr(at_, tag - at_));
      trim_before(piece, control, true);
      add_text(std::move(piece), at_);
      at_ = close + style_.block_end.size();
      trim_after(text_[close - 1] == '-', true);
      return;
    }
    throw SyntaxError{"Missing end of raw directive", opening};
  }

  void read_tag(std::size_t opening, TokenKind begin, TokenKind end, const std::string& closing) {
    tokens_.push_back({begin, "", opening});
    keeps_backslashes_ = style_.keeps_backslashes && begin == TokenKind::output_begin;
    std::vector<char> open;
    while (true) {
      skip_blanks();
      if (at_ >= text_.size())
        throw SyntaxError{"unexpected end of template, expected '" + closing + "'", opening};
      if (open.empty()) {
        const bool has_control =
            (text_[at_] == '-' || text_[at_] == '+') && stands(closing, at_ + 1);
        if (has_control || stands(closing, at_)) {
          const bool takes_blanks = text_[at_] == '-' && has_control,
                     keeps = text_[at_] == '+' && has_control;
          tokens_.push_back({end, "", at_});
          at_ += closing.size() + (has_control ? 1 : 0);
          trim_after(takes_blanks, end == TokenKind::block_end && !keeps);
          return;
        }
      }
      read_token();
      const Token& token = tokens_.back();
      if (token.kind != TokenKind::sign) continue;
      if (token.text == "(" || token.text == "[" || token.text == "{")
        open.push_back(token.text[0]);
      if (token.text == ")" || token.text == "]" || token.text == "}") {
        const char expected = token.text == ")" ? '(' : token.text == "]" ? '[' : '{';
        if (open.empty() || open.back() != expected)
          throw SyntaxError{"unexpected '" + token.text + "'", token.offset};
        open.pop_back();
      }
    }
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  void read_token() {
    const char byte = text_[at_];
    if (is_name_start(byte)) return read_name();
    if (is_digit(byte)) return read_number();
    if (byte == '"' || byte == '\'') return read_string();
    static constexpr std::array<std::string_view, 6> pairs = {"//", "**", "==", "!=", ">=", "<="};
    for (const std::string_view pair : pairs) {
      if (stands(pair, at_)) {
        tokens_.push_back({TokenKind::sign, std::string(pair), at_});
        at_ += 2;
        return;
      }
    }
    constexpr std::string_view signs = "+-*/%~<>=.:|,;()[]{}";
    if (signs.find(byte) == std::string_view::npos)
      throw SyntaxError{"unexpected char '" + base::escape_for_terminal(std::string(1, byte)) + "'",
                        at_};
    tokens_.push_back({TokenKind::sign, std::string(1, byte), at_});
    ++at_;
  }

  void read_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
    tokens_.push_back({TokenKind::name, std::string(text_.substr(begin, at_ - begin)), begin});
  }

  std::size_t digits_end(std::size_t at, std::string_view allowed) const {
    while (at < text_.size() && (allowed.find(text_[at]) != std::string_view::npos ||
                                 (text_[at] == '_' && at + 1 < text_.size() &&
                                  allowed.find(text_[at + 1]) != std::string_view::npos)))
      ++at;
    return at;
  }

  void read_number() {
    const std::size_t begin = at_;
    TokenKind kind = TokenKind::integer;
    const char base = at_ + 1 < text_.size() ? static_cast<char>(text_[at_ + 1] | 32) : ' ';
    if (text_[at_] == '0' && (base == 'x' || base == 'o' || base == 'b')) {
      at_ = digits_end(at_ + 2, base == 'x'   ? "0123456789abcdefABCDEF"
                                : base == 'o' ? "01234567"
                                              : "01");
    } else {
      at_ = digits_end(at_, "0123456789");
      if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
        kind = TokenKind::real;
        at_ = digits_end(at_ + 1, "0123456789");
      }
      if (at_ + 1 < text_.size() && (text_[at_] | 32) == 'e') {
        const std::size_t sign = text_[at_ + 1] == '-' || text_[at_ + 1] == '+' ? 2 : 1;
        if (at_ + sign < text_.size() && is_digit(text_[at_ + sign])) {
          kind = TokenKind::real;
          at_ = digits_end(at_ + sign, "0123456789");
        }
      }
    }
    tokens_.push_back(
        {kind, base::replace_all(std::string(text_.substr(begin, at_ - begin)), "_", ""), begin});
  }

  void read_string() {
    const std::size_t begin = at_;
    const char quote = text_[at_++];
    const std::size_t body = at_;
    while (at_ < text_.size() && text_[at_] != quote)
      at_ += text_[at_] == '\\' && !is_quoted_quote(quote) ? 2 : 1;
    if (at_ >= text_.size())
      throw SyntaxError{"unexpected char '" + std::string(1, quote) + "': the string is not closed",
                        begin};
    const std::string_view inside = text_.substr(body, at_ - body);
    tokens_.push_back({TokenKind::string,
                       keeps_backslashes_ ? std::string(inside) : unescaped(inside, begin), begin});
    ++at_;
  }

  // A backslash that stands for itself does not protect a quote.
  bool is_quoted_quote(char quote) const {
    return keeps_backslashes_ && at_ + 1 < text_.size() && text_[at_ + 1] == quote;
  }

  std::string_view text_;
  const FileStyle& style_;
  std::size_t at_ = 0;
  bool ended_line_ = true;
  bool keeps_backslashes_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::string source_lines(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r') {
      lines += text[at];
    } else {
      lines += '\n';
      if (at + 1 < text.size() && text[at + 1] == '\n') ++at;
    }
  }
  if (lines.ends_with('\n')) lines.pop_back();
  return lines;
}

std::vector<Token> lex_template(std::string_view text, const FileStyle& style) {
  return Lexer(text, style).whole_template();
}

std::vector<Token> lex_expression(std::string_view text) {
  static const FileStyle style;
  return Lexer(text, style).bare_expression();
}

}  // namespace provisioner::jinja
