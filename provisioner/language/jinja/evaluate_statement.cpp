// Statements.

#include <algorithm>

#include "provisioner/language/jinja/evaluator.h"

namespace provisioner::jinja {

using value::Value;

std::string Evaluator::render(const Node& body) {
  executed_ = &body;
  execute(body);
  for (std::shared_ptr<const Loaded> parent = std::move(extended_); parent != nullptr;
       parent = std::move(extended_)) {
    output_.take();
    executed_ = parent->compiled->root.get();
    within(*parent, [&] { execute(*executed_); });
  }
  return output_.take();
}

void Evaluator::print(const Object& object) {
  put_out(printed(object));
  is_kept_text_ = object.is_kept_text();
}

void Evaluator::put_out(std::string_view text) {
  ++pieces_;
  is_kept_text_ = false;
  output_.add(text);
}

Evaluator::Flow Evaluator::execute_all(const Node& body) {
  for (const NodePtr& child : body.children) {
    const Flow flow = execute(*child);
    if (flow != Flow::normal) return flow;
  }
  return Flow::normal;
}

Evaluator::Flow Evaluator::execute(const Node& node) {
  spend();
  offset_ = node.offset;
  switch (node.kind) {
    case NodeKind::body:
      return execute_all(node);
    case NodeKind::text:
      put_out(node.word);
      break;
    case NodeKind::output:
      print(evaluate(*node.children[0]));
      break;
    case NodeKind::if_chain:
      return execute_if(node);
    case NodeKind::loop:
      return execute_loop(node);
    case NodeKind::set:
      assign(*node.children[0], evaluate(*node.children[1]));
      break;
    case NodeKind::set_block:
      execute_set_block(node);
      break;
    case NodeKind::block:
      if (extended_ != nullptr) break;  // the parent says where it stands
      return execute_block(node, 0);
    case NodeKind::extends:
      execute_extends(node);
      break;
    case NodeKind::include:
      execute_include(node);
      break;
    case NodeKind::import:
    case NodeKind::from_import:
      execute_import(node);
      break;
    case NodeKind::macro:
      define_macro(node);
      break;
    case NodeKind::call_block:
      execute_call_block(node);
      break;
    case NodeKind::filter_block:
      put_out(filtered(*node.children[1], captured(*node.children[0])));
      break;
    case NodeKind::with:
      execute_with(node);
      break;
    case NodeKind::expression_statement:
      evaluate(*node.children[0]);
      break;
    case NodeKind::break_loop:
      return Flow::broken;
    case NodeKind::continue_loop:
      return Flow::continued;
    default:
      throw base::Error(base::Kind::bug, "an expression stands where a statement should");
  }
  return Flow::normal;
}

void Evaluator::execute_set_block(const Node& node) {
  std::string text = captured(*node.children[1]);
  if (node.children[2]) text = filtered(*node.children[2], std::move(text));
  assign(*node.children[0], Object(std::move(text)));
}

// Nothing prints nothing; a missing value is an error once it is printed, but the value of a false
// inline if is not.
std::string Evaluator::printed(const Object& object) {
  if (object.is_undefined() && object.undefined_info().is_false_if) return {};
  object.require_defined();
  return object.is_none() ? std::string() : text_of(object);
}

Evaluator::Flow Evaluator::execute_if(const Node& node) {
  const std::size_t pairs = node.children.size() - (node.flag ? 1 : 0);
  for (std::size_t index = 0; index < pairs; index += 2)
    if (truth(evaluate(*node.children[index]))) return execute_all(*node.children[index + 1]);
  return node.flag ? execute_all(*node.children.back()) : Flow::normal;
}

Evaluator::Flow Evaluator::execute_loop(const Node& node) {
  return run_loop(node, items_of(evaluate(*node.children[1])), 1);
}

namespace {

// `loop` inside a loop.
struct LoopState {
  std::vector<Object> items;
  std::size_t index = 0, depth = 1;
  Object changed_before;
  bool has_changed_before = false;
};

std::optional<Object> loop_member(const std::shared_ptr<LoopState>& state,
                                  const std::string& name) {
  const auto count = static_cast<std::int64_t>(state->items.size());
  const auto place = static_cast<std::int64_t>(state->index);
  if (name == "index") return Object(place + 1);
  if (name == "index0") return Object(place);
  if (name == "revindex") return Object(count - place);
  if (name == "revindex0") return Object(count - place - 1);
  if (name == "first") return Object(place == 0);
  if (name == "last") return Object(place + 1 == count);
  if (name == "length") return Object(count);
  if (name == "depth") return Object(static_cast<std::int64_t>(state->depth));
  if (name == "depth0") return Object(static_cast<std::int64_t>(state->depth) - 1);
  if (name == "previtem")
    return place == 0 ? Object::undefined("there is no previous item")
                      : state->items[state->index - 1];
  if (name == "nextitem")
    return place + 1 == count ? Object::undefined("there is no next item")
                              : state->items[state->index + 1];
  if (name == "cycle")
    return Object::callable("cycle", [state](const Call& call) {
      if (call.arguments.empty()) type_error("no items for cycling given");
      return call.arguments[state->index % call.arguments.size()];
    });
  if (name == "changed")
    return Object::callable("changed", [state](const Call& call) {
      const Object now = Object::tuple(call.arguments);
      const bool has_changed = !state->has_changed_before || !are_equal(now, state->changed_before);
      state->changed_before = now;
      state->has_changed_before = true;
      return Object(has_changed);
    });
  return std::nullopt;
}

}  // namespace

Evaluator::Flow Evaluator::run_loop(const Node& node, std::vector<Object> items,
                                    std::size_t depth) {
  const Node& target = *node.children[0];
  if (node.children[4]) {
    std::erase_if(items, [&](const Object& item) {
      enter_frame();
      assign(target, item);
      const bool is_wanted = truth(evaluate(*node.children[4]));
      leave_frame();
      return !is_wanted;
    });
  }
  if (items.empty()) return node.children[3] ? execute_all(*node.children[3]) : Flow::normal;

  const auto state = std::make_shared<LoopState>();
  state->items = std::move(items);
  state->depth = depth;
  LazyMapping mapping{[state](const std::string& name) { return loop_member(state, name); },
                      [] { return std::vector<std::string>(); }, "LoopContext"};
  const Object loop = Object::lazy(std::move(mapping));
  for (state->index = 0; state->index < state->items.size(); ++state->index) {
    spend();
    enter_frame();
    locals()["loop"] = loop;
    if (node.flag) {
      // loop(children) runs the same body one level deeper and gives what it prints.
      locals()["loop"] = Object::lazy(
          {[state, this, &node, depth](const std::string& name) -> std::optional<Object> {
             if (name != "__call__") return loop_member(state, name);
             return Object::callable("loop", [this, &node, depth](const Call& call) {
               return Object(
                   captured([&] { run_loop(node, items_of(call.get(0, "iterable")), depth + 1); }));
             });
           },
           [] { return std::vector<std::string>(); }, "LoopContext"});
    }
    assign(target, state->items[state->index]);
    const Flow flow = execute_all(*node.children[2]);
    leave_frame();
    if (flow == Flow::broken) break;
  }
  return Flow::normal;
}

void Evaluator::assign(const Node& target, Object value) {
  if (target.kind == NodeKind::name) {
    locals()[target.word] = std::move(value);
    return;
  }
  if (target.kind == NodeKind::attribute) {
    const Object object = evaluate(*target.children[0]);
    if (!object.is_dict() || !object.dict_box().is_namespace)
      type_error("cannot assign attribute on non-namespace object");
    object.dict_box().set(Value(target.word), std::move(value));
    return;
  }
  const std::vector<Object> items = items_of(value);
  if (items.size() < target.children.size())
    type_error("not enough values to unpack (expected " + std::to_string(target.children.size()) +
               ", got " + std::to_string(items.size()) + ")");
  if (items.size() > target.children.size())
    type_error("too many values to unpack (expected " + std::to_string(target.children.size()) +
               ")");
  for (std::size_t index = 0; index < items.size(); ++index)
    assign(*target.children[index], items[index]);
}

std::string Evaluator::captured(const std::function<void()>& body) {
  Output kept = std::move(output_);
  body();
  std::string printed = output_.take();
  output_ = std::move(kept);
  return printed;
}

std::string Evaluator::captured(const Node& body) {
  const std::size_t pieces = pieces_;
  std::string printed = captured([&] {
    enter_frame();
    execute_all(body);
    leave_frame();
  });
  pieces_ = pieces;
  return printed;
}

// The innermost input of a filter block's chain is the captured text, under a name no template can
// write.
std::string Evaluator::filtered(const Node& filter, std::string text) {
  enter_frame();
  locals()[""] = Object(std::move(text));
  const Object result = evaluate(filter);
  leave_frame();
  return text_of(result);
}

void Evaluator::execute_with(const Node& node) {
  std::vector<Object> values;
  for (std::size_t index = 2; index < node.children.size(); index += 2)
    values.push_back(evaluate(*node.children[index]));
  enter_frame();
  for (std::size_t index = 1; index < node.children.size(); index += 2)
    assign(*node.children[index], values[index / 2]);
  execute_all(*node.children[0]);
  leave_frame();
}

}  // namespace provisioner::jinja
