// Statements: what stands between {% and %}.

#include "provisioner/language/jinja/parser.h"

#include <initializer_list>

#include "provisioner/language/jinja/parse_expression.h"

namespace provisioner::jinja {
namespace {

constexpr int deepest = 80;

// Which of a macro's own names its body reads.
void note_used(const Node& node, std::vector<std::string>& used) {
  if (node.kind == NodeKind::name)
    for (const char* own : {"varargs", "kwargs", "caller"})
      if (node.word == own) used.emplace_back(own);
  for (const NodePtr& child : node.children)
    if (child) note_used(*child, used);
}

class StatementParser {
 public:
  explicit StatementParser(const std::vector<Token>& tokens)
      : tokens_(tokens), expressions_(tokens_) {}

  NodePtr whole() {
    NodePtr root = body({});
    if (!tokens_.is(TokenKind::end))
      throw SyntaxError{"unexpected " + tokens_.shown(), tokens_.now().offset};
    return root;
  }

 private:
  // Until one of the words that end it; the stream then stands at that word.
  NodePtr body(std::initializer_list<std::string_view> ends) {
    if (++depth_ > deepest)
      throw SyntaxError{"blocks nested deeper than " + std::to_string(deepest),
                        tokens_.now().offset};
    const std::size_t begin = tokens_.now().offset;
    NodePtr node = make_node(NodeKind::body, begin);
    while (!tokens_.is(TokenKind::end)) {
      if (tokens_.is(TokenKind::text)) {
        const Token& text = tokens_.take();
        node->children.push_back(make_node(NodeKind::text, text.offset, text.text));
      } else if (tokens_.is(TokenKind::output_begin)) {
        NodePtr output = make_node(NodeKind::output, tokens_.take().offset);
        output->children.push_back(expressions_.tuple());
        tokens_.expect(TokenKind::output_end);
        node->children.push_back(std::move(output));
      } else {
        tokens_.expect(TokenKind::block_begin);
        for (const std::string_view end : ends)
          if (tokens_.is_word(end)) {
            --depth_;
            return node;
          }
        node->children.push_back(statement());
      }
    }
    --depth_;
    if (ends.size() > 0) {
      std::string wanted;
      for (const std::string_view end : ends)
        wanted += (wanted.empty() ? "'" : "' or '") + std::string(end);
      throw SyntaxError{
          "Unexpected end of template. Jinja was looking for the following tags: " + wanted + "'",
          begin};
    }
    return node;
  }

  void end_tag(std::string_view word) {
    tokens_.expect_word(word);
    tokens_.expect(TokenKind::block_end);
  }

  NodePtr statement() {
    const Token token = tokens_.now();
    const std::string word = tokens_.expect_name();
    if (word == "if") return if_chain(token.offset);
    if (word == "for") return loop(token.offset);
    if (word == "set") return set(token.offset);
    if (word == "macro") return macro(token.offset);
    if (word == "call") return call_block(token.offset);
    if (word == "filter") return filter_block(token.offset);
    if (word == "with") return with(token.offset);
    if (word == "block") return block(token.offset);
    if (word == "autoescape") return autoescape(token.offset);
    NodePtr node = simple(word, token.offset);
    if (!node) throw SyntaxError{"Encountered unknown tag '" + word + "'", token.offset};
    tokens_.expect(TokenKind::block_end);
    return node;
  }

  NodePtr simple(const std::string& word, std::size_t offset) {
    if (word == "do") {
      NodePtr node = make_node(NodeKind::expression_statement, offset);
      node->children.push_back(expressions_.tuple());
      return node;
    }
    if (word == "break") return make_node(NodeKind::break_loop, offset);
    if (word == "continue") return make_node(NodeKind::continue_loop, offset);
    if (word == "extends") {
      NodePtr node = make_node(NodeKind::extends, offset);
      node->children.push_back(expressions_.expression());
      return node;
    }
    if (word == "include") return include(offset);
    if (word == "import") return import(offset);
    if (word == "from") return from_import(offset);
    return nullptr;
  }

  NodePtr if_chain(std::size_t offset) {
    NodePtr node = make_node(NodeKind::if_chain, offset);
    while (true) {
      node->children.push_back(expressions_.tuple(false));
      tokens_.expect(TokenKind::block_end);
      node->children.push_back(body({"elif", "else", "endif"}));
      if (tokens_.skip_word("elif")) continue;
      if (tokens_.skip_word("else")) {
        tokens_.expect(TokenKind::block_end);
        node->children.push_back(body({"endif"}));
        node->flag = true;
      }
      end_tag("endif");
      return node;
    }
  }

  NodePtr loop(std::size_t offset) {
    NodePtr node = make_node(NodeKind::loop, offset);
    NodePtr target = expressions_.target();
    tokens_.expect_word("in");
    NodePtr items = expressions_.tuple(false);
    NodePtr filter = tokens_.skip_word("if") ? expressions_.expression() : nullptr;
    node->flag = tokens_.skip_word("recursive");
    tokens_.expect(TokenKind::block_end);
    NodePtr inner = body({"else", "endfor"});
    NodePtr otherwise;
    if (tokens_.skip_word("else")) {
      tokens_.expect(TokenKind::block_end);
      otherwise = body({"endfor"});
    }
    end_tag("endfor");
    for (NodePtr* part : {&target, &items, &inner, &otherwise, &filter})
      node->children.push_back(std::move(*part));
    return node;
  }

  NodePtr set(std::size_t offset) {
    NodePtr target = expressions_.target();
    if (tokens_.skip_sign("=")) {
      NodePtr node = make_node(NodeKind::set, offset);
      node->children.push_back(std::move(target));
      node->children.push_back(expressions_.tuple());
      tokens_.expect(TokenKind::block_end);
      return node;
    }
    NodePtr node = make_node(NodeKind::set_block, offset);
    NodePtr filter;
    if (tokens_.skip_sign("|"))
      filter = expressions_.filters_only(make_node(NodeKind::name, offset, ""));
    tokens_.expect(TokenKind::block_end);
    node->children.push_back(std::move(target));
    node->children.push_back(body({"endset"}));
    node->children.push_back(std::move(filter));
    end_tag("endset");
    return node;
  }

  // "(a, b=1)": names into words, defaults (or nullptr) into children.
  void parameters(Node& node) {
    tokens_.expect_sign("(");
    while (!tokens_.is_sign(")")) {
      if (!node.words.empty()) tokens_.expect_sign(",");
      node.words.push_back(tokens_.expect_name());
      node.children.push_back(tokens_.skip_sign("=") ? expressions_.expression() : nullptr);
    }
    tokens_.expect_sign(")");
  }

  NodePtr macro(std::size_t offset) {
    NodePtr node = make_node(NodeKind::macro, offset, tokens_.expect_name());
    node->children.push_back(nullptr);
    parameters(*node);
    tokens_.expect(TokenKind::block_end);
    node->children[0] = body({"endmacro"});
    note_used(*node->children[0], node->used);
    tokens_.expect_word("endmacro");
    if (tokens_.is(TokenKind::name)) tokens_.take();
    tokens_.expect(TokenKind::block_end);
    return node;
  }

  NodePtr call_block(std::size_t offset) {
    NodePtr node = make_node(NodeKind::call_block, offset);
    node->children.resize(2);
    if (tokens_.is_sign("(")) parameters(*node);
    node->children[0] = expressions_.expression();
    if (node->children[0]->kind != NodeKind::call) throw SyntaxError{"expected call", offset};
    tokens_.expect(TokenKind::block_end);
    node->children[1] = body({"endcall"});
    note_used(*node->children[1], node->used);
    end_tag("endcall");
    return node;
  }

  NodePtr filter_block(std::size_t offset) {
    NodePtr node = make_node(NodeKind::filter_block, offset);
    NodePtr filter = expressions_.filters_only(make_node(NodeKind::name, offset, ""));
    tokens_.expect(TokenKind::block_end);
    node->children.push_back(body({"endfilter"}));
    node->children.push_back(std::move(filter));
    end_tag("endfilter");
    return node;
  }

  NodePtr with(std::size_t offset) {
    NodePtr node = make_node(NodeKind::with, offset);
    node->children.push_back(nullptr);
    while (!tokens_.is(TokenKind::block_end)) {
      if (node->children.size() > 1) tokens_.expect_sign(",");
      node->children.push_back(expressions_.target());
      tokens_.expect_sign("=");
      node->children.push_back(expressions_.expression());
    }
    tokens_.expect(TokenKind::block_end);
    node->children[0] = body({"endwith"});
    end_tag("endwith");
    return node;
  }

  // Nothing is escaped here, whatever it says.
  NodePtr autoescape(std::size_t offset) {
    NodePtr node = make_node(NodeKind::with, offset);
    expressions_.expression();
    tokens_.expect(TokenKind::block_end);
    node->children.push_back(body({"endautoescape"}));
    end_tag("endautoescape");
    return node;
  }

  NodePtr block(std::size_t offset) {
    NodePtr node = make_node(NodeKind::block, offset, tokens_.expect_name());
    while (tokens_.is_word("scoped") || tokens_.is_word("required")) tokens_.take();
    tokens_.expect(TokenKind::block_end);
    node->children.push_back(body({"endblock"}));
    tokens_.expect_word("endblock");
    if (tokens_.is(TokenKind::name)) tokens_.take();
    tokens_.expect(TokenKind::block_end);
    return node;
  }

  // "with", "without" or nothing.
  std::string context() {
    const bool is_said = (tokens_.is_word("with") || tokens_.is_word("without")) &&
                         tokens_.ahead().text == "context";
    if (!is_said) return {};
    const std::string word = tokens_.take().text;
    tokens_.take();
    return word;
  }

  NodePtr include(std::size_t offset) {
    NodePtr node = make_node(NodeKind::include, offset);
    node->children.push_back(expressions_.expression());
    if (tokens_.is_word("ignore") && tokens_.ahead().text == "missing") {
      node->flag = true;
      tokens_.take();
      tokens_.take();
    }
    node->word = context();
    return node;
  }

  NodePtr import(std::size_t offset) {
    NodePtr node = make_node(NodeKind::import, offset);
    node->children.push_back(expressions_.expression());
    tokens_.expect_word("as");
    node->word = tokens_.expect_name();
    node->flag = context() == "with";
    return node;
  }

  NodePtr from_import(std::size_t offset) {
    NodePtr node = make_node(NodeKind::from_import, offset);
    node->children.push_back(expressions_.expression());
    tokens_.expect_word("import");
    while (!tokens_.is(TokenKind::block_end) && !tokens_.is_word("with") &&
           !tokens_.is_word("without")) {
      if (!node->words.empty() && !tokens_.skip_sign(",")) break;
      const std::string name = tokens_.expect_name();
      node->words.push_back(name);
      node->words.push_back(tokens_.skip_word("as") ? tokens_.expect_name() : name);
    }
    node->flag = context() == "with";
    return node;
  }

  TokenStream tokens_;
  ExpressionParser expressions_;
  int depth_ = 0;
};

// Long chains ("a + b + c ...") are deep trees, though nothing in them is nested.
void require_shallow(const Node& root) {
  constexpr std::size_t deepest_tree = 1000;
  std::vector<std::pair<const Node*, std::size_t>> waiting = {{&root, 1}};
  while (!waiting.empty()) {
    const auto [node, depth] = waiting.back();
    waiting.pop_back();
    if (depth > deepest_tree) throw SyntaxError{"an expression is too long", node->offset};
    for (const NodePtr& child : node->children)
      if (child) waiting.emplace_back(child.get(), depth + 1);
  }
}

}  // namespace

NodePtr parse_template(const std::vector<Token>& tokens) {
  NodePtr root = StatementParser(tokens).whole();
  require_shallow(*root);
  return root;
}

NodePtr parse_expression(const std::vector<Token>& tokens, Form form) {
  TokenStream stream(tokens);
  NodePtr node = ExpressionParser(stream).tuple(form == Form::any);
  if (!stream.is(TokenKind::end))
    throw SyntaxError{"unexpected " + stream.shown(), stream.now().offset};
  require_shallow(*node);
  return node;
}

}  // namespace provisioner::jinja
