// Expressions.

#include <algorithm>

#include "provisioner/language/jinja/evaluator.h"

namespace provisioner::jinja {

using value::Value;

namespace {

constexpr int deepest_call = 200;

Object joined_text(std::string left, const Object& right) {
  if (right.is_string())
    add_text(left, right.scalar().text());
  else
    add_text(left, text_of(right));
  return Object(std::move(left));
}

// What "a if b" is without an else.
Object false_if() {
  return Object::undefined(
      Undefined{"the inline if-expression evaluated to false and no else section was defined.",
                {},
                {},
                true});
}

}  // namespace

Evaluator::Evaluator(const World& world, Scope& scope, FileStyle style)
    : evaluation_(world.bounds), world_(world), scope_(scope), style_(std::move(style)) {
  style_.keeps_backslashes = false;
  enter_frame();
}

Object Evaluator::evaluate(const Node& node) {
  spend();
  offset_ = node.offset;
  return evaluate_node(node);
}

Object Evaluator::evaluate_node(const Node& node) {
  switch (node.kind) {
    case NodeKind::constant:
      return Object(node.constant);
    case NodeKind::name:
      return resolve_name(node.word);
    case NodeKind::tuple:
      return Object::tuple(evaluate_all(node.children));
    case NodeKind::list:
      return Object::list(evaluate_all(node.children));
    case NodeKind::dict:
      return evaluate_dict(node);
    case NodeKind::attribute:
      return attribute(evaluate(*node.children[0]), node.word);
    case NodeKind::item: {
      const Object object = evaluate(*node.children[0]);
      return item(object, evaluate(*node.children[1]));
    }
    case NodeKind::slice:
      return evaluate_slice(node);
    case NodeKind::call:
      return evaluate_call(node);
    case NodeKind::filter:
      return evaluate_filter(node);
    case NodeKind::test:
      return evaluate_test(node);
    case NodeKind::unary: {
      const Object operand = evaluate(*node.children[0]);
      operand.require_defined();
      if (!operand.is_number())
        type_error("bad operand type for unary " + node.word + ": '" + type_name(operand) + "'");
      if (node.word == "-" && operand.is_real()) return Object(-operand.scalar().real());
      return node.word == "-" ? binary_operation("-", Object(0), operand)
                              : binary_operation("+", Object(0), operand);
    }
    case NodeKind::binary:
      return evaluate_binary(node);
    case NodeKind::compare:
      return evaluate_compare(node);
    case NodeKind::logic_and: {
      const Object left = evaluate(*node.children[0]);
      return truth(left) ? evaluate(*node.children[1]) : left;
    }
    case NodeKind::logic_or: {
      const Object left = evaluate(*node.children[0]);
      return truth(left) ? left : evaluate(*node.children[1]);
    }
    case NodeKind::logic_not:
      return Object(!truth(evaluate(*node.children[0])));
    case NodeKind::conditional:
      if (truth(evaluate(*node.children[1]))) return evaluate(*node.children[0]);
      if (node.children[2]) return evaluate(*node.children[2]);
      return false_if();
    default:
      throw base::Error(base::Kind::bug, "a statement stands where an expression should");
  }
}

std::vector<Object> Evaluator::evaluate_all(const std::vector<NodePtr>& nodes) {
  std::vector<Object> all;
  all.reserve(nodes.size());
  for (const NodePtr& node : nodes) all.push_back(evaluate(*node));
  return all;
}

Object Evaluator::evaluate_dict(const Node& node) {
  Object dict = Object::dict();
  for (std::size_t index = 0; index < node.children.size(); index += 2) {
    const Object key = evaluate(*node.children[index]);
    if (!key.is_scalar() && !key.is_tuple())
      type_error("unhashable type: '" + type_name(key) + "'");
    dict.dict_box().set(key.is_tuple() ? Value(repr_of(key)) : key.scalar(),
                        evaluate(*node.children[index + 1]));
  }
  return dict;
}

Object Evaluator::evaluate_binary(const Node& node) {
  const Object left = evaluate(*node.children[0]);
  const Object right = evaluate(*node.children[1]);
  left.require_defined();
  right.require_defined();
  const bool joins = node.word == "~";
  Object result =
      joins ? joined_text(text_of(left), right) : binary_operation(node.word, left, right);
  if (result.is_string()) spend_on(result);
  return result;
}

Object Evaluator::evaluate_compare(const Node& node) {
  Object left = evaluate(*node.children[0]);
  for (std::size_t index = 0; index < node.words.size(); ++index) {
    const Object right = evaluate(*node.children[index + 1]);
    const std::string& sign = node.words[index];
    left.require_defined();
    right.require_defined();
    bool holds = false;
    if (sign == "==")
      holds = are_equal(left, right);
    else if (sign == "!=")
      holds = !are_equal(left, right);
    else if (sign == "<")
      holds = is_less(left, right);
    else if (sign == ">")
      holds = is_less(right, left);
    else if (sign == "<=")
      holds = is_less_or_equal(left, right);
    else if (sign == ">=")
      holds = is_less_or_equal(right, left);
    else
      holds = contains(right, left) == (sign == "in");
    if (!holds) return Object(false);
    left = right;
  }
  return Object(true);
}

Object Evaluator::arguments_into(const Node& node, std::size_t first, Call& call) {
  for (std::size_t index = first; index < node.children.size(); ++index) {
    const Node& argument = *node.children[index];
    if (argument.kind == NodeKind::keyword_argument) {
      call.named.emplace_back(argument.word, evaluate(*argument.children[0]));
    } else if (argument.kind == NodeKind::spread) {
      for (Object& one : items_of(evaluate(*argument.children[0])))
        call.arguments.push_back(std::move(one));
    } else if (argument.kind == NodeKind::double_spread) {
      const Object dict = evaluate(*argument.children[0]);
      dict.require_defined();
      if (!dict.is_dict())
        type_error("argument after ** must be a mapping, not " + type_name(dict));
      for (const Value& key : dict.dict_box().keys())
        call.named.emplace_back(text_of(Object(key)), *dict.dict_box().find(key));
    } else {
      call.arguments.push_back(evaluate(argument));
    }
  }
  return {};
}

Object Evaluator::evaluate_call(const Node& node) {
  const Object callee = evaluate(*node.children[0]);
  Call made{*this, {}, {}, {}};
  arguments_into(node, 1, made);
  offset_ = node.offset;
  return call(callee, std::move(made));
}

Object Evaluator::call(const Object& callee, Call made) {
  callee.require_defined();
  if (callee.is_lazy())
    if (const auto inner = callee.lazy_mapping().member("__call__"))
      return call(*inner, std::move(made));
  if (!callee.is_callable()) type_error("'" + type_name(callee) + "' object is not callable");
  if (++depth_ > deepest_call) type_error("maximum recursion depth exceeded");
  struct Leave {
    int& depth;
    ~Leave() { --depth; }
  } leave{depth_};
  spend();
  return callee.callable().function(made);
}

Object Evaluator::evaluate_filter(const Node& node) {
  Call made{*this, {evaluate(*node.children[0])}, {}, {}};
  arguments_into(node, 1, made);
  offset_ = node.offset;
  return apply_filter(node.word, std::move(made));
}

Object Evaluator::evaluate_test(const Node& node) {
  Call made{*this, {evaluate(*node.children[0])}, {}, {}};
  arguments_into(node, 1, made);
  offset_ = node.offset;
  return Object(apply_test(node.word, std::move(made)) != node.flag);
}

namespace {

std::vector<Value> values_of(const std::vector<Object>& objects) {
  std::vector<Value> values;
  for (const Object& object : objects) values.push_back(object.to_value());
  return values;
}

value::Dict named_values(const Call& call) {
  value::Dict named;
  for (const auto& [name, object] : call.named) named.set(name, object.to_value());
  return named;
}

}  // namespace

namespace {

// What these filters give stays a text, however much it looks like data.
bool keeps_text(std::string_view filter) {
  return filter == "string" || filter == "to_json" || filter == "to_nice_json" ||
         filter == "to_yaml" || filter == "to_nice_yaml";
}

}  // namespace

Object Evaluator::apply_filter(const std::string& name, Call call) {
  const auto found = filters().find(short_name(name));
  if (found != filters().end()) {
    if (!call.arguments.empty()) spend_on(call.arguments.front());
    Object result = found->second(call);
    spend_on(result);
    return result.is_string() && keeps_text(found->first) ? Object::kept_text(text_of(result))
                                                          : result;
  }
  if (world_.foreign != nullptr)
    if (const auto foreign = world_.foreign->filter(name))
      return Object((*foreign)(values_of(call.arguments), named_values(call)));
  throw base::Error(base::Kind::input, "there is no filter '" + name + "'");
}

bool Evaluator::apply_test(const std::string& name, Call call) {
  const auto found = tests().find(short_name(name));
  if (found != tests().end()) {
    if (!call.arguments.empty()) spend_on(call.arguments.front());
    return found->second(call);
  }
  if (world_.foreign != nullptr)
    if (const auto foreign = world_.foreign->test(name))
      return truth(Object((*foreign)(values_of(call.arguments), named_values(call))));
  throw base::Error(base::Kind::input, "there is no test '" + name + "'");
}

Object Evaluator::lookup(const std::string& name, Call call) {
  if (!allows_lookups_)
    type_error("the lookup '" + name + "' was found in text that must not be evaluated");
  const auto found = lookups().find(short_name(name));
  if (found != lookups().end()) return found->second(call);
  if (world_.foreign != nullptr)
    if (const auto foreign = world_.foreign->lookup(name))
      return Object((*foreign)(values_of(call.arguments), named_values(call)));
  throw base::Error(base::Kind::input, "there is no lookup '" + name + "'");
}

std::string_view short_name(std::string_view name) {
  for (const std::string_view collection :
       {"ansible.builtin.", "ansible.utils.", "ansible.netcommon.", "ansible.legacy.",
        "community.general."})
    if (name.starts_with(collection)) return name.substr(collection.size());
  return name;
}

}  // namespace provisioner::jinja
