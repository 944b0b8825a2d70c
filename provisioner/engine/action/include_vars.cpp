// include_vars: variables of a file or a directory, when the task's turn comes.

#include <algorithm>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/source_file.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::List;
using value::Value;

std::string ending_of(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == name.npos || dot == 0 ? "" : name.substr(dot + 1);
}

class VarsReader {
 public:
  explicit VarsReader(const Context& context) : context_(context), arguments_(context.arguments) {}

  void read_file(const std::string& path) {
    base::Diagnostics found;
    const Value content =
        value::read_yaml(base::register_source(context_.surroundings.read_file(path)), found);
    for (const base::Error& warning : found.warnings())
      warnings_.push_back(warning.render("warning"));
    if (!content.is_none() && !content.is_dict())
      throw base::Error(base::Kind::input, path + " must be stored as a dictionary/hash",
                        context_.task.pos);
    if (content.is_dict())
      for (const auto& [key, value] : content.dict()) merge(vars_, key, value);
    files_.emplace_back(path);
  }

  void read_directory(const std::string& path, std::int64_t depth) {
    std::vector<std::string> folders;
    for (const std::string& name : os::entries(path)) {
      const std::string full = os::join_path(path, name);
      if (os::is_directory(full))
        folders.push_back(full);
      else if (is_wanted(name))
        read_file(full);
    }
    if (depth == 1) return;
    for (const std::string& folder : folders) read_directory(folder, depth == 0 ? 0 : depth - 1);
  }

  Result result() {
    Dict vars = std::move(vars_);
    if (arguments_.has("name"))
      vars = Dict{{arguments_.text("name").c_str(), Value(std::move(vars))}};
    Result made = ok(
        {{"ansible_facts", Value(vars)}, {"ansible_included_var_files", Value(std::move(files_))}});
    made.effects.included_variables = std::move(vars);
    made.effects.warnings = std::move(warnings_);
    return made;
  }

 private:
  // hash_behaviour: merge brings dicts together; the default replaces them.
  void merge(Dict& into, const Value& key, const Value& value) const {
    const Value* there = into.find(key);
    const bool is_merge = arguments_.text("hash_behaviour") == "merge";
    if (!is_merge || there == nullptr || !there->is_dict() || !value.is_dict()) {
      into.set(key, value);
      return;
    }
    Dict both = there->dict();
    for (const auto& [name, inner] : value.dict()) merge(both, name, inner);
    into.set(key, Value(std::move(both)).at(value.pos()));
  }

  bool is_wanted(const std::string& name) const {
    for (const std::string& ignored : arguments_.texts("ignore_files"))
      if (base::Regex(ignored + "$").search(name)) return false;
    const std::vector<std::string> endings = arguments_.texts("extensions");
    const bool is_known =
        std::find(endings.begin(), endings.end(), ending_of(name)) != endings.end();
    if (!is_known) {
      if (arguments_.boolean("ignore_unknown_extensions") || name.starts_with('.')) return false;
      throw base::Error(base::Kind::input,
                        name + " does not have a valid extension: " + base::join(endings, ", "),
                        context_.task.pos);
    }
    const std::string pattern = arguments_.text("files_matching");
    return pattern.empty() || base::Regex(pattern).search(name).has_value();
  }

  const Context& context_;
  modules::Arguments arguments_;
  Dict vars_;
  List files_;
  std::vector<std::string> warnings_;
};

// A relative directory stands in the role's vars/, else beside the playbook.
std::string find_directory(const Context& context, const std::string& name) {
  if (name.starts_with('/')) return name;
  if (const auto& role = context.task.role) {
    const std::string in_vars = os::join_path(os::join_path(role->directory, "vars"), name);
    return os::is_directory(in_vars) ? in_vars : os::join_path(role->directory, name);
  }
  const std::string beside = os::join_path(os::parent_of(context.task.file), name);
  if (os::is_directory(beside)) return beside;
  const std::vector<std::string> folders = context.surroundings.search_paths("");
  return folders.empty() ? beside : os::join_path(folders.back(), name);
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  VarsReader reader(context);
  if (arguments.has("dir")) {
    const std::string path = os::absolute(find_directory(context, arguments.text("dir")));
    if (!os::exists(path)) co_return failed(path + " directory does not exist");
    if (!os::is_directory(path)) co_return failed(path + " is not a directory");
    reader.read_directory(path, arguments.integer("depth"));
  } else {
    const std::string name = arguments.text("file");
    if (name.empty()) co_return failed("No files or directories were given");
    reader.read_file(find_source(context, name, "vars"));
  }
  co_return reader.result();
}

}  // namespace

extern const Action include_vars_action{
    .spec = {.name = "include_vars",
             .summary = "reads variables from files when its turn comes",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "file", .type = Type::path},
                            {.name = "dir", .type = Type::path},
                            {.name = "name"},
                            {.name = "depth", .type = Type::integer, .fallback = "0"},
                            {.name = "files_matching"},
                            {.name = "ignore_files", .type = Type::list_of_text},
                            {.name = "extensions",
                             .type = Type::list_of_text,
                             .fallback = R"(["json", "yaml", "yml"])"},
                            {.name = "ignore_unknown_extensions",
                             .type = Type::boolean,
                             .fallback = "no"},
                            {.name = "hash_behaviour", .choices = {"replace", "merge"}}},
             .constraints = {.mutually_exclusive = {{"file", "dir"}}},
             .free_form = "file"},
    .run = run,
    .is_controller_only = true};

}  // namespace provisioner::action
