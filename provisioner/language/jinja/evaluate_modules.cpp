// Templates that use others, and macros.

#include <algorithm>

#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/lexer.h"
#include "provisioner/language/jinja/template_check.h"

namespace provisioner::jinja {

using value::Value;

std::shared_ptr<const Evaluator::Loaded> Evaluator::load(const std::string& name) {
  constexpr std::size_t most_loaded = 2000;
  const auto path = world_.surroundings.find_file(name, "templates");
  if (!path) throw base::Error(base::Kind::input, "there is no template '" + name + "'");
  if (loaded_.size() > most_loaded) type_error("templates include each other without end");
  const base::Pos begin{base::register_source(world_.surroundings.read_file(*path)), 1, 1};
  const std::string& text = begin.source.source().text;
  try {
    const Loaded loaded{world_.compile(text, style_), begin};
    loaded_.push_back(std::make_shared<const Loaded>(loaded));
  } catch (const SyntaxError& problem) {
    throw syntax_error(problem, source_lines(text), begin);
  }
  return loaded_.back();
}

// What goes wrong inside stands in the loaded file, not in the one that loads it.
void Evaluator::within(const Loaded& loaded, const std::function<void()>& body) {
  constexpr int deepest = 100;
  if (++include_depth_ > deepest) type_error("templates include each other without end");
  try {
    body();
  } catch (base::Error& error) {
    place_error(error, loaded.compiled->text, offset_, loaded.begin, scope_);
    throw;
  }
  --include_depth_;
}

void Evaluator::execute_include(const Node& node) {
  const Object wanted = evaluate(*node.children[0]);
  const std::vector<Object> names =
      wanted.is_list() ? items_of(wanted) : std::vector<Object>{wanted};
  for (const Object& name : names) {
    if (!world_.surroundings.find_file(text_of(name), "templates")) continue;
    const auto included = load(text_of(name));
    if (node.word == "without") {
      Evaluator alone(world_, scope_, style_);
      alone.sees_variables_ = false;
      alone.include_depth_ = include_depth_;
      alone.within(*included, [&] { alone.execute(*included->compiled->root); });
      put_out(alone.output_.take());
      return;
    }
    enter_frame();
    within(*included, [&] { execute_all(*included->compiled->root); });
    leave_frame();
    return;
  }
  if (!node.flag)
    throw base::Error(base::Kind::input,
                      "there is no template '" + text_of(names.empty() ? wanted : names[0]) + "'");
}

void Evaluator::execute_import(const Node& node) {
  const auto imported = load(text_of(evaluate(*node.children[0])));
  // Macros keep their module's names alive; the nodes live as long as this evaluation.
  auto module = std::make_shared<Evaluator>(world_, scope_, style_);
  module->include_depth_ = include_depth_;
  module->sees_variables_ = node.flag;
  if (node.flag) module->outer_.assign(frames_.begin(), frames_.end());
  module->within(*imported, [&] { module->execute(*imported->compiled->root); });
  module->output_.take();
  is_tainted_ = is_tainted_ || module->is_tainted();
  // What a macro of the module reads may be untrusted too.
  const auto exported = [this, module, imported](const std::string& name) -> std::optional<Object> {
    const auto found = module->exported().find(name);
    if (found == module->exported().end()) return std::nullopt;
    if (!found->second.is_callable()) return found->second;
    return Object::callable(
        name, [this, module, imported, macro = found->second](const Call& call) {
          Object result;
          module->within(*imported, [&] { result = module->call(macro, call); });
          is_tainted_ = is_tainted_ || module->is_tainted();
          return result;
        });
  };
  if (node.kind == NodeKind::import) {
    locals()[node.word] = Object::lazy({exported,
                                        [module] {
                                          std::vector<std::string> names;
                                          for (const auto& [name, unused] : module->exported())
                                            names.push_back(name);
                                          return names;
                                        },
                                        "TemplateModule"});
    return;
  }
  for (std::size_t index = 0; index < node.words.size(); index += 2) {
    const std::string& name = node.words[index];
    locals()[node.words[index + 1]] = exported(name).value_or(
        Object::undefined("the template does not export the requested name '" + name + "'"));
  }
}

namespace {

void collect_blocks(const Node& node, std::map<std::string, std::vector<const Node*>>& blocks) {
  if (node.kind == NodeKind::block) blocks[node.word].push_back(node.children[0].get());
  for (const NodePtr& child : node.children)
    if (child) collect_blocks(*child, blocks);
}

const Node* find_block(const Node& node, const std::string& name) {
  if (node.kind == NodeKind::block && node.word == name) return &node;
  for (const NodePtr& child : node.children)
    if (child)
      if (const Node* found = find_block(*child, name)) return found;
  return nullptr;
}

}  // namespace

// The child's blocks replace the parent's; what else the child prints is dropped (see render).
void Evaluator::execute_extends(const Node& node) {
  const Object parent = evaluate(*node.children[0]);
  if (extended_ != nullptr) type_error("extended multiple times");
  collect_blocks(*executed_, blocks_);
  extended_ = load(text_of(parent));
}

// `self`: a template's blocks as functions.
Object Evaluator::own_blocks() {
  const Node* const root = executed_;
  if (root == nullptr) return Object::undefined("'self' is undefined", "self");
  return Object::lazy({[this, root](const std::string& name) -> std::optional<Object> {
                         const Node* block = find_block(*root, name);
                         if (block == nullptr) return std::nullopt;
                         return Object::callable(name, [this, block](const Call&) {
                           return Object(captured([&] { execute_block(*block, 0); }));
                         });
                       },
                       [] { return std::vector<std::string>(); }, "TemplateReference"});
}

// The most derived body of a block; super() inside it is the next one's output.
Evaluator::Flow Evaluator::execute_block(const Node& node, std::size_t level) {
  const auto derived = blocks_.find(node.word);
  const std::size_t count = derived == blocks_.end() ? 0 : derived->second.size();
  const bool is_own = level >= count;
  const Node& body = is_own ? *node.children[0] : *derived->second[level];
  enter_frame();
  locals()["super"] =
      is_own ? Object::undefined("there is no parent block called '" + node.word + "'.", "super")
             : Object::callable("super", [this, &node, level](const Call&) {
                 return Object(captured([&] { execute_block(node, level + 1); }));
               });
  const Flow flow = execute_all(body);
  leave_frame();
  return flow;
}

void Evaluator::define_macro(const Node& node) {
  locals()[node.word] = make_macro(node.word, node, *node.children[0], 1);
}

// Names in `words`, defaults (or nullptr) in `children` from `first` on. The body sees what stands
// around the definition.
Object Evaluator::make_macro(const std::string& name, const Node& node, const Node& body,
                             std::size_t first) {
  // The frame that will hold the macro must not own it for ever.
  std::vector<std::weak_ptr<Frame>> around(frames_.begin(), frames_.end());
  return Object::callable(name, [this, &node, &body, first, around](const Call& call) {
    Frames inside;
    for (const std::weak_ptr<Frame>& frame : around)
      if (auto alive = frame.lock()) inside.push_back(std::move(alive));
    struct Restore {
      Frames& frames;
      Frames kept;
      ~Restore() { frames = std::move(kept); }
    } restore{frames_, std::exchange(frames_, std::move(inside))};
    enter_frame();
    bind_parameters(node, first, call);
    return Object(captured(body));
  });
}

void Evaluator::bind_parameters(const Node& node, std::size_t first, const Call& call) {
  const std::vector<std::string>& names = node.words;
  std::vector<Object> more;
  const auto uses = [&](const char* word) {
    return std::find(node.used.begin(), node.used.end(), word) != node.used.end();
  };
  if (call.arguments.size() > names.size() && !uses("varargs"))
    type_error("macro '" + node.word + "' takes not more than " + std::to_string(names.size()) +
               " argument(s)");
  for (std::size_t index = 0; index < call.arguments.size(); ++index) {
    if (index < names.size())
      locals()[names[index]] = call.arguments[index];
    else
      more.push_back(call.arguments[index]);
  }
  Object others = Object::dict();
  for (const auto& [key, object] : call.named) {
    if (key == "caller" || std::find(names.begin(), names.end(), key) != names.end())
      locals()[key] = object;
    else if (!uses("kwargs"))
      type_error("macro '" + node.word + "' takes no keyword argument '" + key + "'");
    else
      others.dict_box().set(Value(key), object);
  }
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (locals().contains(names[index])) continue;
    const NodePtr& fallback = node.children[first + index];
    Object value = fallback ? evaluate(*fallback)
                            : Object::undefined("parameter '" + names[index] + "' was not provided",
                                                names[index]);
    locals()[names[index]] = std::move(value);
  }
  locals()["varargs"] = Object::tuple(std::move(more));
  locals()["kwargs"] = others;
}

void Evaluator::execute_call_block(const Node& node) {
  const Node& callee = *node.children[0];
  Call made{*this, {}, {}, {}};
  arguments_into(callee, 1, made);
  made.named.emplace_back("caller", make_macro("caller", node, *node.children[1], 2));
  put_out(text_of(call(evaluate(*callee.children[0]), std::move(made))));
}

std::string render_file(const World& world, const std::string& path, Scope& scope,
                        FileStyle style) {
  const base::Pos begin{base::register_source(world.surroundings.read_file(path)), 1, 1};
  const std::string& text = begin.source.source().text;
  std::shared_ptr<const Template> compiled;
  try {
    compiled = world.compile(text, style);
  } catch (const SyntaxError& problem) {
    throw syntax_error(problem, source_lines(text), begin);
  }
  Evaluator evaluator(world, scope, style);
  try {
    return with_newlines_of(text, evaluator.render(*compiled->root));
  } catch (base::Error& error) {
    place_error(error, compiled->text, evaluator.offset(), begin, scope);
    throw;
  }
}

}  // namespace provisioner::jinja
