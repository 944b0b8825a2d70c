#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::jinja {

enum class NodeKind : std::uint8_t {
  // expressions
  constant,
  name,
  tuple,
  list,
  dict,
  attribute,
  item,
  slice,
  call,
  filter,
  test,
  unary,
  binary,
  compare,
  logic_and,
  logic_or,
  logic_not,
  conditional,
  keyword_argument,
  spread,
  double_spread,
  // statements
  text,
  output,
  body,
  if_chain,
  loop,
  set,
  set_block,
  block,
  extends,
  include,
  import,
  from_import,
  macro,
  call_block,
  filter_block,
  with,
  expression_statement,
  break_loop,
  continue_loop,
};

struct Node;
using NodePtr = std::unique_ptr<Node>;

// One node of a template's tree. What `children` and `words` hold is said beside each kind in
// parser.h.
struct Node {
  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();

  NodeKind kind{};
  std::size_t offset = 0;  // of the template's text, in bytes
  std::string word;        // a name, an operator, a piece of text
  value::Value constant;
  std::vector<NodePtr> children;   // nullptr where an optional part is missing
  std::vector<std::string> words;  // operators of a chain, parameter names, imported names
  std::vector<std::string> used;   // "varargs", "kwargs", "caller" where a macro's body reads them
  bool flag = false;
};

// A long chain is a deep tree: its nodes go one after the other.
inline Node::~Node() {
  std::vector<NodePtr> waiting = std::move(children);
  while (!waiting.empty()) {
    const NodePtr last = std::move(waiting.back());
    waiting.pop_back();
    if (!last) continue;
    std::move(last->children.begin(), last->children.end(), std::back_inserter(waiting));
    last->children.clear();
  }
}

inline NodePtr make_node(NodeKind kind, std::size_t offset, std::string word = {}) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->offset = offset;
  node->word = std::move(word);
  return node;
}

}  // namespace provisioner::jinja
