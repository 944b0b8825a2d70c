// Jinja2's expressions, by its own levels of precedence.

#include "provisioner/language/jinja/parse_expression.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::jinja {
namespace {

constexpr int deepest = 120;

struct Deeper {
  explicit Deeper(int& depth, std::size_t offset) : depth_(depth) {
    if (++depth_ > deepest)
      throw SyntaxError{"nested deeper than " + std::to_string(deepest), offset};
  }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  int& depth_;
};

NodePtr joined(NodeKind kind, std::string word, NodePtr left, NodePtr right) {
  NodePtr node = make_node(kind, left->offset, std::move(word));
  node->children.push_back(std::move(left));
  node->children.push_back(std::move(right));
  return node;
}

bool ends_tuple(const TokenStream& tokens) {
  return tokens.is(TokenKind::output_end) || tokens.is(TokenKind::block_end) ||
         tokens.is(TokenKind::end) || tokens.is_sign(")") || tokens.is_sign("]") ||
         tokens.is_sign("}") || tokens.is_sign("=");
}

}  // namespace

NodePtr ExpressionParser::expression(bool with_condition) {
  const Deeper deeper(depth_, tokens_.now().offset);
  NodePtr value = logic_or();
  while (with_condition && tokens_.is_word("if")) {
    tokens_.take();
    NodePtr test = logic_or();
    NodePtr node = make_node(NodeKind::conditional, value->offset);
    node->children.push_back(std::move(value));
    node->children.push_back(std::move(test));
    node->children.push_back(tokens_.skip_word("else") ? expression() : nullptr);
    value = std::move(node);
  }
  return value;
}

NodePtr ExpressionParser::tuple(bool with_condition) {
  NodePtr first = expression(with_condition);
  if (!tokens_.is_sign(",")) return first;
  NodePtr node = make_node(NodeKind::tuple, first->offset);
  node->children.push_back(std::move(first));
  while (tokens_.skip_sign(",")) {
    if (ends_tuple(tokens_)) break;
    node->children.push_back(expression(with_condition));
  }
  return node;
}

NodePtr ExpressionParser::target() {
  const auto one = [this]() -> NodePtr {
    const std::size_t offset = tokens_.now().offset;
    if (tokens_.skip_sign("(")) {
      NodePtr inner = target();
      tokens_.expect_sign(")");
      return inner;
    }
    std::string name = tokens_.expect_name();
    NodePtr node = make_node(NodeKind::name, offset, std::move(name));
    if (!tokens_.is_sign(".")) return node;
    tokens_.take();
    NodePtr attribute = make_node(NodeKind::attribute, offset, tokens_.expect_name());
    attribute->children.push_back(std::move(node));
    return attribute;
  };
  NodePtr first = one();
  if (!tokens_.is_sign(",")) return first;
  NodePtr node = make_node(NodeKind::tuple, first->offset);
  node->children.push_back(std::move(first));
  while (tokens_.skip_sign(",")) {
    if (tokens_.is_word("in") || tokens_.is_sign("=") || tokens_.is_sign(")")) break;
    node->children.push_back(one());
  }
  return node;
}

NodePtr ExpressionParser::logic_or() {
  NodePtr left = logic_and();
  while (tokens_.skip_word("or"))
    left = joined(NodeKind::logic_or, "", std::move(left), logic_and());
  return left;
}

NodePtr ExpressionParser::logic_and() {
  NodePtr left = logic_not();
  while (tokens_.skip_word("and"))
    left = joined(NodeKind::logic_and, "", std::move(left), logic_not());
  return left;
}

NodePtr ExpressionParser::logic_not() {
  if (!tokens_.is_word("not")) return comparison();
  const Deeper deeper(depth_, tokens_.now().offset);
  NodePtr node = make_node(NodeKind::logic_not, tokens_.take().offset);
  node->children.push_back(logic_not());
  return node;
}

NodePtr ExpressionParser::comparison() {
  static constexpr std::array<std::string_view, 6> signs = {"==", "!=", "<", ">", "<=", ">="};
  NodePtr first = sums();
  NodePtr node;
  while (true) {
    std::string word;
    if (tokens_.is(TokenKind::sign) &&
        std::find(signs.begin(), signs.end(), tokens_.now().text) != signs.end()) {
      word = tokens_.take().text;
    } else if (tokens_.skip_word("in")) {
      word = "in";
    } else if (tokens_.is_word("not") && tokens_.ahead().kind == TokenKind::name &&
               tokens_.ahead().text == "in") {
      tokens_.take();
      tokens_.take();
      word = "not in";
    } else {
      return node ? std::move(node) : std::move(first);
    }
    if (!node) {
      node = make_node(NodeKind::compare, first->offset);
      node->children.push_back(std::move(first));
    }
    node->words.push_back(std::move(word));
    node->children.push_back(sums());
  }
}

NodePtr ExpressionParser::sums() {
  NodePtr left = concatenation();
  while (tokens_.is_sign("+") || tokens_.is_sign("-")) {
    const std::string word = tokens_.take().text;
    left = joined(NodeKind::binary, word, std::move(left), concatenation());
  }
  return left;
}

NodePtr ExpressionParser::concatenation() {
  NodePtr left = products();
  while (tokens_.skip_sign("~")) left = joined(NodeKind::binary, "~", std::move(left), products());
  return left;
}

NodePtr ExpressionParser::products() {
  NodePtr left = power();
  while (tokens_.is_sign("*") || tokens_.is_sign("/") || tokens_.is_sign("//") ||
         tokens_.is_sign("%")) {
    const std::string word = tokens_.take().text;
    left = joined(NodeKind::binary, word, std::move(left), power());
  }
  return left;
}

// Jinja2 binds a power to the left, and a sign looser than a power.
NodePtr ExpressionParser::power() {
  NodePtr left = unary(true);
  while (tokens_.skip_sign("**"))
    left = joined(NodeKind::binary, "**", std::move(left), unary(true));
  return left;
}

NodePtr ExpressionParser::unary(bool with_filters) {
  const Deeper deeper(depth_, tokens_.now().offset);
  NodePtr node;
  if (tokens_.is_sign("-") || tokens_.is_sign("+")) {
    const Token& sign = tokens_.take();
    node = make_node(NodeKind::unary, sign.offset, sign.text);
    node->children.push_back(unary(false));
  } else {
    node = primary();
  }
  node = postfix(std::move(node));
  while (with_filters) {
    if (tokens_.skip_sign("|"))
      node = filter(std::move(node));
    else if (tokens_.is_word("is"))
      node = test(std::move(node));
    else if (tokens_.is_sign("(")) {
      NodePtr call = make_node(NodeKind::call, node->offset);
      call->children.push_back(std::move(node));
      for (NodePtr& argument : arguments()) call->children.push_back(std::move(argument));
      node = std::move(call);
    } else {
      break;
    }
  }
  return node;
}

NodePtr ExpressionParser::number() {
  const Token& token = tokens_.take();
  NodePtr node = make_node(NodeKind::constant, token.offset);
  if (token.kind == TokenKind::real) {
    node->constant = value::Value(std::strtod(token.text.c_str(), nullptr));
    return node;
  }
  const char base = token.text.size() > 1 ? static_cast<char>(token.text[1] | 32) : ' ';
  const int radix = base == 'x' ? 16 : base == 'o' ? 8 : base == 'b' ? 2 : 10;
  node->constant = value::whole_number(token.text.substr(radix == 10 ? 0 : 2), radix);
  return node;
}

NodePtr ExpressionParser::primary() {
  const Token token = tokens_.now();
  if (token.kind == TokenKind::integer || token.kind == TokenKind::real) return number();
  if (token.kind == TokenKind::string) {
    NodePtr node = make_node(NodeKind::constant, token.offset);
    std::string text;
    while (tokens_.is(TokenKind::string)) text += tokens_.take().text;
    node->constant = value::Value(std::move(text));
    return node;
  }
  if (token.kind == TokenKind::name) {
    tokens_.take();
    NodePtr node = make_node(NodeKind::constant, token.offset);
    if (token.text == "true" || token.text == "True" || token.text == "false" ||
        token.text == "False")
      node->constant = value::Value(token.text == "true" || token.text == "True");
    else if (token.text != "none" && token.text != "None")
      node = make_node(NodeKind::name, token.offset, token.text);
    return node;
  }
  if (tokens_.skip_sign("(")) {
    if (tokens_.skip_sign(")")) return make_node(NodeKind::tuple, token.offset);
    NodePtr inner = tuple();
    tokens_.expect_sign(")");
    return inner;
  }
  if (tokens_.is_sign("[")) return list();
  if (tokens_.is_sign("{")) return dict();
  throw SyntaxError{"unexpected " + tokens_.shown(), token.offset};
}

NodePtr ExpressionParser::list() {
  NodePtr node = make_node(NodeKind::list, tokens_.take().offset);
  while (!tokens_.is_sign("]")) {
    if (!node->children.empty()) {
      tokens_.expect_sign(",");
      if (tokens_.is_sign("]")) break;
    }
    node->children.push_back(expression());
  }
  tokens_.expect_sign("]");
  return node;
}

NodePtr ExpressionParser::dict() {
  NodePtr node = make_node(NodeKind::dict, tokens_.take().offset);
  while (!tokens_.is_sign("}")) {
    if (!node->children.empty()) {
      tokens_.expect_sign(",");
      if (tokens_.is_sign("}")) break;
    }
    node->children.push_back(expression());
    tokens_.expect_sign(":");
    node->children.push_back(expression());
  }
  tokens_.expect_sign("}");
  return node;
}

}  // namespace provisioner::jinja
