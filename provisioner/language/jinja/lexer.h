#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/jinja/templar.h"

namespace provisioner::jinja {

enum class TokenKind : std::uint8_t {
  text,
  output_begin,
  output_end,
  block_begin,
  block_end,
  name,
  string,
  integer,
  real,
  sign,
  end
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;        // of strings: with escapes resolved
  std::size_t offset = 0;  // in the template's text
};

// A syntax error at an offset of the text; the caller knows where the text stands.
struct SyntaxError {
  std::string message;
  std::size_t offset = 0;
};

// The text as Jinja2 reads it: every line ends with "\n", the last newline is left out.
std::string source_lines(std::string_view text);

// The tokens of a whole template, with whitespace control applied. Throws SyntaxError.
std::vector<Token> lex_template(std::string_view text, const FileStyle& style);

// The tokens of a bare expression.
std::vector<Token> lex_expression(std::string_view text);

}  // namespace provisioner::jinja
