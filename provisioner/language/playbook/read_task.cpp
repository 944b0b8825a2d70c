// One task: its module, its keywords and what it inherits.

#include <algorithm>
#include <cctype>

#include "provisioner/base/base/text.h"
#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/loading.h"
#include "provisioner/language/playbook/task_action.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

bool is_variable_name(std::string_view text) {
  if (text.empty() || (std::isalpha(static_cast<unsigned char>(text[0])) == 0 && text[0] != '_'))
    return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::optional<Value> given_or(const Dict& given, std::string_view name,
                              const std::optional<Value>& otherwise) {
  const Value* value = given.find(name);
  if (value == nullptr || value->is_none()) return otherwise;
  return *value;
}

std::optional<Value> optional(const Dict& given, std::string_view name) {
  return given_or(given, name, std::nullopt);
}

std::string text_of(const Dict& given, std::string_view name, std::string otherwise = {}) {
  const Value* value = given.find(name);
  if (value == nullptr || value->is_none() || value->is_list() || value->is_dict())
    return otherwise;
  return Dict::key_text(*value);
}

void read_loop(Loading& loading, const Dict& given, Task& task) {
  for (const auto& [key, value] : given) {
    const std::string name = Dict::key_text(key);
    if (name != "loop" && !name.starts_with("with_")) continue;
    if (value.is_none()) {
      if (name != "loop") loading.error("'" + name + "' needs a value", key.pos());
      continue;
    }
    if (task.loop) {
      loading.error("a task can have one loop, not two", key.pos());
      continue;
    }
    task.loop = value;
    if (name != "loop") task.loop_lookup = name.substr(5);
    if (name != "loop")
      loading.library.templar.check(Value("{{ lookup('" + task.loop_lookup + "') }}").at(key.pos()),
                                    false, loading.findings);
    else if (value.is_dict())
      loading.error("'loop' has to be a list, not a dict", value.pos(),
                    "use 'loop: \"{{ x | dict2items }}\"'");
    else if (!value.is_list() && !is_template(value))
      loading.error("'loop' has to be a list", value.pos().is_known() ? value.pos() : key.pos());
  }
}

void read_loop_control(Loading& loading, const Dict& given, Task& task) {
  const Value* control = given.find("loop_control");
  if (control == nullptr || !control->is_dict()) return;
  const Dict& options = control->dict();
  check_keywords(options, Thing::loop_control, {}, loading.findings);
  task.loop_control.loop_var = text_of(options, "loop_var", "item");
  task.loop_control.index_var = text_of(options, "index_var");
  task.loop_control.label = optional(options, "label");
  task.loop_control.pause = optional(options, "pause");
  task.loop_control.extended = optional(options, "extended");
  task.loop_control.extended_allitems = optional(options, "extended_allitems");
}

void read_result_keywords(Loading& loading, const Dict& given, Task& task) {
  task.register_name = text_of(given, "register");
  if (!task.register_name.empty() && !is_variable_name(task.register_name))
    loading.error("'" + task.register_name + "' is no name for a variable",
                  given.find("register")->pos(),
                  "letters, digits and '_', not beginning with a digit");
  task.changed_when = as_list(given.find("changed_when"));
  task.failed_when = as_list(given.find("failed_when"));
  task.until = as_list(given.find("until"));
  task.retries = optional(given, "retries");
  task.delay = optional(given, "delay");
  task.async_seconds = optional(given, "async");
}

void read_place(const Dict& given, const TaskAction& action, const Place& place, Task& task) {
  const Level* outer = place.parents.empty() ? nullptr : place.parents.back().get();
  task.delegate_to =
      given_or(given, "delegate_to", outer != nullptr ? outer->delegate_to : std::nullopt);
  task.delegate_facts =
      given_or(given, "delegate_facts", outer != nullptr ? outer->delegate_facts : std::nullopt);
  if (action.is_local) task.delegate_to = Value("localhost").at(action.pos);
  task.notify = as_list(given.find("notify"));
  if (given.find("notify") == nullptr && outer != nullptr) task.notify = outer->notify;
  if (place.is_handlers) task.listen = as_list(given.find("listen"));
}

TaskKind kind_of(const std::string& module) {
  if (module == "meta") return TaskKind::meta;
  if (module == "include_tasks") return TaskKind::include_tasks;
  if (module == "include_role") return TaskKind::include_role;
  return TaskKind::module;
}

void check_task_keywords(Loading& loading, const Dict& given, const TaskAction& action,
                         const Place& place) {
  const Thing thing = thing_of(action.module, place.is_handlers);
  std::vector<std::string> known = action.keys;
  for (const auto& [key, unused] : given) {
    const std::string name = Dict::key_text(key);
    if (name.starts_with("with_") ||
        (thing == Thing::include && name == "listen" && place.is_handlers))
      known.push_back(name);
    if (thing != Thing::include || find_keyword(Thing::include, name) != nullptr) continue;
    if (find_keyword(Thing::task, name) == nullptr) continue;
    known.push_back(name);
    loading.error("'" + name + "' has no meaning on '" + action.written + "'", key.pos(),
                  "put it below 'apply', or on a block around it");
  }
  check_keywords(given, thing, known, loading.findings);
}

}  // namespace

std::shared_ptr<const Task> read_task(Loading& loading, const Dict& given, base::Pos pos,
                                      const Place& place) {
  const std::optional<TaskAction> action = read_action(loading, given, pos, place);
  if (!action) {
    check_keywords(
        given, place.is_handlers ? Thing::handler : Thing::task,
        [&] {
          std::vector<std::string> others;
          for (const auto& [key, unused] : given)
            if (find_keyword(Thing::handler, Dict::key_text(key)) == nullptr)
              others.push_back(Dict::key_text(key));
          return others;
        }(),
        loading.findings);
    return nullptr;
  }
  check_task_keywords(loading, given, *action, place);
  auto task = std::make_shared<Task>();
  task->name = text_of(given, "name");
  task->action = action->written;
  task->module = action->module;
  task->arguments = action->arguments;
  task->args = action->arguments_template;
  task->kind = kind_of(action->module);
  task->pos = pos;
  task->keywords = inherit(place.keywords(loading), read_keywords(given));
  task->is_handler = place.is_handlers;
  task->role = place.role;
  task->parents = place.parents;
  task->file = place.file;
  task->include_vars = place.include_vars;
  if (task->kind == TaskKind::include_tasks || task->kind == TaskKind::include_role)
    for (const auto& [name, value] : task->keywords.vars) task->include_vars.set(name, value);
  read_loop(loading, given, *task);
  read_loop_control(loading, given, *task);
  read_result_keywords(loading, given, *task);
  read_place(given, *action, place, *task);
  check_task(loading, *task, action->known, action->pos);
  return task;
}

}  // namespace provisioner::playbook
