// The order of variables, as Ansible documents their precedence, lazily resolved.

#include "provisioner/engine/run/task_scope.h"

#include <algorithm>

#include "provisioner/engine/run/magic_variables.h"

namespace provisioner::run {

const HostVariables& World::of(const std::string& host) const {
  static const HostVariables nothing;
  const auto found = hosts.find(host);
  return found == hosts.end() ? nothing : found->second;
}

std::vector<std::string> PlayState::without_removed(const std::vector<std::string>& all) const {
  std::vector<std::string> left;
  for (const std::string& host : all)
    if (std::find(removed.begin(), removed.end(), host) == removed.end()) left.push_back(host);
  return left;
}

namespace {

// Variables of the host in Ansible's inventory: whoever sets them is stronger.
bool is_inventory_place(std::string_view name) {
  return name == "inventory_dir" || name == "inventory_file";
}

}  // namespace

TaskScope::TaskScope(const World& world, std::string host, const playbook::Task* task, View view)
    : world_(world), inventory_(world.inventory), host_(std::move(host)), task_(task), view_(view) {
  collect_layers();
}

// Strongest first: extra vars, include params, role params, set_fact and register, include_vars,
// task and block vars, role vars, vars of the play's roles, vars_files, play vars, facts,
// inventory, role defaults.
void TaskScope::collect_layers() {
  const HostVariables& learned = world_.of(host_);
  strong_.push_back(&world_.options->extra_vars);
  if (task_ != nullptr) {
    strong_.push_back(&task_->include_vars);
    if (task_->role) {
      strong_.push_back(&task_->role->parameters);
      for (auto parent = task_->role->parents.rbegin(); parent != task_->role->parents.rend();
           ++parent)
        strong_.push_back(&(*parent)->parameters);
    }
  }
  strong_.push_back(&learned.set_values());
  strong_.push_back(&learned.included_values());
  if (task_ != nullptr) add_task_layers(*task_);
  const PlayState& play = world_.play;
  if (view_ == View::task && play.play != nullptr) {
    for (auto role = play.public_roles.rbegin(); role != play.public_roles.rend(); ++role)
      strong_.push_back(&(*role)->vars);
    const auto files = play.vars_files.find(host_);
    if (files != play.vars_files.end()) strong_.push_back(&files->second);
    strong_.push_back(&play.prompted);
    strong_.push_back(&play.play->vars);
  }
  strong_.push_back(&learned.injected_facts());
  if (inventory_->host(host_) != nullptr) strong_.push_back(&inventory_->variables(host_));
  if (task_ != nullptr) add_role_layers(*task_);
  if (view_ == View::task && play.play != nullptr)
    for (auto role = play.public_roles.rbegin(); role != play.public_roles.rend(); ++role)
      weak_.push_back(&(*role)->defaults);
}

void TaskScope::add_task_layers(const playbook::Task& task) {
  strong_.push_back(&task.keywords.vars);
  for (auto level = task.parents.rbegin(); level != task.parents.rend(); ++level)
    strong_.push_back(&(*level)->keywords.vars);
  if (!task.role) return;
  strong_.push_back(&task.role->vars);
  strong_.push_back(&task.role->dependency_vars);
  for (auto parent = task.role->parents.rbegin(); parent != task.role->parents.rend(); ++parent)
    strong_.push_back(&(*parent)->vars);
}

void TaskScope::add_role_layers(const playbook::Task& task) {
  if (!task.role) return;
  weak_.push_back(&task.role->defaults);
  for (auto parent = task.role->parents.rbegin(); parent != task.role->parents.rend(); ++parent)
    weak_.push_back(&(*parent)->defaults);
  weak_.push_back(&task.role->dependency_defaults);
}

const value::Value* TaskScope::raw(const std::string& name) {
  const auto over = overlay_.find(name);
  if (over != overlay_.end()) return &over->second;
  for (const value::Dict* layer : strong_)
    if (const value::Value* found = layer->find(name)) return found;
  for (const value::Dict* layer : weak_)
    if (const value::Value* found = layer->find(name)) return found;
  return nullptr;
}

std::optional<value::Value> TaskScope::variable(const std::string& name) {
  const auto over = overlay_.find(name);
  if (over != overlay_.end()) return over->second;
  const auto known = resolved_.find(name);
  if (known != resolved_.end()) return known->second;

  std::optional<value::Value> answer;
  if (!is_inventory_place(name) || raw(name) == nullptr) answer = magic(name);
  if (!answer) {
    const value::Value* found = raw(name);
    if (found == nullptr) return std::nullopt;
    if (!resolving_.insert(name).second)
      throw base::Error(base::Kind::input,
                        "recursive loop detected: '" + name + "' is defined by itself",
                        found->pos());
    struct Leave {
      std::set<std::string>& names;
      const std::string& name;
      ~Leave() { names.erase(name); }
    } leave{resolving_, name};
    answer = world_.templar->resolve(*found, *this);
  }
  resolved_.emplace(name, answer);
  return answer;
}

std::optional<value::Value> TaskScope::magic(const std::string& name) {
  const auto known = magic_.find(name);
  if (known != magic_.end()) return known->second;
  std::optional<value::Value> answer =
      magic_variable(world_, host_, task_, view_ == View::task, name);
  magic_.emplace(name, answer);
  return answer;
}

std::vector<std::string> TaskScope::names() {
  std::set<std::string> all;
  for (const auto& [name, unused] : overlay_) all.insert(name);
  for (const Layers* layers : {&strong_, &weak_})
    for (const value::Dict* layer : *layers)
      for (const auto& [key, unused] : *layer) all.insert(value::Dict::key_text(key));
  for (const std::string& name : magic_variable_names()) all.insert(name);
  return {all.begin(), all.end()};
}

// What the result of a task changes is seen by the next evaluation, so what was resolved before is
// dropped.
void TaskScope::set(const std::string& name, value::Value value) {
  overlay_.insert_or_assign(name, std::move(value));
  resolved_.clear();
}

void TaskScope::unset(const std::string& name) {
  overlay_.erase(name);
  resolved_.clear();
}

std::optional<value::Value> TaskScope::host_variable(const std::string& host,
                                                     const std::string& name) {
  if (inventory_->host(host) == nullptr) return std::nullopt;
  std::unique_ptr<TaskScope>& other = other_hosts_[host];
  if (!other) other = std::make_unique<TaskScope>(world_, host, nullptr, View::host);
  return other->variable(name);
}

std::vector<std::string> TaskScope::host_names() { return inventory_->host_names(); }

std::vector<std::string> TaskScope::host_variable_names(const std::string& host) {
  if (inventory_->host(host) == nullptr) return {};
  std::unique_ptr<TaskScope>& other = other_hosts_[host];
  if (!other) other = std::make_unique<TaskScope>(world_, host, nullptr, View::host);
  return other->names();
}

}  // namespace provisioner::run
