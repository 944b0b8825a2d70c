#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::playbook {

struct Role;
struct Block;

// Keywords that plays, roles, blocks and tasks share and that are inherited inwards. Values are as written:
// resolved per host when the task's turn comes. An absent member is not set here.
struct Keywords {
  std::optional<value::Value> become, become_user, become_method, become_flags, become_exe;
  std::optional<value::Value> connection, port, remote_user;
  std::optional<value::Value> check_mode, diff, no_log, ignore_errors, ignore_unreachable, any_errors_fatal;
  std::optional<value::Value> run_once, throttle, timeout, debugger;
  std::vector<value::Value> environment;     // outer first
  std::vector<value::Value> module_defaults; // outer first
  std::vector<value::Value> when;            // joined by "and", outer first
  std::vector<std::string> tags;             // with those inherited
  value::Dict vars;                          // of this level only
};

enum class TaskKind : std::uint8_t { module, meta, include_tasks, include_role, handler_flush_marker };

// One task as written, checked. Immutable.
struct Task {
  std::string name;                          // as written, may hold templates; "" where none
  std::string module;                        // canonical short name: "copy", "set_fact", "include_tasks"
  value::Dict arguments;                     // canonical option names; may hold templates
  TaskKind kind = TaskKind::module;
  base::Pos pos;
  Keywords keywords;                         // everything inherited is already merged in, outer to inner

  std::optional<value::Value> loop;          // of `loop` or `with_X`
  std::string loop_lookup;                   // "items" for with_items; "" for `loop`
  struct LoopControl {
    std::string loop_var = "item", index_var;
    std::optional<value::Value> label, pause;
    bool extended = false, extended_allitems = true;
  } loop_control;
  std::string register_name;
  std::vector<value::Value> changed_when, failed_when, until;
  std::optional<value::Value> retries, delay, async_seconds, poll, delegate_to, delegate_facts, args;
  std::vector<value::Value> notify;
  std::vector<value::Value> listen;          // of handlers

  std::shared_ptr<const Role> role;          // whose variables, defaults and files it sees; null outside roles
  std::vector<std::shared_ptr<const Block>> parents;  // outermost first: whose vars it sees
  value::Dict include_vars;                  // `vars` given to the include or import that brought it in
  std::string file;                          // where it stands: for relative includes
  bool is_handler = false;
  bool is_implicit = false;                  // gather_facts, flush markers
};

using Node = std::variant<std::shared_ptr<const Task>, std::shared_ptr<const Block>>;

struct Block {
  std::string name;
  base::Pos pos;
  Keywords keywords;
  std::vector<Node> tasks, rescue, always;
};

// One application of a role: a directory with its parameters.
struct Role {
  std::string name;                          // "web" or "ns.collection.web"
  std::string directory;
  value::Dict defaults, vars, parameters;    // unresolved
  std::vector<std::string> defaults_files;   // where they came from, for `explain`
  std::vector<std::shared_ptr<const Role>> dependencies;  // run before it, in order
  std::vector<std::shared_ptr<const Role>> parents;       // outermost first: whose defaults and vars are seen too
  std::vector<std::shared_ptr<const Task>> handlers;
  bool allow_duplicates = false;
  bool is_public = true;                     // vars and defaults visible to the rest of the play
  base::Pos pos;
};

struct Play {
  std::string name;
  base::Pos pos;
  value::Value hosts;                        // pattern or list, may hold templates
  Keywords keywords;
  value::Dict vars;
  std::vector<value::Value> vars_files;      // each a name or a list of candidates
  value::Value vars_prompt;
  std::optional<value::Value> gather_facts, gather_subset, gather_timeout, fact_path;
  std::vector<value::Value> serial;
  std::optional<value::Value> max_fail_percentage, order, force_handlers;
  std::string strategy = "linear";
  std::vector<Node> pre_tasks, role_tasks, tasks, post_tasks;
  std::vector<std::shared_ptr<const Task>> handlers;   // of the play and of its static roles, in definition order
  std::vector<std::shared_ptr<const Role>> roles;      // static ones, in the order they run, dependencies included
  std::string file;
};

struct Playbook {
  std::vector<Play> plays;
  std::vector<std::string> files;            // everything read, with which a digest is made
  std::string directory;
};

}  // namespace provisioner::playbook
