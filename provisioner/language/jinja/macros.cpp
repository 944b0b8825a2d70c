// Macros and calls of them.

#include <algorithm>

#include "provisioner/language/jinja/evaluator.h"

namespace provisioner::jinja {

using value::Value;

void Evaluator::define_macro(const Node& node) {
  frames_.back()[node.word] = make_macro(node.word, node, *node.children[0], 1);
}

// Names in `words`, defaults (or nullptr) in `children` from `first` on. The body sees what stands
// around it.
Object Evaluator::make_macro(const std::string& name, const Node& node, const Node& body,
                             std::size_t first) {
  const auto surrounding = std::make_shared<std::vector<std::map<std::string, Object>>>(frames_);
  return Object::callable(name, [this, &node, &body, first, surrounding, name](const Call& call) {
    std::vector<std::map<std::string, Object>> kept_frames = frames_;
    if (frames_.size() < surrounding->size()) frames_ = *surrounding;
    frames_.emplace_back();
    auto& locals = frames_.back();
    std::vector<Object> more;
    for (std::size_t index = 0; index < call.arguments.size(); ++index) {
      if (index < node.words.size())
        locals[node.words[index]] = call.arguments[index];
      else
        more.push_back(call.arguments[index]);
    }
    Object others = Object::dict();
    for (const auto& [key, object] : call.named) {
      if (key == "caller" ||
          std::find(node.words.begin(), node.words.end(), key) != node.words.end())
        locals[key] = object;
      else
        others.dict_box().set(Value(key), object);
    }
    for (std::size_t index = 0; index < node.words.size(); ++index) {
      if (frames_.back().contains(node.words[index])) continue;
      const NodePtr& fallback = node.children[first + index];
      Object value =
          fallback ? evaluate(*fallback)
                   : Object::undefined("parameter '" + node.words[index] + "' was not provided",
                                       node.words[index]);
      frames_.back()[node.words[index]] = std::move(value);
    }
    frames_.back()["varargs"] = Object::tuple(std::move(more));
    frames_.back()["kwargs"] = others;
    std::string text = captured(body);
    frames_ = std::move(kept_frames);
    return Object(std::move(text));
  });
}

void Evaluator::execute_call_block(const Node& node) {
  const Node& callee = *node.children[0];
  Call made{*this, {}, {}, {}};
  arguments_into(callee, 1, made);
  made.named.emplace_back("caller", make_macro("caller", node, *node.children[1], 2));
  output_ += text_of(call(evaluate(*callee.children[0]), std::move(made)));
}

}  // namespace provisioner::jinja
