#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/node/host/host_view.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::modules {

// The type an argument is brought to before a module sees it, with Ansible's conversions
// ("yes" -> true for boolean, 420 -> "420" for text, "a,b" -> list for list_of_text ...).
enum class Type : std::uint8_t {
  text,
  path,
  boolean,
  integer,
  real,
  list,
  list_of_text,
  dict,
  raw,
  mode,
  bytes,
  json_text
};

// One option of a module. Facts from `ansible-doc`, not its text.
struct Parameter {
  std::string_view name;
  Type type = Type::text;
  bool required = false;
  std::string_view fallback = {};  // the default, written as YAML; empty: none
  std::vector<std::string_view> aliases = {};
  std::vector<std::string_view> choices = {};
  bool secret = false;  // its value is a Secret wherever it is shown
};

// What several options must satisfy together.
struct Constraints {
  std::vector<std::vector<std::string_view>> mutually_exclusive = {};
  std::vector<std::vector<std::string_view>> required_one_of = {};
  std::vector<std::vector<std::string_view>> required_together = {};
  struct RequiredIf {
    std::string_view option, equals;
    std::vector<std::string_view> needs;
  };
  std::vector<RequiredIf> required_if = {};
};

// Kind of a module. `state`: check compares, apply changes, a second check is empty. `action`:
// always "will run". `read`: never changes.
enum class ModuleKind : std::uint8_t { state, action, read };

// Arguments as a module reads them: names are canonical, types right, defaults filled in.
class Arguments {
 public:
  explicit Arguments(value::Dict values) : values_(std::move(values)) {}

  bool has(std::string_view name) const;          // given, and not none
  std::string text(std::string_view name) const;  // "" where not given
  std::optional<std::string> optional_text(std::string_view name) const;
  bool boolean(std::string_view name) const;
  std::optional<bool> optional_boolean(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  const value::Value& raw(std::string_view name) const;  // none where not given
  const value::Dict& values() const { return values_; }

 private:
  value::Dict values_;
};

// The options of a module: all that a checker needs to know before any node is touched.
struct Spec {
  std::string_view name;  // "copy"
  std::string_view summary;
  std::vector<std::string_view> collections = {"ansible.builtin",
                                               "ansible.legacy"};  // where else it is known
  ModuleKind kind = ModuleKind::state;
  std::vector<Parameter> parameters = {};
  Constraints constraints = {};
  std::string_view free_form = {};   // the option that `module: text` sets ("_raw_params")
  bool common_file_options = false;  // mode, owner, group, attributes, se*, unsafe_writes
  bool takes_any_name = false;       // options beside `parameters` are the user's own: set_fact
};

// A module's node half: one value in one file. `check` cannot change the node: its parameter has no
// verb. Where `apply` is null, the plan's steps are performed as they stand. `finish` completes the
// result from the node as it is afterwards; it also runs where nothing had to change. The keys
// owner, group, mode, size, state of a `path` or `dest` in the result are added by run_module, as
// AnsibleModule does, and no module's work.
struct Module {
  Spec spec;
  wire::Plan (*check)(const host::HostView& view, const Arguments& arguments) = nullptr;
  wire::Outcome (*apply)(host::Host& host, const Arguments& arguments,
                         const wire::Plan& plan) = nullptr;
  void (*finish)(const host::HostView& view, const Arguments& arguments,
                 value::Dict& result) = nullptr;
};

// All modules of the node side, in the order of modules.def; by short or full name.
std::span<const Module* const> all_modules();
const Module* find_module(std::string_view name);

// Brings a task's arguments to a Spec's types: aliases resolved, unknown names refused with the
// nearest one, required ones demanded. Everything wrong is collected with its place. Values that
// hold templates are passed through where `templates_allowed` (a check at load), with only their
// names looked at.
enum class Templates : bool { refused, allowed };
value::Dict bind_arguments(const Spec& spec, const value::Dict& given, Templates templates,
                           base::Diagnostics& diagnostics, base::Pos task);

// The same while a run goes on: the first thing wrong, in the words and the order of ansible-core,
// because playbooks show and match `msg`. `failure` is empty where all is well.
struct BoundArguments {
  value::Dict values;
  std::string failure;
};
BoundArguments bind_at_run_time(const Spec& spec, const value::Dict& given);

// All options of a module, the common file options included.
std::vector<Parameter> parameters_of(const Spec& spec);

// What a module's check says of a node. Never throws for what a node can answer: a failure is a
// Plan with `msg`.
wire::Plan check_module(const Module& module, const host::HostView& view,
                        const value::Value& arguments);

// One call on a node: binds, checks, and applies unless `check_only`. Never throws for what a node
// can answer: a failure is an Outcome with `msg`. The result always holds `changed`, and `failed`
// or `skipped` where they are true. With `Differences::wanted` the outcome holds the differences,
// and the result their `diff` as Ansible has it.
enum class Differences : bool { left_out, wanted };
wire::Outcome run_module(const Module& module, host::Host& host, const value::Value& arguments,
                         bool check_only, Differences differences = Differences::wanted);

// `diff` of a result: one difference is a dict, several are a list, none is none.
value::Value diff_value(const std::vector<wire::Difference>& differences);

// A failed plan with Ansible's `msg`.
wire::Plan failed(std::string message);

// A plan with nothing to do and this result.
wire::Plan same(value::Dict result);

}  // namespace provisioner::modules
