#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/source.h"
#include "provisioner/base/value/value.h"
#include "provisioner/language/jinja/bounds.h"

namespace provisioner::jinja {

// The variables an evaluation can see. One object serves one task on one host, in one thread.
class Scope {
 public:
  virtual ~Scope() = default;

  // A variable, resolved (its own templates already evaluated, once per scope); nullopt where it is
  // not defined. Throws Error(input) where it is defined by something that is not.
  virtual std::optional<value::Value> variable(const std::string& name) = 0;

  // The same as it was written, before its templates are evaluated; nullptr where it is not
  // defined.
  virtual const value::Value* raw(const std::string& name) = 0;

  // All names that `variable` would answer, for `vars`, `varnames` and "did you mean".
  virtual std::vector<std::string> names() = 0;

  // One host's variables as `hostvars[host]` shows them; nullopt for a host that is not in the
  // inventory.
  virtual std::optional<value::Value> host_variable(const std::string& host,
                                                    const std::string& name) = 0;
  virtual std::vector<std::string> host_names() = 0;
  virtual std::vector<std::string> host_variable_names(const std::string& host) = 0;
};

// What lookups, file tests and vaults need of the controller. Given by whoever owns the world.
class Surroundings {
 public:
  virtual ~Surroundings() = default;

  virtual std::optional<std::string> environment(const std::string& name) const = 0;
  // Where a relative name is looked for, most specific first: role/KIND, role, playbook/KIND,
  // playbook. KIND is "files", "templates", "vars" or "".
  virtual std::optional<std::string> find_file(const std::string& name,
                                               std::string_view kind) const = 0;
  virtual std::vector<std::string> search_paths(std::string_view kind) const = 0;
  // A file's text, secret where it was opened from a vault; whoever may have to point into it
  // registers it. Throws Error.
  virtual base::Source read_file(const std::string& path) const = 0;
  virtual std::vector<std::string> glob(const std::string& pattern) const = 0;
  virtual std::string run_pipe(
      const std::string& command) const = 0;  // lookup('pipe'), as Ansible does it
  virtual value::Value unseal(
      const value::Value& sealed) const = 0;  // the text under a vault; throws Error
  virtual std::vector<std::string> hosts_matching(
      const std::string& pattern) const = 0;  // inventory_hostnames
};

// A filter, test or lookup that is not ours: the slot for a user's Python content. `find` answers
// nullopt for a name it does not know either.
class ForeignPlugins {
 public:
  virtual ~ForeignPlugins() = default;
  using Function = std::function<value::Value(const std::vector<value::Value>& arguments,
                                              const value::Dict& named)>;
  virtual std::optional<Function> filter(const std::string& name) const = 0;
  virtual std::optional<Function> test(const std::string& name) const = 0;
  virtual std::optional<Function> lookup(const std::string& name) const = 0;
};

// How a whole file is rendered by the `template` module and lookup.
struct FileStyle {
  bool trim_blocks = true;
  bool lstrip_blocks = false;
  // In a value of a YAML file a backslash inside {{ }} stands for itself, as Ansible has it.
  bool keeps_backslashes = false;
  std::string newline = "\n";
  std::string variable_start = "{{", variable_end = "}}";
  std::string block_start = "{%", block_end = "%}";
  std::string comment_start = "{#", comment_end = "#}";
};

// Jinja2 as ansible-core 2.14 uses it (not native): one object for a run, any thread, compiled
// templates are cached by text. Every failure is an Error(input) with the place in the user's file.
class Templar {
 public:
  Templar(const Surroundings& surroundings, const ForeignPlugins* foreign = nullptr,
          const Bounds& bounds = {});
  ~Templar();

  // What Ansible's templar does to a value: texts with "{{" or "{%" are evaluated, containers
  // member by member, untrusted text is left as it is, a text that is one expression keeps its
  // type, and a result that looks like a list or dict literal becomes one. Sealed values are
  // opened.
  value::Value resolve(const value::Value& value, Scope& scope) const;

  // Like `resolve`, and an undefined variable gives nullopt instead of an error (for
  // `default(omit)`-like callers and for the plan, which may not know yet).
  std::optional<value::Value> resolve_if_defined(const value::Value& value, Scope& scope) const;

  // A condition of `when`, `until`, `failed_when`...: a bare expression, a boolean, or a list
  // joined by "and".
  bool condition(const value::Value& condition, Scope& scope) const;

  // An expression without braces ("groups['web'] | length").
  value::Value evaluate(const std::string& expression, base::Pos pos, Scope& scope) const;

  // A template file's text.
  std::string render(const std::string& text, base::Pos pos, Scope& scope,
                     const FileStyle& style = {}) const;

  // `lookup(name, ...)` as `with_NAME:` uses it: always a list.
  value::Value lookup(const std::string& name, const value::Value& terms,
                      const value::Dict& options, Scope& scope) const;

  // Syntax, names of filters, tests and lookups, for all templates in a value; nothing is
  // evaluated. What is wrong goes to `diagnostics` with its place. `is_condition`: the text is an
  // expression without braces.
  void check(const value::Value& value, bool is_condition, base::Diagnostics& diagnostics) const;

  // The names of variables that a value's templates read, as far as can be told.
  std::vector<std::string> variables_in(const value::Value& value, bool is_condition) const;

  static bool has_template(std::string_view text);  // "{{", "{%" or "{#" stands in it
  static const std::string& omit_marker();          // what `omit` evaluates to

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::jinja
