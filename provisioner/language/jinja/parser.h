#pragma once

#include <string_view>
#include <vector>

#include "provisioner/language/jinja/lexer.h"
#include "provisioner/language/jinja/node.h"

namespace provisioner::jinja {

// Tokens to a tree; throws SyntaxError. Nesting is bounded, so that no text exhausts the stack.
//
// children of expressions: attribute [object], item [object, index], slice [object, begin?, end?,
// step?],
//   call [callee, arguments...], filter [input, arguments...], test [input, arguments...] with
//   `flag` for "is not", unary/binary [operands], compare [first, others...] with `words` the
//   operators, conditional [value, test, else?], dict [key, value, ...], keyword_argument [value]
//   with `word` its name.
// children of statements: output [expression], if_chain [test, body, test, body, ..., body?] with
// the last body
//   `flag`, loop [target, items, body, else?, filter?] with `flag` recursive, set [target, value],
//   set_block [target, body, filter?], block [body], extends [name], include [name] with `flag`
//   ignore missing, import [name] with `word` the alias, from_import [name] with `words` pairs
//   name, alias, macro [body, defaults...] with `words` the parameters, call_block [call, body,
//   defaults...], filter_block [body, filter], with [body, target, value, ...].
NodePtr parse_template(const std::vector<Token>& tokens);
// A condition has no inline if outside of parentheses.
enum class Form : std::uint8_t { any, condition };
NodePtr parse_expression(const std::vector<Token>& tokens, Form form = Form::any);

}  // namespace provisioner::jinja
