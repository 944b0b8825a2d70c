#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::playbook {

// Keywords that plays, roles, blocks and tasks share and that are inherited inwards. Values are as
// written: resolved per host when the task's turn comes. An absent member is not set here.
struct Keywords {
  std::optional<value::Value> become, become_user, become_method, become_flags, become_exe;
  std::optional<value::Value> connection, port, remote_user;
  std::optional<value::Value> check_mode, diff, no_log, ignore_errors, ignore_unreachable,
      any_errors_fatal;
  std::optional<value::Value> run_once, throttle, timeout;
  std::vector<value::Value> environment;  // outer first; later ones win
  std::vector<value::Value>
      module_defaults;             // outer first; a later one replaces a module's defaults whole
  std::vector<value::Value> when;  // joined by "and", outer first
  std::vector<std::string> tags;   // with those inherited; may hold templates
  value::Dict vars;                // of this level only
};

// One application of a role: a directory with what was given to it. Two applications with the same
// `identity` run once a host, unless duplicates are allowed. Immutable.
struct Role {
  std::string name;                 // "web" or "ns.collection.web"
  std::string directory;            // absolute
  value::Dict defaults;             // of defaults/main
  value::Dict vars;                 // `vars` given to it, under those of vars/main
  value::Dict parameters;           // other keys of its entry in `roles` or in meta
  value::Dict dependency_defaults;  // of all it depends on, merged: weaker than its own
  value::Dict dependency_vars;
  std::vector<std::shared_ptr<const Role>>
      parents;  // outermost first: who depends on or includes it
  std::string identity;
  bool allow_duplicates = false;
  bool is_public = true;       // vars and defaults visible to the rest of the play
  bool is_dependency = false;  // came in by another role's meta
  base::Pos pos;
};

// What encloses a task: a block, or the import, include or role that brought it in. Holds no
// children, so that tasks may own it. Its keywords have everything outer merged in, but for `vars`.
struct Level {
  enum class Origin : std::uint8_t { block, imported_tasks, included_tasks, role, apply };
  Origin origin = Origin::block;
  Keywords keywords;
  std::optional<value::Value> delegate_to, delegate_facts;
  std::vector<value::Value> notify;
  std::vector<std::string> collections;  // where short module names are looked for first
  std::string directory;                 // of an import or include: where its relative names start
  base::Pos pos;
};

enum class TaskKind : std::uint8_t {
  module,
  meta,           // the action is arguments["_raw_params"]: "flush_handlers", "end_play" ...
  include_tasks,  // load_tasks_file (load.h), with arguments["file"] resolved
  include_role,   // load_role (load.h), with the resolved arguments
  handler_flush_marker,
  role_end,  // marks `role` as complete on the host, where one of its tasks ran there
};

// One task as written, checked. Immutable.
struct Task {
  std::string name;       // as written, may hold templates; "" where none
  std::string action;     // the module's name as written: "ansible.builtin.copy"
  std::string module;     // canonical short name: "copy", "set_fact", "include_tasks"
  value::Dict arguments;  // as written (aliases too); may hold templates
  TaskKind kind = TaskKind::module;
  base::Pos pos;
  Keywords keywords;  // everything inherited is already merged in, outer to inner

  std::optional<value::Value> loop;  // of `loop` or `with_X`
  std::string loop_lookup;           // "items" for with_items; "" for `loop`
  struct LoopControl {
    std::string loop_var = "item", index_var;  // may hold templates
    std::optional<value::Value> label, pause, extended, extended_allitems;
  } loop_control;
  std::string register_name;
  std::vector<value::Value> changed_when, failed_when, until;  // joined by "and"
  std::optional<value::Value> retries, delay, async_seconds, delegate_to, delegate_facts;
  std::optional<value::Value>
      args;  // a template that gives a dict of arguments, weaker than `arguments`
  std::vector<value::Value> notify;
  std::vector<value::Value> listen;  // of handlers

  std::shared_ptr<const Role>
      role;  // whose variables, defaults and files it sees; null outside roles
  std::vector<std::shared_ptr<const Level>> parents;  // outermost first: whose vars it sees
  value::Dict include_vars;  // of all dynamic includes around it (and its own, where it is one)
  std::string file;          // absolute; where it stands
  bool is_handler = false;
  bool is_implicit = false;  // gather_facts, flush and role-end markers
  int handler_list =
      0;  // of two handlers with one name: the highest list wins, in a list the first
};

struct Block;
using Node = std::variant<std::shared_ptr<const Task>, std::shared_ptr<const Block>>;

// Tasks that stand together: a `block`, or the body of an import, an include or a role (`level`
// says which).
struct Block {
  std::string name;
  base::Pos pos;
  std::shared_ptr<const Level> level;
  std::vector<Node> tasks, rescue, always;
};

struct Play {
  std::string name;  // as written; "" where none: then the hosts are shown
  base::Pos pos;
  value::Value hosts;  // pattern or list, may hold templates
  Keywords keywords;   // `when` is import_playbook's: it holds for gather_facts too
  value::Dict vars;    // those of import_playbook are merged in, over its own
  std::vector<value::Value> vars_files;  // each a name or a list of candidates
  value::Value vars_prompt;              // a list of dicts, or none
  std::optional<value::Value> gather_facts, gather_subset, gather_timeout, fact_path;
  std::vector<value::Value> serial;
  std::optional<value::Value> max_fail_percentage, order, force_handlers;
  std::string strategy = "linear";  // may hold a template
  std::vector<std::string> collections;
  // role_tasks: one Block a role, dependencies first, each ended by a role_end task.
  std::vector<Node> pre_tasks, role_tasks, tasks, post_tasks;
  std::vector<std::shared_ptr<const Task>>
      handlers;  // of static roles, the play, static imports: in this order
  std::vector<std::shared_ptr<const Role>>
      roles;              // static ones, in the order they run, dependencies included
  std::string file;       // absolute
  std::string directory;  // of `file`: roles/, vars files and templates start here
};

struct Playbook {
  std::vector<Play> plays;
  std::vector<std::string> files;  // everything read, with which a digest is made
  std::string directory;           // playbook_dir
};

// "web : install nginx": role, then name or module. Templates are still in it.
std::string display_name(const Task& task);

}  // namespace provisioner::playbook
