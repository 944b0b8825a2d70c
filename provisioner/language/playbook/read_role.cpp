// A role: its folder, its variables, what it depends on, its tasks and handlers.

#include <algorithm>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/language/playbook/find_role.h"
#include "provisioner/language/playbook/keywords.h"
#include "provisioner/language/playbook/loading.h"
#include "provisioner/language/playbook/role_files.h"

namespace provisioner::playbook {
namespace {

using value::Dict;
using value::Value;

void merge(Dict& into, const Dict& from) {
  for (const auto& [key, value] : from) into.set(key, value);
}

class RoleReader {
 public:
  RoleReader(Loading& loading, const RoleRequest& request, const Place& place)
      : loading_(loading), request_(request), place_(place) {}

  std::optional<RoleBody> read() {
    const std::optional<FoundRole> found = find();
    if (!found) return std::nullopt;
    if (is_loop(found->directory)) return std::nullopt;
    role_ = std::make_shared<Role>();
    role_->name = found->name;
    role_->directory = found->directory;
    role_->pos = request_.pos;
    role_->parents = parents();
    level_ = make_level(loading_, place_, Level::Origin::role, request_.keywords, request_.pos);
    level_->directory = found->directory;
    level_->keywords.vars = {};
    level_->delegate_to = request_.delegate_to ? request_.delegate_to : level_->delegate_to;
    level_->delegate_facts =
        request_.delegate_facts ? request_.delegate_facts : level_->delegate_facts;
    if (!request_.collections.empty()) level_->collections = request_.collections;
    if (!found->collection.empty())
      level_->collections.insert(level_->collections.begin(), found->collection);
    read_flags();
    read_variables();
    read_meta();
    settle_identity();
    read_body();
    body_.role = role_;
    body_.roles.push_back(role_);
    return std::move(body_);
  }

 private:
  std::optional<FoundRole> find() {
    const auto& play = loading_.play;
    RoleSearch search{place_.collections(loading_), loading_.library.collections_paths,
                      play.directory, loading_.library.roles_path,
                      place_.role ? place_.role->directory : std::string()};
    if (!request_.collections.empty()) search.collections = request_.collections;
    std::vector<std::string> tried;
    std::optional<FoundRole> found = find_role(request_.name, search, tried);
    if (!found) report_missing(tried);
    return found;
  }

  void report_missing(const std::vector<std::string>& tried) {
    std::vector<std::string> names;
    std::string folders;
    for (const std::string& path : tried) {
      const std::string folder = os::parent_of(path);
      if (os::is_directory(folder) && folder.ends_with("roles"))
        for (const std::string& name : os::entries(folder)) names.push_back(name);
      const std::string shown = "'" + shown_path(folder) + "'";
      if (folders.find(shown) == folders.npos) folders += (folders.empty() ? "" : ", ") + shown;
    }
    std::string hint = base::suggestion(request_.name, names);
    if (hint.empty()) hint = "looked in " + folders;
    loading_.error("there is no role '" + request_.name + "'", request_.pos, hint);
  }

  std::vector<std::shared_ptr<const Role>> parents() const {
    if (!place_.role) return {};
    std::vector<std::shared_ptr<const Role>> chain = place_.role->parents;
    chain.push_back(place_.role);
    return chain;
  }

  // A role that depends on itself, or imports itself, would never end.
  bool is_loop(const std::string& directory) {
    if (!place_.role) return false;
    const auto is_same = [&](const Role& role) { return role.directory == directory; };
    const bool is_above = is_same(*place_.role) ||
                          std::any_of(place_.role->parents.begin(), place_.role->parents.end(),
                                      [&](const auto& role) { return is_same(*role); });
    if (!is_above) return false;
    if (request_.is_include && place_.parents.size() < 64)
      return false;  // another tasks_from is no loop
    loading_.error("role '" + request_.name + "' depends on itself", request_.pos);
    return true;
  }

  void read_flags() {
    role_->is_public = request_.is_public;
    role_->is_dependency = request_.is_dependency;
    role_->parameters = request_.parameters;
    role_->vars = request_.given_vars;
  }

  Dict read_dict(const std::string& kind, const std::string& from) {
    Dict read;
    const std::vector<std::string> files = role_files(role_->directory, kind, from, true);
    if (files.empty() && !from.empty()) report_missing_file(kind, from);
    for (const std::string& file : files) {
      const Value content = read_data(loading_, file, request_.pos);
      if (content.is_dict())
        merge(read, content.dict());
      else if (!content.is_none())
        loading_.error("'" + shown_path(file) + "' has to hold a dict of variables, not " +
                           std::string(name_of(content.kind())),
                       content.pos());
    }
    return read;
  }

  void report_missing_file(const std::string& kind, const std::string& from) {
    std::vector<std::string> names;
    const std::string folder = os::join_path(role_->directory, kind);
    if (os::is_directory(folder))
      for (const std::string& name : os::entries(folder))
        names.push_back(name.substr(0, name.rfind('.')));
    loading_.error("role '" + role_->name + "' has no file '" + kind + "/" + from + "'",
                   request_.pos, base::suggestion(from, names));
  }

  void read_variables() {
    role_->defaults = read_dict("defaults", request_.defaults_from);
    merge(role_->vars, read_dict("vars", request_.vars_from));
  }

  void read_meta() {
    const std::vector<std::string> files = role_files(role_->directory, "meta", {}, false);
    const Value meta = files.empty() ? Value() : read_data(loading_, files.front(), request_.pos);
    if (!meta.is_none() && !meta.is_dict()) {
      loading_.error("'" + shown_path(files.front()) + "' has to hold a dict", meta.pos());
    } else if (meta.is_dict()) {
      check_meta(meta.dict());
      if (const Value* names = meta.find("collections"))
        for (const std::string& name : as_texts(names, false)) level_->collections.push_back(name);
      if (const Value* allowed = meta.find("allow_duplicates");
          allowed != nullptr && allowed->is_boolean())
        role_->allow_duplicates = allowed->boolean();
      if (const Value* dependencies = meta.find("dependencies")) read_dependencies(*dependencies);
    }
    if (request_.allow_duplicates) role_->allow_duplicates = *request_.allow_duplicates;
  }

  void check_meta(const Dict& meta) {
    static const std::vector<std::string> known = {"allow_duplicates", "dependencies",
                                                   "galaxy_info",      "argument_specs",
                                                   "collections",      "standalone"};
    for (const auto& [key, unused] : meta) {
      const std::string name = Dict::key_text(key);
      if (std::find(known.begin(), known.end(), name) == known.end())
        loading_.error("a role's meta has no key '" + name + "'", key.pos(),
                       base::suggestion(name, known));
    }
  }

  // Tasks of a dependency see this role as the one that asks, and inherit what its entry says.
  void read_dependencies(const Value& dependencies) {
    if (!dependencies.is_none() && !dependencies.is_list()) {
      loading_.error("'dependencies' have to be a list of roles", dependencies.pos());
      return;
    }
    Place inside = place_.inside(level_);
    inside.role = role_;
    for (const Value& entry : as_list(&dependencies)) {
      std::optional<RoleRequest> request = read_role_entry(loading_, entry, inside);
      if (!request) continue;
      request->is_dependency = true;
      request->is_public = role_->is_public;
      request->is_include = request_.is_include;
      std::optional<RoleBody> body = read_role(loading_, *request, inside);
      if (body) add_dependency(std::move(*body));
    }
  }

  void add_dependency(RoleBody body) {
    merge(role_->dependency_defaults, body.role->dependency_defaults);
    merge(role_->dependency_defaults, body.role->defaults);
    merge(role_->dependency_vars, body.role->dependency_vars);
    merge(role_->dependency_vars, body.role->vars);
    body_.blocks.insert(body_.blocks.end(), body.blocks.begin(), body.blocks.end());
    body_.handlers.insert(body_.handlers.end(), body.handlers.begin(), body.handlers.end());
    body_.roles.insert(body_.roles.end(), body.roles.begin(), body.roles.end());
  }

  // What makes two applications of a role the same one: all that was said about it.
  void settle_identity() {
    Dict said{{"parameters", Value(request_.parameters)}, {"vars", Value(request_.given_vars)}};
    value::List when, tags, from;
    for (const Value& condition : request_.keywords.when) when.push_back(condition);
    for (const std::string& tag : request_.keywords.tags) tags.emplace_back(tag);
    for (const std::string& file :
         {request_.tasks_from, request_.vars_from, request_.defaults_from, request_.handlers_from})
      from.emplace_back(file);
    said.set("when", Value(std::move(when)));
    said.set("tags", Value(std::move(tags)));
    said.set("from", Value(std::move(from)));
    said.set("include", request_.is_include && !request_.is_dependency);
    value::JsonStyle style;
    style.sort_keys = true;
    role_->identity = role_->directory + " " + value::write_json(Value(std::move(said)), style);
  }

  void read_body() {
    Place inside = place_.inside(level_);
    inside.role = role_;
    inside.is_handlers = false;
    auto block = std::make_shared<Block>();
    block->name = role_->name;
    block->pos = request_.pos;
    block->level = level_;
    if (auto validation = validation_task(inside)) block->tasks.emplace_back(std::move(validation));
    for (Node& node : read_list("tasks", request_.tasks_from, inside))
      block->tasks.push_back(std::move(node));
    block->tasks.emplace_back(end_marker(inside));
    body_.blocks.emplace_back(std::shared_ptr<const Block>(std::move(block)));
    inside.is_handlers = true;
    for (const Node& node : read_list("handlers", request_.handlers_from, inside))
      if (const auto* handler = std::get_if<std::shared_ptr<const Task>>(&node))
        body_.handlers.push_back(*handler);
  }

  std::vector<Node> read_list(const std::string& kind, const std::string& from, Place inside) {
    const std::vector<std::string> files = role_files(role_->directory, kind, from, false);
    if (files.empty()) {
      if (!from.empty()) report_missing_file(kind, from);
      return {};
    }
    inside.file = files.front();
    return read_tasks(loading_, read_data(loading_, inside.file, request_.pos), inside, kind);
  }

  std::string entry_point() const {
    return request_.tasks_from.empty() ? "main" : request_.tasks_from;
  }

  // As in Ansible, the check of a role's arguments is its first task.
  std::shared_ptr<const Task> validation_task(const Place& inside) {
    const Value entry = request_.is_validated ? argument_specification(loading_, role_->directory,
                                                                       entry_point(), request_.pos)
                                              : Value();
    if (!entry.is_dict() || entry.dict().is_empty()) return nullptr;
    const Value* options = entry.find("options");
    const Value* about = entry.find("short_description");
    const Dict action{{"module", "ansible.builtin.validate_argument_spec"},
                      {"argument_spec", options == nullptr ? Value(Dict()) : *options},
                      {"provided_arguments", Value(request_.parameters)},
                      {"validate_args_context", Dict{{"type", "role"},
                                                     {"name", Value(role_->name)},
                                                     {"argument_spec_name", Value(entry_point())},
                                                     {"path", Value(role_->directory)}}}};
    const std::string name = "Validating arguments against arg spec '" + entry_point() + "'" +
                             (about == nullptr ? "" : " - " + Dict::key_text(*about));
    return read_task(loading_,
                     {{"name", Value(name)},
                      {"action", Value(action).at(entry.pos())},
                      {"tags", value::List{"always"}}},
                     entry.pos(), inside);
  }

  std::shared_ptr<const Task> end_marker(const Place& inside) const {
    auto marker = std::make_shared<Task>();
    marker->action = marker->module = "meta";
    marker->kind = TaskKind::role_end;
    marker->arguments.set("_raw_params", "role_complete");
    marker->is_implicit = true;
    marker->pos = request_.pos;
    marker->keywords.tags = {"always"};
    marker->role = role_;
    marker->parents = inside.parents;
    return marker;
  }

  Loading& loading_;
  const RoleRequest& request_;
  const Place& place_;
  std::shared_ptr<Role> role_;
  std::shared_ptr<Level> level_;
  RoleBody body_;
};

}  // namespace

std::optional<RoleBody> read_role(Loading& loading, const RoleRequest& request,
                                  const Place& place) {
  return RoleReader(loading, request, place).read();
}

std::optional<RoleRequest> read_role_entry(Loading& loading, const Value& entry,
                                           const Place& place) {
  RoleRequest request;
  request.pos = entry.pos();
  Value name = entry;
  if (entry.is_dict()) {
    const Dict& given = entry.dict();
    const Value* role = given.find("role") != nullptr ? given.find("role") : given.find("name");
    if (role == nullptr) role = given.find("src");
    if (role == nullptr) {
      loading.error("this entry names no role", entry.pos(), "give it the key 'role'");
      return std::nullopt;
    }
    name = *role;
    request.keywords = read_keywords(given);
    request.given_vars = request.keywords.vars;
    request.collections = as_texts(given.find("collections"), false);
    if (const Value* delegate = given.find("delegate_to")) request.delegate_to = *delegate;
    if (const Value* delegate = given.find("delegate_facts")) request.delegate_facts = *delegate;
    std::vector<std::string> parameters;
    for (const auto& [key, value] : given) {
      if (find_keyword(Thing::role, Dict::key_text(key)) != nullptr) continue;
      parameters.push_back(Dict::key_text(key));
      request.parameters.set(key, value);
    }
    check_keywords(given, Thing::role, parameters, loading.findings);
    for (const Value& condition : request.keywords.when)
      loading.library.templar.check(condition, !is_template(condition), loading.findings);
  }
  if (!name.is_string() && !name.is_integer()) {
    loading.error("a role has to be a name or a dict, not " + std::string(name_of(name.kind())),
                  entry.pos());
    return std::nullopt;
  }
  request.pos = name.pos();
  const std::optional<std::string> text = static_text(loading, name, place, "a role");
  if (!text) return std::nullopt;
  request.name = *text;
  return request;
}

RoleRequest role_request(const Dict& arguments, base::Pos pos) {
  RoleRequest request;
  const Value whole(arguments);
  request.pos = pos;
  request.name = value::text_or(whole, "name", value::text_or(whole, "role", ""));
  request.tasks_from = value::text_or(whole, "tasks_from", "");
  request.vars_from = value::text_or(whole, "vars_from", "");
  request.defaults_from = value::text_or(whole, "defaults_from", "");
  request.handlers_from = value::text_or(whole, "handlers_from", "");
  request.allow_duplicates = value::boolean_or(whole, "allow_duplicates", true);
  request.is_include = true;
  request.is_validated = value::boolean_or(whole, "rolespec_validate", true);
  return request;
}

}  // namespace provisioner::playbook
