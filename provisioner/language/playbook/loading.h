#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/playbook/load.h"

namespace provisioner::playbook {

// A static import's or role's name may hold variables; these are the dicts it may see, strongest
// first.
using StaticVars = std::vector<const value::Dict*>;

// A file that a task names in so many words and that is not there. Whether that is a mistake is
// known only at the end: a task on the controller may make it.
struct MissingFile {
  base::Error error;
  bool may_be_made;  // by an earlier task of the run
};

// What one play collects while its parts are read.
struct PlayParts {
  Keywords keywords;
  value::Dict vars;
  std::vector<std::string> collections;
  std::string directory, playbook_directory;
  std::vector<std::shared_ptr<const Task>> role_handlers, imported_handlers;
  std::vector<std::shared_ptr<const Role>> roles;
  std::map<std::string, std::shared_ptr<const Role>> roles_by_identity;
  std::vector<std::pair<value::Value, base::Error>>
      notified;  // checked when all handlers are known
  bool has_dynamic_handlers = false;
};

// One load, static or of an include: where it reads from and what it has found so far.
struct Loading {
  explicit Loading(const Library& given) : library(given) {}

  const Library& library;
  base::Diagnostics findings;
  PlayParts play;
  std::vector<std::string> files;                // read, in order
  std::map<std::string, value::Value> contents;  // by path
  std::vector<MissingFile> missing_files;
  bool writes_on_controller = false;
  std::vector<std::string> importing;  // files being imported: an import of one of them is a loop

  void error(std::string message, base::Pos pos, std::string hint = {});
  void warn(std::string message, base::Pos pos, std::string hint = {});
  // Hands the findings over, each once, in the order found.
  void report(base::Diagnostics& to) const;
};

// Where a list of tasks stands: what it inherits and which files it may name.
struct Place {
  std::vector<std::shared_ptr<const Level>> parents;  // outermost first
  std::shared_ptr<const Role> role;
  value::Dict include_vars;
  std::string file;  // absolute
  bool is_handlers = false;

  const Keywords& keywords(const Loading& loading) const;
  const std::vector<std::string>& collections(const Loading& loading) const;
  Place inside(std::shared_ptr<const Level> level) const;
};

// A new level inside `place` with these keywords.
std::shared_ptr<Level> make_level(const Loading& loading, const Place& place, Level::Origin origin,
                                  const Keywords& keywords, base::Pos pos);

// The data of a YAML or JSON file; none where it is empty or cannot be read (then that is found).
// `asked_at` is what names the file.
value::Value read_data(Loading& loading, const std::string& path, base::Pos asked_at);
std::string shown_path(const std::string& path);  // as the user would type it

// A text with templates evaluated from what is known before any host is; nullopt where that is not
// possible, which is found as an error.
std::optional<std::string> static_text(Loading& loading, const value::Value& text,
                                       const Place& place, const std::string& what);

// Tasks, blocks and static imports of a list, in order. Handlers are flat.
std::vector<Node> read_tasks(Loading& loading, const value::Value& list, const Place& place,
                             std::string_view what);
std::shared_ptr<const Task> read_task(Loading& loading, const value::Dict& given, base::Pos pos,
                                      const Place& place);

// What stands behind a role's name, whoever asks for it.
struct RoleRequest {
  std::string name;
  base::Pos pos;
  Keywords keywords;  // of its entry: inherited by its tasks
  std::optional<value::Value> delegate_to, delegate_facts;
  value::Dict given_vars, parameters;
  std::vector<std::string> collections;
  std::string tasks_from, vars_from, defaults_from, handlers_from;
  bool is_include = false;  // of import_role or include_role
  std::optional<bool> allow_duplicates;
  bool is_validated = true;  // its variables are held against its argument specification first
  bool is_public = true;
  bool is_dependency = false;
};
struct RoleBody {
  std::shared_ptr<const Role> role;
  std::vector<Node> blocks;                           // of its dependencies, then its own
  std::vector<std::shared_ptr<const Task>> handlers;  // likewise
  std::vector<std::shared_ptr<const Role>> roles;     // likewise
};
// A role and all it depends on; nullopt where there is no such role (then that is found).
std::optional<RoleBody> read_role(Loading& loading, const RoleRequest& request, const Place& place);

// An entry of `roles` or of a role's dependencies.
std::optional<RoleRequest> read_role_entry(Loading& loading, const value::Value& entry,
                                           const Place& place);

// What an import_role or include_role asks for, by its (resolved) arguments.
RoleRequest role_request(const value::Dict& arguments, base::Pos pos);

// Options, templates and files that a task names (check_task.cpp).
void check_task(Loading& loading, const Task& task, const KnownModule& module,
                base::Pos module_pos);

}  // namespace provisioner::playbook
