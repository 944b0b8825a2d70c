#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/jinja/node.h"
#include "provisioner/language/jinja/object.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::jinja {

// A template, parsed. Immutable, shared by all who evaluate it.
struct Template {
  std::string text;
  NodePtr root;
};

using Test = std::function<bool(const Call&)>;

// The names that are always there.
const std::map<std::string, Function, std::less<>>& filters();
const std::map<std::string, Test, std::less<>>& tests();
const std::map<std::string, Function, std::less<>>& lookups();  // each gives a list
const std::map<std::string, Function, std::less<>>& globals();

// "ansible.builtin.combine" -> "combine", for the collections whose plugins are known here.
std::string_view short_name(std::string_view name);

// What an evaluation needs beside the scope.
struct World {
  const Surroundings& surroundings;
  const ForeignPlugins* foreign = nullptr;
  std::function<std::shared_ptr<const Template>(const std::string& text, const FileStyle& style)>
      compile;
  std::function<value::Value(const value::Value&, Scope&)> resolve;  // for templates inside lookups
  Bounds bounds = {};
};

// One evaluation of one template: names, output, and whether anything untrusted was read.
class Evaluator {
 public:
  // `style` is that of the templates that are included.
  Evaluator(const World& world, Scope& scope, FileStyle style = {});

  Object evaluate(const Node& node);
  std::string render(const Node& body);              // what the statements print
  static std::string printed(const Object& object);  // what "{{ object }}" puts out

  Object call(const Object& callee, Call call);
  Object apply_filter(const std::string& name, Call call);
  bool apply_test(const std::string& name, Call call);
  Object lookup(const std::string& name, Call call);
  Object attribute(const Object& object, const std::string& name);
  Object item(const Object& object, const Object& key);
  Object resolve_name(const std::string& name);

  // Whether all that was printed was one text that is to stay a text.
  bool printed_kept_text() const { return pieces_ == 1 && is_kept_text_; }

  bool is_tainted() const { return is_tainted_; }
  void taint() { is_tainted_ = true; }
  const World& world() const { return world_; }
  Scope& scope() { return scope_; }
  std::size_t offset() const {
    return offset_;
  }  // of what was evaluated last: for the error's place
  const std::map<std::string, Object>& exported() const { return *frames_.front(); }

  // For text that must not reach out: a condition made of what a node said.
  void forbid_lookups() { allows_lookups_ = false; }

 private:
  enum class Flow : std::uint8_t { normal, broken, continued };
  // Names that a template sets, shared with the macros defined among them.
  using Frame = std::map<std::string, Object>;
  using Frames = std::vector<std::shared_ptr<Frame>>;

  void enter_frame() { frames_.push_back(std::make_shared<Frame>()); }
  void leave_frame() { frames_.pop_back(); }
  Frame& locals() { return *frames_.back(); }
  void put_out(std::string_view text);
  void print(const Object& object);
  Object evaluate_node(const Node& node);

  Object arguments_into(const Node& node, std::size_t first, Call& call);
  Object evaluate_binary(const Node& node);
  Object evaluate_compare(const Node& node);
  Object evaluate_slice(const Node& node);
  Object evaluate_call(const Node& node);
  Object evaluate_filter(const Node& node);
  Object evaluate_test(const Node& node);
  Object evaluate_dict(const Node& node);
  std::vector<Object> evaluate_all(const std::vector<NodePtr>& nodes);

  Flow execute(const Node& node);
  Flow execute_all(const Node& body);
  Flow execute_if(const Node& node);
  Flow execute_loop(const Node& node);
  Flow run_loop(const Node& node, std::vector<Object> items, std::size_t depth);
  void execute_set_block(const Node& node);
  void execute_with(const Node& node);
  void execute_include(const Node& node);
  void execute_import(const Node& node);
  void execute_extends(const Node& node);
  void execute_call_block(const Node& node);
  void define_macro(const Node& node);
  Object make_macro(const std::string& name, const Node& node, const Node& body, std::size_t first);
  void bind_parameters(const Node& node, std::size_t first, const Call& call);
  std::string captured(const std::function<void()>& body);  // what it prints
  std::string captured(const Node& body);
  std::string filtered(const Node& filter, std::string text);
  void assign(const Node& target, Object value);
  Flow execute_block(const Node& node, std::size_t level);
  Object own_blocks();

  // Another template's file.
  struct Loaded {
    std::shared_ptr<const Template> compiled;
    base::Pos begin;
  };
  std::shared_ptr<const Loaded> load(const std::string& name);
  void within(const Loaded& loaded, const std::function<void()>& body);

  Evaluation evaluation_;
  const World& world_;
  Scope& scope_;
  FileStyle style_;
  Frames frames_;
  std::map<std::string, Object> names_;  // of the scope, boxed once so that aliases hold
  Output output_;
  std::size_t pieces_ = 0;  // that the output is made of
  bool is_kept_text_ = false;
  std::map<std::string, std::vector<const Node*>> blocks_;  // the most derived first
  std::vector<std::shared_ptr<const Loaded>> loaded_;
  std::shared_ptr<const Loaded> extended_;   // the parent, once `extends` was met
  const Node* executed_ = nullptr;           // the template in hand
  std::vector<std::weak_ptr<Frame>> outer_;  // of who imports this with its context
  bool is_tainted_ = false;
  bool allows_lookups_ = true;
  bool sees_variables_ = true;
  std::size_t offset_ = 0;
  int depth_ = 0;
  int include_depth_ = 0;
};

// A string written as Python would read a literal (lists, dicts, tuples, numbers, strings, True,
// None, also true, false, null); nullopt for anything else.
std::optional<value::Value> python_literal(std::string_view text);

// Whether a result is tried as a literal at all.
bool looks_like_data(std::string_view text);

// Jinja2 drops the newline at the end of a template; Ansible sees to it that as many end the
// result.
std::string with_newlines_of(const std::string& written, std::string text,
                             const std::string& newline = "\n");

// A file of templates/, rendered; its errors stand in it.
std::string render_file(const World& world, const std::string& path, Scope& scope, FileStyle style);

// Operators by their sign, with Python's meaning.
Object binary_operation(const std::string& sign, const Object& left, const Object& right);
bool contains(const Object& container, const Object& item);
std::string percent_format(const std::string& format, const Object& arguments);

// A method of a text, list or dict, bound; nullopt where the type has none of that name.
std::optional<Object> method(const Object& object, const std::string& name);

}  // namespace provisioner::jinja
