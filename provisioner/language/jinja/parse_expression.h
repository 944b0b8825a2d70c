#pragma once

#include "provisioner/language/jinja/node.h"
#include "provisioner/language/jinja/token_stream.h"

namespace provisioner::jinja {

// The expression half of the parser, from a stream that the statement half shares.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenStream& tokens) : tokens_(tokens) {}

  NodePtr expression(bool with_condition = true);
  NodePtr tuple(bool with_condition = true);  // "a, b" without parentheses is a tuple
  NodePtr target();                           // a name, or names for unpacking, or namespace.name
  NodePtr filters_only(NodePtr input);        // "upper | indent(4)" of a filter block
  std::vector<NodePtr> arguments();           // behind "("
  NodePtr postfix(NodePtr node);

 private:
  NodePtr logic_or();
  NodePtr logic_and();
  NodePtr logic_not();
  NodePtr comparison();
  NodePtr sums();
  NodePtr concatenation();
  NodePtr products();
  NodePtr power();
  NodePtr unary(bool with_filters);
  NodePtr primary();
  NodePtr list();
  NodePtr dict();
  NodePtr subscript(NodePtr object);
  NodePtr filter(NodePtr input);
  NodePtr test(NodePtr input);
  NodePtr number();
  std::string dotted_name();

  TokenStream& tokens_;
  int depth_ = 0;
};

}  // namespace provisioner::jinja
