#pragma once

#include <string_view>
#include <vector>

#include "provisioner/language/jinja/lexer.h"

namespace provisioner::jinja {

// Where a parser stands in the tokens.
class TokenStream {
 public:
  explicit TokenStream(const std::vector<Token>& tokens) : tokens_(tokens) {}

  const Token& now() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
  const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }

  bool is(TokenKind kind) const { return now().kind == kind; }
  bool is_sign(std::string_view text) const { return is(TokenKind::sign) && now().text == text; }
  bool is_word(std::string_view text) const { return is(TokenKind::name) && now().text == text; }
  bool skip_sign(std::string_view text) { return is_sign(text) && (take(), true); }
  bool skip_word(std::string_view text) { return is_word(text) && (take(), true); }

  void expect_sign(std::string_view text) {
    if (!skip_sign(text))
      throw SyntaxError{"expected token '" + std::string(text) + "', got " + shown(), now().offset};
  }
  void expect_word(std::string_view text) {
    if (!skip_word(text))
      throw SyntaxError{"expected token '" + std::string(text) + "', got " + shown(), now().offset};
  }
  std::string expect_name() {
    if (!is(TokenKind::name)) throw SyntaxError{"expected a name, got " + shown(), now().offset};
    return take().text;
  }
  void expect(TokenKind kind) {
    if (!is(kind))
      throw SyntaxError{"expected " + name_of(kind) + ", got " + shown(), now().offset};
    take();
  }

  std::string shown() const {
    if (is(TokenKind::sign) || is(TokenKind::name) || is(TokenKind::integer) || is(TokenKind::real))
      return "'" + now().text + "'";
    return name_of(now().kind);
  }

 private:
  static std::string name_of(TokenKind kind) {
    switch (kind) {
      case TokenKind::output_end:
        return "end of print statement";
      case TokenKind::block_end:
        return "end of statement block";
      case TokenKind::string:
        return "a string";
      case TokenKind::text:
        return "template data";
      case TokenKind::output_begin:
        return "begin of print statement";
      case TokenKind::block_begin:
        return "begin of statement block";
      default:
        return "end of template";
    }
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
};

}  // namespace provisioner::jinja
