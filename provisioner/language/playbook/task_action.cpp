// Finds the module of a task: `module: arguments`, `action:`, `local_action:`, with dicts or
// key=value text.

#include "provisioner/language/playbook/task_action.h"

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/playbook/split_arguments.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

// Modules whose text is a command: in it only few words of the form key=value are options.
bool takes_command(std::string_view module) {
  static constexpr std::string_view names[] = {"command", "shell",       "raw",
                                               "script",  "win_command", "win_shell"};
  return std::find(std::begin(names), std::end(names), module) != std::end(names);
}

class ActionReader {
 public:
  ActionReader(Loading& loading, const Dict& given, base::Pos pos, const Place& place)
      : loading_(loading), given_(given), pos_(pos), place_(place) {}

  std::optional<TaskAction> read() {
    read_common_arguments();
    for (const auto& [key, value] : given_) {
      const std::string name = Dict::key_text(key);
      if (name == "action" || name == "local_action")
        take_old_style(name, key, value);
      else if (is_candidate(name))
        take(name, key, value);
    }
    if (!found_) report_missing();
    if (found_) settle_free_text(*found_);
    return std::move(found_);
  }

 private:
  bool is_candidate(const std::string& name) {
    if (find_keyword(Thing::handler, name) != nullptr || name.starts_with("with_")) return false;
    others_.push_back(name);
    return find(name).known != KnownModule::Class::unknown;
  }

  KnownModule find(const std::string& name) const {
    const std::string canonical = short_name(name);
    if (const modules::Spec* spec = language_spec(canonical))
      return {KnownModule::Class::native, canonical, spec, {}};
    return loading_.library.catalog.find(name, place_.collections(loading_));
  }

  // `args`: weaker than what stands with the module.
  void read_common_arguments() {
    const Value* args = given_.find("args");
    if (args == nullptr || args->is_none()) return;
    if (args->is_dict())
      common_ = args->dict();
    else if (is_template(*args))
      common_template_ = *args;
    else
      loading_.error("'args' has to be a dict, or a template that gives one", args->pos());
  }

  void take_old_style(const std::string& keyword, const Value& key, const Value& value) {
    Value rest = value;
    std::string name;
    if (value.is_dict() && value.find("module") != nullptr) {
      const Value& module = *value.find("module");
      Dict arguments = value.dict();
      arguments.erase("module");
      const std::string text = Dict::key_text(module);
      const auto blank = text.find(' ');
      name = text.substr(0, blank);
      if (blank != text.npos)
        for (const auto& [option, given] :
             parse(Value(text.substr(blank + 1)).at(module.pos()), name))
          arguments.set(option, given);
      rest = Value(std::move(arguments)).at(value.pos());
    } else if (value.is_string()) {
      const std::string text(base::trim(value.text()));
      const auto blank = text.find_first_of(" \n");
      name = text.substr(0, blank);
      rest = blank == text.npos ? Value() : Value(text.substr(blank + 1)).at(value.pos());
    }
    if (name.empty()) {
      loading_.error("'" + keyword + "' has to name a module",
                     value.pos().is_known() ? value.pos() : key.pos());
      return;
    }
    if (!accept(name, value.pos(), keyword)) return;
    found_->is_local = keyword == "local_action";
    merge_arguments(rest);
  }

  void take(const std::string& name, const Value& key, const Value& value) {
    if (!accept(name, key.pos(), name)) return;
    found_->keys.push_back(name);
    merge_arguments(value);
  }

  bool accept(const std::string& name, base::Pos pos, const std::string& shown) {
    if (found_) {
      loading_.error(
          "conflicting modules in one task: '" + found_->written + "' and '" + name + "'", pos,
          "a list item begins with '- '; is one missing before '" + shown + "'?");
      found_->keys.push_back(name);
      return false;
    }
    KnownModule known = find(name);
    found_.emplace();
    found_->written = name;
    found_->module = known.canonical.empty() ? short_name(name) : known.canonical;
    found_->pos = pos;
    if (known.known == KnownModule::Class::unknown) report_unknown(name, pos);
    found_->known = std::move(known);
    return true;
  }

  Dict parse(const Value& text, const std::string& module) {
    try {
      return parse_key_values(text, takes_command(short_name(module)));
    } catch (const base::Error& error) {
      loading_.findings.add(error);
      return {};
    }
  }

  void merge_arguments(const Value& value) {
    found_->arguments = common_;
    found_->arguments_template = common_template_;
    Dict own;
    if (value.is_dict())
      own = value.dict();
    else if (value.is_string())
      own = parse(value, found_->module);
    else if (!value.is_none())
      loading_.error("the arguments of '" + found_->written +
                         "' have to be a dict or a text, not " + std::string(name_of(value.kind())),
                     value.pos());
    for (const auto& [option, given] : own) found_->arguments.set(option, given);
  }

  // Free text goes to the option that the module has for it. Where it has none, one template may
  // stand for all of the arguments.
  void settle_free_text(TaskAction& action) {
    const Value* text = action.arguments.find("_raw_params");
    if (text == nullptr) return;
    const modules::Spec* spec = action.known.spec;
    if (spec == nullptr || spec->free_form == "_raw_params") return;
    const Value given = *text;
    action.arguments.erase("_raw_params");
    if (!spec->free_form.empty())
      action.arguments.set(spec->free_form, given);
    else if (is_template(given))
      action.arguments_template = given;
    else if (given.is_string() && !given.text().empty())
      loading_.error("'" + action.written + "' takes options, no free text: '" + given.text() + "'",
                     given.pos(), "write them as key: value below it, or as key=value");
  }

  void report_unknown(const std::string& name, base::Pos pos) {
    std::vector<std::string> names = loading_.library.catalog.names();
    for (const char* statement :
         {"include_tasks", "import_tasks", "include_role", "import_role", "meta"})
      names.emplace_back(statement);
    const std::string hint = base::suggestion(name, names);
    loading_.error("there is no module '" + name + "'", pos, hint);
  }

  void report_missing() {
    if (others_.empty()) {
      loading_.error("no module in this task", pos_);
      return;
    }
    for (const auto& [key, unused] : given_) {
      const std::string name = Dict::key_text(key);
      if (name != others_.front()) continue;
      const std::string keyword = base::suggestion(name, keyword_names(Thing::task));
      if (name == "include")
        loading_.error("'include' is no longer there", key.pos(),
                       "use 'include_tasks' or 'import_tasks'");
      else if (others_.size() > 1 && !keyword.empty())
        loading_.error("a task has no keyword '" + name + "'", key.pos(), keyword);
      else
        report_unknown(name, key.pos());
    }
  }

  Loading& loading_;
  const Dict& given_;
  base::Pos pos_;
  const Place& place_;
  Dict common_;
  std::optional<Value> common_template_;
  std::optional<TaskAction> found_;
  std::vector<std::string> others_;  // keys that are no keyword
};

using modules::Parameter;
using modules::Spec;
using modules::Type;

std::vector<Parameter> role_parameters() {
  return {{.name = "name", .required = true, .aliases = {"role"}},
          {.name = "tasks_from"},
          {.name = "vars_from"},
          {.name = "defaults_from"},
          {.name = "handlers_from"},
          {.name = "allow_duplicates", .type = Type::boolean},
          {.name = "rolespec_validate", .type = Type::boolean}};
}

std::vector<Spec> make_language_specs() {
  std::vector<Parameter> include_role = role_parameters();
  include_role.push_back({.name = "apply", .type = Type::dict});
  include_role.push_back({.name = "public", .type = Type::boolean});
  std::vector<Spec> specs;
  specs.push_back(
      {.name = "include_tasks",
       .summary = "loads a list of tasks when its turn comes",
       .parameters = {{.name = "file", .required = true}, {.name = "apply", .type = Type::dict}},
       .free_form = "file"});
  specs.push_back({.name = "import_tasks",
                   .summary = "stands for the tasks of a file",
                   .parameters = {{.name = "file", .required = true}},
                   .free_form = "file"});
  specs.push_back({.name = "include_role",
                   .summary = "loads a role when its turn comes",
                   .parameters = std::move(include_role)});
  specs.push_back(
      {.name = "import_role", .summary = "stands for a role", .parameters = role_parameters()});
  specs.push_back({.name = "meta",
                   .summary = "acts on the run itself",
                   .parameters = {{.name = "_raw_params", .required = true}},
                   .free_form = "_raw_params"});
  return specs;
}

}  // namespace

std::optional<TaskAction> read_action(Loading& loading, const Dict& given, base::Pos pos,
                                      const Place& place) {
  return ActionReader(loading, given, pos, place).read();
}

std::string short_name(std::string_view module) {
  for (const std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (module.starts_with(prefix)) return std::string(module.substr(prefix.size()));
  return std::string(module);
}

const Spec* language_spec(std::string_view module) {
  static const std::vector<Spec> specs = make_language_specs();
  for (const Spec& spec : specs)
    if (spec.name == module) return &spec;
  return nullptr;
}

Thing thing_of(const std::string& module, bool is_handler) {
  if (module == "include_tasks" || module == "include_role") return Thing::include;
  return is_handler ? Thing::handler : Thing::task;
}

}  // namespace provisioner::playbook
