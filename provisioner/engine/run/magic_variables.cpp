// Variables that the run itself provides.

#include "provisioner/engine/run/magic_variables.h"

#include <algorithm>
#include <functional>
#include <map>

#include "provisioner/base/os/process.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::run {
namespace {

using value::Dict;
using value::List;
using value::Value;

struct Asked {
  const World& world;
  const std::string& host;
  const playbook::Task* task;
};

Value texts(const std::vector<std::string>& names) {
  List list;
  list.reserve(names.size());
  for (const std::string& name : names) list.emplace_back(name);
  return Value(std::move(list));
}

Value all_groups(const World& world) {
  Dict groups;
  for (const std::string& group : world.inventory->group_names())
    groups.set(group, texts(world.inventory->hosts_of(group)));
  return Value(std::move(groups));
}

Value group_names(const Asked& asked) {
  const inventory::Host* host = asked.world.inventory->host(asked.host);
  std::vector<std::string> names;
  if (host != nullptr)
    for (const std::string& group : host->groups)
      if (group != "all") names.push_back(group);
  std::sort(names.begin(), names.end());
  return texts(names);
}

std::string short_name(const std::string& host) { return host.substr(0, host.find('.')); }

Value version() {
  return Value(Dict{
      {"full", "2.14.18"}, {"major", 2}, {"minor", 14}, {"revision", 18}, {"string", "2.14.18"}});
}

// Of the first source that names the host: a file's path, or a host list as it was given. A host
// of add_host has none, as None.
std::optional<Value> inventory_file(const Asked& asked) {
  const inventory::Host* host = asked.world.inventory->host(asked.host);
  if (host == nullptr || host->is_implicit) return std::nullopt;
  return host->source.empty() ? Value() : Value(host->source);
}

std::optional<Value> inventory_directory(const Asked& asked) {
  const std::optional<Value> file = inventory_file(asked);
  if (!file || file->is_none()) return file;
  const auto directory = asked.world.inventory->directory_of(asked.host);
  return Value(directory.value_or("None"));
}

// Of the roles that the play names, in its own list, by import_role or by a public include_role:
// as often as it does.
std::vector<std::string> play_role_names(const World& world) {
  std::vector<std::string> names;
  for (const auto& role : world.play.public_roles)
    if (!role->is_dependency) names.push_back(role->name);
  return names;
}

void add_missing(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// Of what those depend on, each once.
std::vector<std::string> dependent_role_names(const World& world) {
  std::vector<std::string> names;
  for (const auto& role : world.play.public_roles)
    if (role->is_dependency) add_missing(names, role->name);
  return names;
}

std::vector<std::string> role_names(const World& world) {
  std::vector<std::string> names = dependent_role_names(world);
  for (const std::string& name : play_role_names(world)) add_missing(names, name);
  return names;
}

// Nothing of ours runs in it: what `python3` would be here.
std::optional<Value> controller_python() {
  const auto program = os::find_program("python3");
  return program ? std::optional(Value(*program)) : std::nullopt;
}

Value environment_of(const playbook::Task* task) {
  List all;
  if (task != nullptr)
    for (const Value& environment : task->keywords.environment) all.push_back(environment);
  return Value(std::move(all));
}

using Maker = std::function<std::optional<Value>(const Asked&)>;

const std::map<std::string, Maker, std::less<>>& host_makers() {
  static const std::map<std::string, Maker, std::less<>> makers = {
      {"inventory_hostname", [](const Asked& a) { return Value(a.host); }},
      {"inventory_hostname_short", [](const Asked& a) { return Value(short_name(a.host)); }},
      {"groups", [](const Asked& a) { return all_groups(a.world); }},
      {"group_names", [](const Asked& a) { return group_names(a); }},
      {"ansible_facts", [](const Asked& a) { return a.world.of(a.host).facts(); }},
      {"inventory_dir", inventory_directory},
      {"inventory_file", inventory_file},
      {"playbook_dir", [](const Asked& a) { return Value(a.world.playbook_directory); }},
      {"ansible_playbook_python", [](const Asked&) { return controller_python(); }},
      {"ansible_version", [](const Asked&) { return version(); }},
      {"ansible_check_mode", [](const Asked& a) { return Value(a.world.options->check); }},
      {"ansible_diff_mode", [](const Asked& a) { return Value(a.world.options->diff); }},
      {"ansible_forks", [](const Asked& a) { return Value(a.world.options->forks); }},
      {"ansible_verbosity", [](const Asked& a) { return Value(a.world.options->verbosity); }},
      {"ansible_run_tags", [](const Asked& a) { return texts(a.world.options->tags); }},
      {"ansible_skip_tags", [](const Asked& a) { return texts(a.world.options->skip_tags); }},
      {"ansible_limit",
       [](const Asked& a) {
         return a.world.options->limit.empty() ? std::optional<Value>()
                                               : Value(a.world.options->limit);
       }},
      {"ansible_inventory_sources",
       [](const Asked& a) { return texts(a.world.inventory_sources); }},
      {"ansible_config_file",
       [](const Asked& a) {
         return a.world.options->config_file.empty() ? Value()
                                                     : Value(a.world.options->config_file);
       }},
      {"omit", [](const Asked&) { return Value(jinja::Templar::omit_marker()); }},
  };
  return makers;
}

const std::map<std::string, Maker, std::less<>>& play_makers() {
  static const std::map<std::string, Maker, std::less<>> makers = {
      {"ansible_play_name", [](const Asked& a) { return Value(a.world.play.play->name); }},
      {"ansible_play_hosts_all", [](const Asked& a) { return texts(a.world.play.hosts); }},
      {"ansible_play_hosts",
       [](const Asked& a) { return texts(a.world.play.without_removed(a.world.play.hosts)); }},
      {"play_hosts",
       [](const Asked& a) { return texts(a.world.play.without_removed(a.world.play.batch)); }},
      {"ansible_play_batch",
       [](const Asked& a) { return texts(a.world.play.without_removed(a.world.play.batch)); }},
      {"role_names", [](const Asked& a) { return texts(play_role_names(a.world)); }},
      {"ansible_role_names", [](const Asked& a) { return texts(role_names(a.world)); }},
      {"ansible_play_role_names", [](const Asked& a) { return texts(play_role_names(a.world)); }},
      {"ansible_dependent_role_names",
       [](const Asked& a) { return texts(dependent_role_names(a.world)); }},
      {"environment", [](const Asked& a) { return environment_of(a.task); }},
      {"ansible_search_path", [](const Asked& a) { return texts(search_path(a.world, a.task)); }},
  };
  return makers;
}

std::optional<Value> role_variable(const Asked& asked, std::string_view name) {
  if (asked.task == nullptr || !asked.task->role) return std::nullopt;
  const playbook::Role& role = *asked.task->role;
  if (name == "role_name" || name == "ansible_role_name") return Value(role.name);
  if (name == "role_path") return Value(role.directory);
  const bool wants_names = name == "ansible_parent_role_names";
  if (!wants_names && name != "ansible_parent_role_paths") return std::nullopt;
  if (role.parents.empty()) return std::nullopt;
  std::vector<std::string> parents;
  for (auto parent = role.parents.rbegin(); parent != role.parents.rend(); ++parent)
    parents.push_back(wants_names ? (*parent)->name : (*parent)->directory);
  return texts(parents);
}

}  // namespace

std::optional<Value> magic_variable(const World& world, const std::string& host,
                                    const playbook::Task* task, bool in_play,
                                    const std::string& name) {
  const Asked asked{world, host, task};
  const auto of_host = host_makers().find(name);
  if (of_host != host_makers().end()) return of_host->second(asked);
  if (!in_play || world.play.play == nullptr) return std::nullopt;
  const auto of_play = play_makers().find(name);
  if (of_play != play_makers().end()) return of_play->second(asked);
  return role_variable(asked, name);
}

const std::vector<std::string>& magic_variable_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, unused] : host_makers()) all.push_back(name);
    for (const auto& [name, unused] : play_makers()) all.push_back(name);
    return all;
  }();
  return names;
}

std::vector<std::string> search_path(const World& world, const playbook::Task* task) {
  std::vector<std::string> folders;
  if (task != nullptr) folders = playbook::search_path(*task, world.playbook_directory);
  folders.push_back(world.playbook_directory);
  return folders;
}

}  // namespace provisioner::run
