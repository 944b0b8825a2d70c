// What can be said about a task before any host is known: its options, its templates, the files it
// names.

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/loading.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

// Options that `module_defaults` give it: a later entry replaces an earlier one whole.
Dict defaults_of(const Task& task) {
  Dict defaults;
  for (const Value& given : task.keywords.module_defaults) {
    if (!given.is_dict()) continue;
    for (const auto& [key, options] : given.dict()) {
      const std::string name = Dict::key_text(key);
      const bool is_meant =
          name == task.action || name == task.module || name == "ansible.builtin." + task.module;
      if (is_meant && options.is_dict()) defaults = options.dict();
    }
  }
  return defaults;
}

class TaskChecker {
 public:
  TaskChecker(Loading& loading, const Task& task, const KnownModule& module, base::Pos module_pos)
      : loading_(loading), task_(task), module_(module), module_pos_(module_pos) {}

  void check() {
    check_module();
    check_templates();
    check_files();
    note_handlers();
  }

 private:
  void check_module() {
    switch (module_.known) {
      case KnownModule::Class::absent:
        loading_.warn("module '" + task_.action + "' is not available here", module_pos_,
                      "the task fails where it is reached");
        break;
      case KnownModule::Class::refused:
        loading_.error(module_.reason, module_pos_);
        break;
      case KnownModule::Class::native:
        check_options();
        break;
      case KnownModule::Class::foreign:
      case KnownModule::Class::unknown:
        break;
    }
  }

  void check_options() {
    if (task_.args || module_.spec == nullptr) return;
    Dict given = defaults_of(task_);
    for (const auto& [key, value] : task_.arguments) given.set(key, value);
    bind_arguments(*module_.spec, given, modules::Templates::allowed, loading_.findings,
                   module_pos_);
    if (task_.kind == TaskKind::meta) check_meta();
  }

  void check_meta() {
    static const std::vector<std::string> known = {
        "flush_handlers", "refresh_inventory", "noop",      "clear_facts",     "clear_host_errors",
        "end_host",       "end_play",          "end_batch", "reset_connection"};
    const Value* text = task_.arguments.find("_raw_params");
    if (text == nullptr || !text->is_string()) return;
    if (std::find(known.begin(), known.end(), text->text()) == known.end())
      loading_.error("'meta' cannot do '" + text->text() + "'", text->pos(),
                     base::suggestion(text->text(), known));
  }

  void check_condition(const Value& condition) {
    if (!is_template(condition)) {
      loading_.library.templar.check(condition, true, loading_.findings);
      return;
    }
    loading_.warn("a condition is an expression already: it needs no '{{ }}'", condition.pos());
    loading_.library.templar.check(condition, false, loading_.findings);
  }

  void check_templates() {
    const jinja::Templar& templar = loading_.library.templar;
    const auto check = [&](const std::optional<Value>& value) {
      if (value) templar.check(*value, false, loading_.findings);
    };
    templar.check(Value(task_.arguments), false, loading_.findings);
    templar.check(Value(task_.keywords.vars), false, loading_.findings);
    check(task_.args);
    check(task_.loop);
    check(task_.delegate_to);
    check(task_.retries);
    check(task_.delay);
    check(task_.loop_control.label);
    for (const Value& value : task_.keywords.environment)
      templar.check(value, false, loading_.findings);
    for (const auto* conditions :
         {&task_.keywords.when, &task_.changed_when, &task_.failed_when, &task_.until})
      for (const Value& condition : *conditions) check_condition(condition);
  }

  bool works_on_controller() const {
    const auto is_text = [](const std::optional<Value>& value, std::string_view text) {
      return value && value->is_string() && value->text() == text;
    };
    return task_.module == "fetch" || is_text(task_.delegate_to, "localhost") ||
           is_text(task_.delegate_to, "127.0.0.1") || is_text(task_.keywords.connection, "local");
  }

  void check_files() {
    if (works_on_controller()) loading_.writes_on_controller = true;
    if (task_.module == "template") check_file("src", "templates");
    if (task_.module == "copy" && !is_on_node()) check_file("src", "files");
    if (task_.module == "include_vars") check_file("file", "vars");
  }

  bool is_on_node() const {
    const Value* remote = task_.arguments.find("remote_src");
    return remote != nullptr && !(remote->is_boolean() && !remote->boolean()) &&
           !(remote->is_string() && (remote->text() == "no" || remote->text() == "false"));
  }

  // A condition may keep the task from ever needing its file.
  void check_file(std::string_view option, std::string_view kind) {
    const Value* name = task_.arguments.find(option);
    if (name == nullptr || !name->is_string() || is_template(*name) || name->text().empty()) return;
    const auto folders = search_path(task_, loading_.play.directory);
    if (find_file(folders, kind, name->text())) return;
    std::string hint;
    for (const std::string& path : candidates(folders, kind, name->text()))
      hint += (hint.empty() ? "looked for '" : ", '") + shown_path(path) + "'";
    base::Error error(base::Kind::input,
                      "there is no file '" + name->text() + "' for '" + task_.action + "'",
                      name->pos());
    error.set_hint(hint);
    const bool may_be_skipped =
        !task_.keywords.when.empty() || task_.keywords.ignore_errors || task_.loop;
    if (may_be_skipped)
      loading_.findings.warn(std::move(error));
    else
      loading_.missing_files.push_back({std::move(error), task_.module != "template"});
  }

  void note_handlers() {
    for (const Value& name : task_.notify) {
      if (!name.is_string() || is_template(name)) continue;
      base::Error error(base::Kind::input, "there is no handler '" + name.text() + "'", name.pos());
      if (!task_.name.empty())
        error.add_context("while reading task '" + task_.name + "'", task_.pos);
      loading_.play.notified.emplace_back(name, std::move(error));
    }
  }

  Loading& loading_;
  const Task& task_;
  const KnownModule& module_;
  base::Pos module_pos_;
};

}  // namespace

void check_task(Loading& loading, const Task& task, const KnownModule& module,
                base::Pos module_pos) {
  TaskChecker(loading, task, module, module_pos).check();
}

}  // namespace provisioner::playbook
