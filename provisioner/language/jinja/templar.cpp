// Ansible's way with templates: what is evaluated, what keeps its type, what is never touched.

#include "provisioner/language/jinja/templar.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <unordered_map>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/parser.h"
#include "provisioner/language/jinja/template_check.h"

namespace provisioner::jinja {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

namespace {

constexpr int deepest_value = 100;

// How a text in a YAML file is read.
const FileStyle& value_style() {
  static const FileStyle style = [] {
    FileStyle made;
    made.keeps_backslashes = true;
    return made;
  }();
  return style;
}

// "{{ name }}" and nothing else: the name.
std::string single_name(std::string_view text) {
  if (!text.starts_with("{{") || !text.ends_with("}}") || text.size() < 5) return {};
  std::string_view inner = text.substr(2, text.size() - 4);
  while (!inner.empty() && (inner.front() == ' ' || inner.front() == '\t')) inner.remove_prefix(1);
  while (!inner.empty() && (inner.back() == ' ' || inner.back() == '\t')) inner.remove_suffix(1);
  const bool is_name = !inner.empty() && std::all_of(inner.begin(), inner.end(), [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
  });
  return is_name ? std::string(inner) : std::string();
}

// Whether str() and reading back as a literal give the same again; then the detour is not taken.
bool survives_text(const Object& object) {
  spend();
  if (object.is_scalar()) {
    const Value& value = object.scalar();
    return value.is_none() || value.is_boolean() || value.is_integer() || value.is_string();
  }
  if (object.is_dict()) {
    const auto keys = object.dict_box().keys();
    return !object.dict_box().is_namespace &&
           std::all_of(keys.begin(), keys.end(), [&](const Value& key) {
             return survives_text(*object.dict_box().find(key));
           });
  }
  if (!object.is_list()) return false;
  for (std::size_t at = 0; at < object.list_box().size(); ++at)
    if (!survives_text(object.list_box().at(at))) return false;
  return true;
}

}  // namespace

struct Templar::Parts {
  Parts(const Surroundings& surroundings, const ForeignPlugins* foreign, const Bounds& bounds)
      : world{surroundings, foreign,
              [this](const std::string& text, const FileStyle& style) {
                return compile(text, style);
              },
              [this](const Value& value, Scope& scope) { return resolve(value, scope, 0); },
              bounds} {}

  World world;
  std::mutex mutex;
  std::unordered_map<std::string, std::shared_ptr<const Template>> templates;
  std::unordered_map<std::string, std::shared_ptr<const Template>> expressions, conditions;

  std::shared_ptr<const Template> compile(const std::string& text, const FileStyle& style);
  std::shared_ptr<const Template> compile_expression(const std::string& text, Form form);
  Value resolve(const Value& value, Scope& scope, int depth);
  Value resolve_text(const Value& value, Scope& scope);
  Value resolve_with_header(const Value& value, Scope& scope);
  Value result_of(const Template& compiled, const Value& written, Scope& scope);

  // `use` is given what an expression without braces is, while it lives, and whether untrusted text
  // went into it.
  using Use = std::function<void(const Object& object, bool is_tainted)>;
  void evaluate(const std::string& expression, Form form, base::Pos pos, Scope& scope,
                bool allows_lookups, const Use& use);
};

namespace {

std::string style_key(const FileStyle& style) {
  return std::string(1, style.trim_blocks ? 't' : '-') + (style.lstrip_blocks ? 'l' : '-') +
         (style.keeps_backslashes ? 'b' : '-') + style.newline + "\x01" + style.variable_start +
         "\x01" + style.variable_end + "\x01" + style.block_start + "\x01" + style.block_end +
         "\x01" + style.comment_start + "\x01" + style.comment_end + "\x01";
}

}  // namespace

std::shared_ptr<const Template> Templar::Parts::compile(const std::string& text,
                                                        const FileStyle& style) {
  const std::string key = style_key(style) + text;
  {
    const std::lock_guard lock(mutex);
    const auto known = templates.find(key);
    if (known != templates.end()) return known->second;
  }
  auto compiled = std::make_shared<Template>();
  compiled->text = source_lines(text);
  compiled->root = parse_template(lex_template(compiled->text, style));
  const std::lock_guard lock(mutex);
  return templates.emplace(key, std::move(compiled)).first->second;
}

std::shared_ptr<const Template> Templar::Parts::compile_expression(const std::string& text,
                                                                   Form form) {
  auto& known_ones = form == Form::condition ? conditions : expressions;
  {
    const std::lock_guard lock(mutex);
    const auto known = known_ones.find(text);
    if (known != known_ones.end()) return known->second;
  }
  auto compiled = std::make_shared<Template>();
  compiled->text = text;
  compiled->root = parse_expression(lex_expression(compiled->text), form);
  const std::lock_guard lock(mutex);
  return known_ones.emplace(text, std::move(compiled)).first->second;
}

Value Templar::Parts::resolve(const Value& value, Scope& scope, int depth) {
  if (depth > deepest_value)
    throw Error(Kind::input, "a value is nested too deeply to be evaluated", value.pos());
  switch (value.kind()) {
    case value::Kind::sealed:
      return world.surroundings.unseal(value).untrusted();
    case value::Kind::string:
      return resolve_text(value, scope);
    case value::Kind::list: {
      if (!value.is_trusted()) return value;
      List items;
      items.reserve(value.list().size());
      for (const Value& item : value.list()) items.push_back(resolve(item, scope, depth + 1));
      return Value(std::move(items)).at(value.pos());
    }
    case value::Kind::dict: {
      if (!value.is_trusted()) return value;
      Dict entries;
      for (const auto& [key, member] : value.dict())
        entries.set(key, resolve(member, scope, depth + 1));
      return Value(std::move(entries)).at(value.pos());
    }
    default:
      return value;
  }
}

Value Templar::Parts::resolve_text(const Value& value, Scope& scope) {
  const std::string& text = value.text();
  if (!value.is_trusted() || !has_template(text)) return value;
  if (const std::string name = single_name(text); !name.empty()) {
    // A lone variable keeps its type where it is a plain number or boolean as written, or
    // untrusted.
    const Value* raw = scope.raw(name);
    if (raw != nullptr && (!raw->is_trusted() || raw->is_boolean() || raw->is_integer() ||
                           raw->is_real() || raw->is_none()))
      return *raw;
  }
  if (text.starts_with("#jinja2:")) return resolve_with_header(value, scope);
  try {
    return result_of(*compile(text, value_style()), value, scope);
  } catch (const SyntaxError& problem) {
    throw syntax_error(problem, source_lines(text), value.pos());
  }
}

// A first line "#jinja2: ..." changes how the lines below it are read.
Value Templar::Parts::resolve_with_header(const Value& value, Scope& scope) {
  FileStyle style = value_style();
  const std::string body = without_overrides(value.text(), style);
  base::Pos pos = value.pos();
  if (pos.is_known()) ++pos.line;
  try {
    return result_of(*compile(body, style), Value(body).at(pos), scope).at(value.pos());
  } catch (const SyntaxError& problem) {
    throw syntax_error(problem, source_lines(body), pos);
  }
}

Value Templar::Parts::result_of(const Template& compiled, const Value& written, Scope& scope) {
  Evaluator evaluator(world, scope);
  try {
    const Node& root = *compiled.root;
    const bool is_one_expression =
        root.children.size() == 1 && root.children[0]->kind == NodeKind::output;
    const auto finished = [&](const Value& value) {
      return (evaluator.is_tainted() ? value.untrusted() : value).at(written.pos());
    };
    std::string text;
    if (is_one_expression) {
      const Node& expression = *root.children[0]->children[0];
      const Object object = evaluator.evaluate(expression);
      if ((object.is_dict() || (object.is_list() && !object.is_tuple())) && survives_text(object))
        return finished(object.to_value());
      text = evaluator.printed(object);
      if (object.is_kept_text()) return finished(with_newlines_of(written.text(), std::move(text)));
    } else {
      text = evaluator.render(root);
      if (evaluator.printed_kept_text())
        return finished(with_newlines_of(written.text(), std::move(text)));
    }
    if (looks_like_data(text))
      if (const std::optional<Value> read = python_literal(text)) return finished(*read);
    return finished(with_newlines_of(written.text(), std::move(text)));
  } catch (Error& error) {
    place_error(error, compiled.text, evaluator.offset(), written.pos(), scope);
    throw;
  }
}

Templar::Templar(const Surroundings& surroundings, const ForeignPlugins* foreign,
                 const Bounds& bounds)
    : parts_(std::make_unique<Parts>(surroundings, foreign, bounds)) {}
Templar::~Templar() = default;

Value Templar::resolve(const Value& value, Scope& scope) const {
  return parts_->resolve(value, scope, 0);
}

std::optional<Value> Templar::resolve_if_defined(const Value& value, Scope& scope) const {
  try {
    return parts_->resolve(value, scope, 0);
  } catch (const UndefinedError&) {
    return std::nullopt;
  }
}

// Ansible evaluates "{% if CONDITION %} True {% else %} False {% endif %}". What braces inside it
// give is written into the condition first; where that is text of a node, it may not look up
// anything.
bool Templar::condition(const Value& condition, Scope& scope) const {
  if (condition.is_boolean()) return condition.boolean();
  if (condition.is_none()) return true;
  if (condition.is_list())
    return std::all_of(condition.list().begin(), condition.list().end(),
                       [&](const Value& one) { return this->condition(one, scope); });
  if (!condition.is_string()) return truth(Object(condition));
  if (condition.text().empty()) return true;
  const Value resolved = parts_->resolve(condition, scope, 0);
  if (!resolved.is_string()) return truth(Object(resolved));
  if (resolved.text().empty()) return false;
  bool holds = false;
  const auto judge = [&](const Object& object, bool) { holds = truth(object); };
  parts_->evaluate(resolved.text(), Form::condition, condition.pos(), scope, resolved.is_trusted(),
                   judge);
  return holds;
}

Value Templar::evaluate(const std::string& expression, base::Pos pos, Scope& scope) const {
  Value value;
  const auto take = [&](const Object& object, bool is_tainted) {
    value = is_tainted ? object.to_value().untrusted() : object.to_value();
  };
  parts_->evaluate(expression, Form::any, pos, scope, true, take);
  return value;
}

void Templar::Parts::evaluate(const std::string& expression, Form form, base::Pos pos, Scope& scope,
                              bool allows_lookups, const Use& use) {
  std::shared_ptr<const Template> compiled;
  try {
    compiled = compile_expression(expression, form);
  } catch (const SyntaxError& problem) {
    throw syntax_error(problem, expression, pos);
  }
  Evaluator evaluator(world, scope);
  if (!allows_lookups) evaluator.forbid_lookups();
  try {
    const Object object = evaluator.evaluate(*compiled->root);
    use(object, evaluator.is_tainted());
  } catch (Error& error) {
    place_error(error, compiled->text, evaluator.offset(), pos, scope);
    throw;
  }
}

std::string Templar::render(const std::string& text, base::Pos pos, Scope& scope,
                            const FileStyle& style) const {
  FileStyle used = style;
  const std::string body = without_overrides(text, used);
  if (body.size() < text.size() && pos.is_known()) ++pos.line;
  std::shared_ptr<const Template> compiled;
  try {
    compiled = parts_->compile(body, used);
  } catch (const SyntaxError& problem) {
    throw syntax_error(problem, source_lines(body), pos);
  }
  Evaluator evaluator(parts_->world, scope, used);
  try {
    return with_newlines_of(body, evaluator.render(*compiled->root), used.newline);
  } catch (Error& error) {
    place_error(error, compiled->text, evaluator.offset(), pos, scope);
    throw;
  }
}

Value Templar::lookup(const std::string& name, const Value& terms, const Dict& options,
                      Scope& scope) const {
  Evaluator evaluator(parts_->world, scope);
  Call call{evaluator, {}, {}, {}};
  if (terms.is_list())
    for (const Value& term : terms.list()) call.arguments.emplace_back(term);
  else
    call.arguments.emplace_back(terms);
  for (const auto& [key, option] : options)
    call.named.emplace_back(Dict::key_text(key), Object(option));
  const Value found = evaluator.lookup(name, std::move(call)).to_value();
  return found.is_list() ? found : Value(List{found});
}

bool Templar::has_template(std::string_view text) {
  for (std::size_t at = text.find('{'); at != std::string_view::npos && at + 1 < text.size();
       at = text.find('{', at + 1))
    if (text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#') return true;
  return false;
}

const std::string& Templar::omit_marker() {
  static const std::string marker = "__omit_place_holder__8f1c6d0b7a3e45928f1c6d0b7a3e4592";
  return marker;
}

namespace {

void check_text(const Value& value, bool is_condition, World& world,
                base::Diagnostics& diagnostics) {
  const std::string& text = value.text();
  if (!value.is_trusted() || (!is_condition && !Templar::has_template(text))) return;
  try {
    NodePtr expression;
    std::shared_ptr<const Template> compiled;
    if (is_condition && !Templar::has_template(text))
      expression = parse_expression(lex_expression(text), Form::condition);
    else
      compiled = world.compile(text, value_style());
    check_names(expression ? *expression : *compiled->root, text, value.pos(), world.foreign,
                diagnostics);
  } catch (const SyntaxError& problem) {
    diagnostics.add(syntax_error(problem, text, value.pos()));
  }
}

}  // namespace

void Templar::check(const Value& value, bool is_condition, base::Diagnostics& diagnostics) const {
  if (value.is_string() && !(is_condition && value.text().empty()))
    return check_text(value, is_condition, parts_->world, diagnostics);
  if (value.is_list())
    for (const Value& item : value.list()) check(item, is_condition, diagnostics);
  if (value.is_dict())
    for (const auto& [key, member] : value.dict()) {
      check(key, false, diagnostics);
      check(member, is_condition, diagnostics);
    }
}

std::vector<std::string> Templar::variables_in(const Value& value, bool is_condition) const {
  std::set<std::string> names;
  if (value.is_string() && value.is_trusted() && (is_condition || has_template(value.text()))) {
    try {
      if (has_template(value.text()))
        collect_names(*parts_->compile(value.text(), value_style())->root, names);
      else
        collect_names(*parts_->compile_expression(value.text(), Form::condition)->root, names);
    } catch (const SyntaxError&) {
      return {};  // told by `check`
    }
  }
  const auto add = [&](const Value& child) {
    for (std::string& name : variables_in(child, is_condition)) names.insert(std::move(name));
  };
  if (value.is_list())
    for (const Value& item : value.list()) add(item);
  if (value.is_dict())
    for (const auto& [key, member] : value.dict()) add(member);
  return {names.begin(), names.end()};
}

}  // namespace provisioner::jinja
