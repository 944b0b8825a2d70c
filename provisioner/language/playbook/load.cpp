// Loads whole playbooks, and what is included while they run.

#include "provisioner/language/playbook/load.h"

#include <algorithm>

#include "provisioner/base/os/files.h"
#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/loading.h"
#include "provisioner/language/playbook/read_play.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

const Value* import_of(const Dict& entry) {
  const Value* import = entry.find("import_playbook");
  return import != nullptr ? import : entry.find("ansible.builtin.import_playbook");
}

class PlaybookReader {
 public:
  explicit PlaybookReader(const Library& library) : loading_(library) {}

  Playbook read(const std::string& file, base::Diagnostics& diagnostics) {
    const std::string path = os::absolute(file);
    playbook_.directory = os::parent_of(path);
    loading_.play.playbook_directory = playbook_.directory;
    if (os::is_file(path))
      read_file(path, {}, {});
    else
      loading_.findings.add(base::Error(base::Kind::usage, "there is no playbook '" + file + "'"));
    settle_missing_files();
    loading_.report(diagnostics);
    playbook_.files = loading_.files;
    return std::move(playbook_);
  }

 private:
  void read_file(const std::string& path, const PlayImport& import, base::Pos asked_at) {
    const Value plays = read_data(loading_, path, asked_at);
    const base::Pos start = plays.pos().is_known() ? plays.pos() : asked_at;
    if (!plays.is_list()) {
      if (!loading_.findings.has_errors())
        loading_.error(
            plays.is_none()
                ? "'" + shown_path(path) + "' is empty: a playbook is a list of plays"
                : "a playbook has to be a list of plays, not " + std::string(name_of(plays.kind())),
            start);
      return;
    }
    if (plays.list().empty()) loading_.error("'" + shown_path(path) + "' has no plays", start);
    importing_.push_back(path);
    for (const Value& entry : plays.list()) read_entry(entry, start, path, import);
    importing_.pop_back();
  }

  void read_entry(const Value& entry, base::Pos start, const std::string& path,
                  const PlayImport& import) {
    const base::Pos pos = entry.pos().is_known() ? entry.pos() : start;
    if (!entry.is_dict()) {
      loading_.error("a play has to be a dict, not " + std::string(name_of(entry.kind())), pos);
      return;
    }
    if (const Value* file = import_of(entry.dict()))
      import_playbook(entry.dict(), *file, pos, path, import);
    else
      playbook_.plays.push_back(read_play(loading_, entry.dict(), pos, path, import));
  }

  // What the importing file says is weaker than what was said to it.
  static PlayImport inside(const PlayImport& outer, const Keywords& own) {
    PlayImport both;
    both.keywords = inherit(outer.keywords, own);
    for (const auto& [name, value] : outer.keywords.vars) both.keywords.vars.set(name, value);
    return both;
  }

  void import_playbook(const Dict& given, const Value& file, base::Pos pos, const std::string& path,
                       const PlayImport& import) {
    check_keywords(given, Thing::import_playbook, {}, loading_.findings);
    for (const Value& condition : as_list(given.find("when")))
      loading_.library.templar.check(condition, !is_template(condition), loading_.findings);
    if (!file.is_string() || file.text().empty()) {
      loading_.error("'import_playbook' needs the name of a file",
                     file.pos().is_known() ? file.pos() : pos);
      return;
    }
    const PlayImport own = inside(import, read_keywords(given));
    loading_.play.vars = own.keywords.vars;
    const std::optional<std::string> name = static_text(loading_, file, {}, "a playbook");
    if (!name) return;
    const std::string imported = os::absolute(os::join_path(os::parent_of(path), *name));
    if (!os::is_file(imported))
      loading_.error("there is no playbook '" + *name + "'", file.pos(),
                     "looked for '" + shown_path(imported) + "'");
    else if (std::find(importing_.begin(), importing_.end(), imported) != importing_.end())
      loading_.error("'" + shown_path(imported) + "' imports itself", file.pos());
    else
      read_file(imported, own, file.pos());
  }

  // A file that a task on the controller may make is not missing yet.
  void settle_missing_files() {
    for (MissingFile& missing : loading_.missing_files) {
      if (missing.may_be_made && loading_.writes_on_controller)
        loading_.findings.warn(std::move(missing.error));
      else
        loading_.findings.add(std::move(missing.error));
    }
  }

  Loading loading_;
  Playbook playbook_;
  std::vector<std::string> importing_;
};

// A load inside a run: the play is there already.
Loading loading_in(const Library& library, const Play& play) {
  Loading loading(library);
  loading.play.keywords = play.keywords;
  loading.play.vars = play.vars;
  loading.play.collections = play.collections;
  loading.play.directory = loading.play.playbook_directory = play.directory;
  loading.play.roles = play.roles;
  return loading;
}

// Far more than anybody writes, and far less than memory.
constexpr std::size_t most_nested = 300;

void refuse_endless(const Task& include) {
  if (include.parents.size() > most_nested)
    throw base::Error(base::Kind::input,
                      "includes are nested " + std::to_string(most_nested) + " deep", include.pos)
        .set_hint("does it include itself, with no condition that ends it?");
}

// The level an include makes: its own keywords hold for itself alone, `apply` and its vars for what
// it brings in.
Place place_of(Loading& loading, const Task& include, const Dict& item_vars,
               const std::string& directory) {
  Place outside;
  outside.parents = include.parents;
  outside.role = include.role;
  outside.include_vars = include.include_vars;
  outside.is_handlers = include.is_handler;
  for (const auto& [name, value] : item_vars) outside.include_vars.set(name, value);
  Keywords nothing;
  nothing.vars = include.keywords.vars;
  for (const auto& [name, value] : item_vars) nothing.vars.set(name, value);
  auto level = make_level(loading, outside, Level::Origin::included_tasks, nothing, include.pos);
  level->directory = directory;
  Place inside = outside.inside(level);
  const Value* apply = include.arguments.find("apply");
  if (apply == nullptr || !apply->is_dict()) return inside;
  check_keywords(apply->dict(), Thing::block, {}, loading.findings);
  auto applied =
      make_level(loading, inside, Level::Origin::apply, read_keywords(apply->dict()), include.pos);
  if (const Value* delegate = apply->dict().find("delegate_to")) applied->delegate_to = *delegate;
  if (const Value* delegate = apply->dict().find("delegate_facts"))
    applied->delegate_facts = *delegate;
  if (const Value* notify = apply->dict().find("notify")) applied->notify = as_list(notify);
  return inside.inside(applied);
}

std::vector<Node> as_block(const Task& include, const Place& place, std::vector<Node> tasks) {
  auto block = std::make_shared<Block>();
  block->pos = include.pos;
  block->level = place.parents.empty() ? nullptr : place.parents.back();
  block->tasks = std::move(tasks);
  return {std::shared_ptr<const Block>(std::move(block))};
}

// Handlers that come while the run goes on hide those that were there.
std::vector<std::shared_ptr<const Task>> numbered(
    const Play& play, const std::vector<std::shared_ptr<const Task>>& handlers) {
  static int includes = 0;
  const int above = play.handlers.empty() ? 0 : play.handlers.back()->handler_list;
  const int number = above + ++includes;
  std::vector<std::shared_ptr<const Task>> all;
  for (const auto& handler : handlers) {
    auto copy = std::make_shared<Task>(*handler);
    copy->handler_list = number;
    all.push_back(std::move(copy));
  }
  return all;
}

// What static imports inside of an include brought: the rest of the play sees it.
std::vector<std::shared_ptr<const Role>> imported_roles(const Play& play, const Loading& loading) {
  const auto& all = loading.play.roles;
  return {all.begin() + static_cast<std::ptrdiff_t>(play.roles.size()), all.end()};
}

void report_missing_files(Loading& loading) {
  for (MissingFile& missing : loading.missing_files)
    loading.findings.warn(std::move(missing.error));
}

}  // namespace

Playbook load(const std::string& file, const Library& library, base::Diagnostics& diagnostics) {
  return PlaybookReader(library).read(file, diagnostics);
}

std::string find_tasks_file(const Play& play, const Task& include, const std::string& name) {
  return find_tasks_file(play.directory, include, name);
}

Included load_tasks_file(const Library& library, const Play& play, const Task& include,
                         const std::string& path, const Dict& item_vars,
                         base::Diagnostics& diagnostics) {
  refuse_endless(include);
  Loading loading = loading_in(library, play);
  const Value* given = include.arguments.find("file");
  const std::string name =
      given != nullptr && given->is_string() && !is_template(*given) ? given->text() : path;
  Place place = place_of(loading, include, item_vars, os::parent_of(name));
  place.file = path;
  Included included;
  included.file = path;
  const Value tasks = read_data(loading, path, given != nullptr ? given->pos() : include.pos);
  included.tasks =
      as_block(include, place, read_tasks(loading, tasks, place, "an included file's tasks"));
  report_missing_files(loading);
  loading.report(diagnostics);
  included.handlers = numbered(play, loading.play.imported_handlers);
  included.roles = imported_roles(play, loading);
  included.files = loading.files;
  return included;
}

Included load_role(const Library& library, const Play& play, const Task& include,
                   const Dict& arguments, const Dict& item_vars, base::Diagnostics& diagnostics) {
  Loading loading = loading_in(library, play);
  RoleRequest request = role_request(arguments, include.pos);
  request.is_public = value::boolean_or(Value(arguments), "public", false);
  request.given_vars = include.keywords.vars;
  for (const auto& [name, value] : item_vars) request.given_vars.set(name, value);
  const Place place = place_of(loading, include, item_vars, {});
  Included included;
  std::optional<RoleBody> body = read_role(loading, request, place);
  if (body) {
    included.file = body->role->name;
    included.tasks = as_block(include, place, std::move(body->blocks));
    included.roles = std::move(body->roles);
    const auto imported_too = imported_roles(play, loading);
    included.roles.insert(included.roles.end(), imported_too.begin(), imported_too.end());
    included.handlers = numbered(play, body->handlers);
    const auto imported = numbered(play, loading.play.imported_handlers);
    included.handlers.insert(included.handlers.end(), imported.begin(), imported.end());
  }
  report_missing_files(loading);
  loading.report(diagnostics);
  included.files = loading.files;
  return included;
}

}  // namespace provisioner::playbook
