// Filters and tests behind an expression.

#include "provisioner/language/jinja/parse_expression.h"

namespace provisioner::jinja {

NodePtr ExpressionParser::filter(NodePtr input) {
  const std::size_t offset = tokens_.now().offset;
  NodePtr node = make_node(NodeKind::filter, offset, dotted_name());
  node->children.push_back(std::move(input));
  if (tokens_.is_sign("("))
    for (NodePtr& argument : arguments()) node->children.push_back(std::move(argument));
  return node;
}

NodePtr ExpressionParser::filters_only(NodePtr input) {
  NodePtr node = filter(std::move(input));
  while (tokens_.skip_sign("|")) node = filter(std::move(node));
  return node;
}

NodePtr ExpressionParser::test(NodePtr input) {
  tokens_.expect_word("is");
  const bool is_negated = tokens_.skip_word("not");
  const std::size_t offset = tokens_.now().offset;
  NodePtr node = make_node(NodeKind::test, offset, dotted_name());
  node->flag = is_negated;
  node->children.push_back(std::move(input));
  if (tokens_.is_sign("(")) {
    for (NodePtr& argument : arguments()) node->children.push_back(std::move(argument));
    return node;
  }
  // "is divisibleby 3": one argument may stand without parentheses.
  const Token& now = tokens_.now();
  const bool is_value = now.kind == TokenKind::string || now.kind == TokenKind::integer ||
                        now.kind == TokenKind::real || tokens_.is_sign("[") || tokens_.is_sign("{");
  const bool is_name = now.kind == TokenKind::name && now.text != "else" && now.text != "or" &&
                       now.text != "and" && now.text != "is" && now.text != "if" &&
                       now.text != "in" && now.text != "not";
  if (is_value || is_name) node->children.push_back(postfix(primary()));
  return node;
}

}  // namespace provisioner::jinja
