// Lists of tasks: blocks, and static imports in the place where they stand.

#include <algorithm>
#include <utility>

#include "provisioner/base/os/files.h"
#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/loading.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

const Value* entry_of(const Dict& given, std::string_view name) {
  const Value* value = given.find(name);
  return value == nullptr || value->is_none() ? nullptr : value;
}

class ListReader {
 public:
  ListReader(Loading& loading, const Place& place) : loading_(loading), place_(place) {}

  std::vector<Node> read(const Value& list, std::string_view what) {
    if (list.is_none()) return {};
    if (!list.is_list()) {
      loading_.error(std::string(what) + " have to be a list of tasks, not " +
                         std::string(name_of(list.kind())),
                     list.pos());
      return {};
    }
    for (const Value& entry : list.list()) read_entry(entry, list.pos());
    return std::move(nodes_);
  }

 private:
  void read_entry(const Value& entry, base::Pos list_pos) {
    const base::Pos pos = entry.pos().is_known() ? entry.pos() : list_pos;
    if (!entry.is_dict()) {
      loading_.error("a task has to be a dict, not " + std::string(name_of(entry.kind())), pos);
      return;
    }
    const Dict& given = entry.dict();
    if (given.find("block") != nullptr)
      read_block(given, pos);
    else if (given.find("rescue") != nullptr || given.find("always") != nullptr)
      loading_.error("'rescue' and 'always' need a 'block' beside them", pos);
    else if (given.find("import_playbook") != nullptr || given.find("hosts") != nullptr)
      loading_.error("a play stands in a list of tasks", pos,
                     "plays stand at the top of a playbook");
    else
      read_plain(given, pos);
  }

  void read_plain(const Dict& given, base::Pos pos) {
    const std::shared_ptr<const Task> task = read_named(given, pos);
    if (!task) return;
    if (task->module == "import_tasks" || task->module == "import_role") {
      if (task->loop)
        loading_.error(
            "'" + task->module + "' cannot have a loop", task->loop->pos(),
            "use '" +
                std::string(task->module == "import_tasks" ? "include_tasks" : "include_role") +
                "'");
      if (task->module == "import_tasks")
        import_tasks(*task, given);
      else
        import_role(*task, given);
      return;
    }
    if (task->kind == TaskKind::include_role ||
        (task->kind == TaskKind::include_tasks && task->is_handler))
      loading_.play.has_dynamic_handlers = true;
    nodes_.emplace_back(task);
  }

  // What is wrong in a task says which one it is.
  std::shared_ptr<const Task> read_named(const Dict& given, base::Pos pos) {
    base::Diagnostics before = std::exchange(loading_.findings, {});
    std::shared_ptr<const Task> task = read_task(loading_, given, pos, place_);
    const base::Diagnostics found = std::exchange(loading_.findings, std::move(before));
    const Value* name = entry_of(given, "name");
    for (base::Error error : found.errors()) {
      if (name != nullptr && error.pos() != pos)
        error.add_context("while reading task '" + Dict::key_text(*name) + "'", pos);
      loading_.findings.add(std::move(error));
    }
    for (const base::Error& warning : found.warnings()) loading_.findings.warn(warning);
    return task;
  }

  std::shared_ptr<Level> level_of(Level::Origin origin, const Dict& given, base::Pos pos) {
    std::shared_ptr<Level> level = make_level(loading_, place_, origin, read_keywords(given), pos);
    if (const Value* value = entry_of(given, "delegate_to")) level->delegate_to = *value;
    if (const Value* value = entry_of(given, "delegate_facts")) level->delegate_facts = *value;
    if (const Value* value = entry_of(given, "notify")) level->notify = as_list(value);
    if (const Value* value = entry_of(given, "collections"))
      level->collections = as_texts(value, false);
    return level;
  }

  void read_block(const Dict& given, base::Pos pos) {
    if (place_.is_handlers) {
      loading_.error("a block cannot be a handler", pos,
                     "write one handler a task, with the same 'listen'");
      return;
    }
    check_keywords(given, Thing::block, {}, loading_.findings);
    for (const Value& condition : as_list(given.find("when")))
      loading_.library.templar.check(condition, !is_template(condition), loading_.findings);
    auto block = std::make_shared<Block>();
    if (const Value* name = entry_of(given, "name")) block->name = Dict::key_text(*name);
    block->pos = pos;
    block->level = level_of(Level::Origin::block, given, pos);
    const Place inside = place_.inside(block->level);
    const auto read_section = [&](std::string_view name) {
      const Value* section = entry_of(given, name);
      if (section == nullptr || !section->is_list()) return std::vector<Node>();
      return read_tasks(loading_, *section, inside, name);
    };
    block->tasks = read_section("block");
    block->rescue = read_section("rescue");
    block->always = read_section("always");
    nodes_.emplace_back(std::shared_ptr<const Block>(std::move(block)));
  }

  // What a static import brought in: in handlers flat, elsewhere as one block.
  void append(std::shared_ptr<const Level> level, base::Pos pos, std::vector<Node> tasks) {
    if (place_.is_handlers) {
      nodes_.insert(nodes_.end(), tasks.begin(), tasks.end());
      return;
    }
    auto block = std::make_shared<Block>();
    block->pos = pos;
    block->level = std::move(level);
    block->tasks = std::move(tasks);
    nodes_.emplace_back(std::shared_ptr<const Block>(std::move(block)));
  }

  void import_tasks(const Task& task, const Dict& given) {
    const Value* file = task.arguments.find("file");
    if (file == nullptr) return;
    std::shared_ptr<Level> level = level_of(Level::Origin::imported_tasks, given, task.pos);
    const std::optional<std::string> name =
        static_text(loading_, *file, place_.inside(level), "a tasks file");
    if (!name) return;
    const std::string path = find_tasks_file(loading_.play.directory, task, *name);
    if (!os::is_file(path)) {
      loading_.error("there is no tasks file '" + *name + "'", file->pos(),
                     "looked for '" + shown_path(path) + "'");
      return;
    }
    if (std::find(loading_.importing.begin(), loading_.importing.end(), path) !=
        loading_.importing.end()) {
      loading_.error("'" + shown_path(path) + "' imports itself", file->pos());
      return;
    }
    level->directory = os::parent_of(*name);
    Place inside = place_.inside(level);
    inside.file = path;
    loading_.importing.push_back(path);
    append(level, task.pos,
           read_tasks(loading_, read_data(loading_, path, file->pos()), inside, "a tasks file"));
    loading_.importing.pop_back();
  }

  void import_role(const Task& task, const Dict& given) {
    RoleRequest request = role_request(task.arguments, task.pos);
    std::shared_ptr<Level> level = level_of(Level::Origin::imported_tasks, given, task.pos);
    const Value* name = task.arguments.find("name") != nullptr ? task.arguments.find("name")
                                                               : task.arguments.find("role");
    if (name == nullptr) return;
    const Place inside = place_.inside(level);
    const std::optional<std::string> text = static_text(loading_, *name, inside, "a role");
    if (!text) return;
    request.name = *text;
    request.pos = name->pos();
    request.given_vars = level->keywords.vars;
    request.is_include = true;
    std::optional<RoleBody> body = read_role(loading_, request, inside);
    if (!body) return;
    auto& play = loading_.play;
    play.roles.insert(play.roles.end(), body->roles.begin(), body->roles.end());
    play.imported_handlers.insert(play.imported_handlers.end(), body->handlers.begin(),
                                  body->handlers.end());
    append(level, task.pos, std::move(body->blocks));
  }

  Loading& loading_;
  const Place& place_;
  std::vector<Node> nodes_;
};

}  // namespace

std::vector<Node> read_tasks(Loading& loading, const Value& list, const Place& place,
                             std::string_view what) {
  return ListReader(loading, place).read(list, what);
}

}  // namespace provisioner::playbook
