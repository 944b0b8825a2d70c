// What becomes of a result's text: its newlines, and data where it reads as a Python literal, as
// Ansible's safe_eval takes it.

#include <algorithm>
#include <cstdlib>

#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/parser.h"

namespace provisioner::jinja {

using value::Value;

namespace {

// What is no literal ends the attempt; never seen outside this file.
struct NotALiteral {};

Object literal_of(const Node& node);

Object of_name(const std::string& name) {
  if (name == "null") return Object();
  throw NotALiteral();
}

Object of_dict(const Node& node) {
  Object dict = Object::dict();
  for (std::size_t index = 0; index < node.children.size(); index += 2) {
    const Object key = literal_of(*node.children[index]);
    if (!key.is_scalar()) throw NotALiteral();
    dict.dict_box().set(key.scalar(), literal_of(*node.children[index + 1]));
  }
  return dict;
}

Object literal_of(const Node& node) {
  switch (node.kind) {
    case NodeKind::constant:
      return Object(node.constant);
    case NodeKind::name:
      return of_name(node.word);
    case NodeKind::list:
    case NodeKind::tuple: {
      std::vector<Object> items;
      for (const NodePtr& child : node.children) items.push_back(literal_of(*child));
      return node.kind == NodeKind::list ? Object::list(std::move(items))
                                         : Object::tuple(std::move(items));
    }
    case NodeKind::dict:
      return of_dict(node);
    case NodeKind::unary: {
      const Object operand = literal_of(*node.children[0]);
      if (!operand.is_number()) throw NotALiteral();
      return binary_operation(node.word, Object(0), operand);
    }
    default:
      throw NotALiteral();
  }
}

std::size_t newlines_at_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of('\n');
  return text.size() - (last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

bool looks_like_data(std::string_view text) {
  return text.starts_with('[') || (text.starts_with('{') && !text.starts_with("{{")) ||
         text == "True" || text == "False";
}

std::string with_newlines_of(const std::string& written, std::string text,
                             const std::string& newline) {
  const std::size_t wanted = newlines_at_end(written), there = newlines_at_end(text);
  for (std::size_t count = there; count < wanted; ++count) text += newline;
  return text;
}

std::optional<Value> python_literal(std::string_view text) {
  // A blank in front is an indentation error in Python.
  if (text.empty() || text.front() == ' ' || text.front() == '\t') return std::nullopt;
  // The tree of a literal is many times larger than what it becomes.
  constexpr std::size_t most_values = 200'000;
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), ',')) > most_values &&
      std::string_view("]})").find(text[text.find_last_not_of(" \n")]) != std::string_view::npos)
    throw TooMuch(base::Kind::input, "a text that looks like data holds more than " +
                                         std::to_string(most_values) + " values");
  try {
    const std::vector<Token> tokens = lex_expression(text);
    return literal_of(*parse_expression(tokens)).to_value();
  } catch (const NotALiteral&) {
    return std::nullopt;
  } catch (const SyntaxError&) {
    return std::nullopt;
  } catch (const TooMuch&) {
    throw;
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

}  // namespace provisioner::jinja
