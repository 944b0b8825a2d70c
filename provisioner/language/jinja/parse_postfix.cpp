// What may follow a value in an expression: members, calls, filters, tests.

#include "provisioner/language/jinja/parse_expression.h"

namespace provisioner::jinja {

NodePtr ExpressionParser::postfix(NodePtr node) {
  while (true) {
    if (tokens_.is_sign(".") || tokens_.is_sign("[")) {
      node = subscript(std::move(node));
    } else if (tokens_.is_sign("(")) {
      NodePtr call = make_node(NodeKind::call, node->offset);
      call->children.push_back(std::move(node));
      for (NodePtr& argument : arguments()) call->children.push_back(std::move(argument));
      node = std::move(call);
    } else {
      return node;
    }
  }
}

NodePtr ExpressionParser::subscript(NodePtr object) {
  const std::size_t offset = object->offset;
  if (tokens_.skip_sign(".")) {
    if (tokens_.is(TokenKind::integer)) {
      NodePtr node = make_node(NodeKind::item, offset);
      node->children.push_back(std::move(object));
      node->children.push_back(number());
      return node;
    }
    NodePtr node = make_node(NodeKind::attribute, offset, tokens_.expect_name());
    node->children.push_back(std::move(object));
    return node;
  }
  tokens_.expect_sign("[");
  std::vector<NodePtr> parts;
  bool is_slice = false;
  if (!tokens_.is_sign(":")) parts.push_back(tuple());
  if (tokens_.is_sign(":")) {
    is_slice = true;
    if (parts.empty()) parts.push_back(nullptr);
    while (tokens_.skip_sign(":"))
      parts.push_back(tokens_.is_sign(":") || tokens_.is_sign("]") ? nullptr : expression());
  }
  tokens_.expect_sign("]");
  NodePtr node = make_node(is_slice ? NodeKind::slice : NodeKind::item, offset);
  node->children.push_back(std::move(object));
  for (NodePtr& part : parts) node->children.push_back(std::move(part));
  return node;
}

std::vector<NodePtr> ExpressionParser::arguments() {
  std::vector<NodePtr> all;
  tokens_.expect_sign("(");
  while (!tokens_.is_sign(")")) {
    if (!all.empty()) {
      tokens_.expect_sign(",");
      if (tokens_.is_sign(")")) break;
    }
    const std::size_t offset = tokens_.now().offset;
    NodePtr node;
    if (tokens_.skip_sign("**")) {
      node = make_node(NodeKind::double_spread, offset);
    } else if (tokens_.skip_sign("*")) {
      node = make_node(NodeKind::spread, offset);
    } else if (tokens_.is(TokenKind::name) && tokens_.ahead().kind == TokenKind::sign &&
               tokens_.ahead().text == "=") {
      node = make_node(NodeKind::keyword_argument, offset, tokens_.take().text);
      tokens_.take();
    } else {
      all.push_back(expression());
      continue;
    }
    node->children.push_back(expression());
    all.push_back(std::move(node));
  }
  tokens_.expect_sign(")");
  return all;
}

// "ansible.utils.ipaddr" is one name.
std::string ExpressionParser::dotted_name() {
  std::string name = tokens_.expect_name();
  while (tokens_.is_sign(".")) {
    tokens_.take();
    name += "." + tokens_.expect_name();
  }
  return name;
}

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
