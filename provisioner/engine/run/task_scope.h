#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "provisioner/engine/run/world.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::run {

// The variables of one task on one host, in Ansible's order of precedence, each resolved when it is
// first asked for and then kept. Without a task: what the play's own keywords see; without a play:
// what `hostvars` shows. Lives in the run's thread, no longer than the world it looks at.
class TaskScope : public jinja::Scope {
 public:
  enum class View : std::uint8_t { task, host };

  TaskScope(const World& world, std::string host, const playbook::Task* task,
            View view = View::task);

  std::optional<value::Value> variable(const std::string& name) override;
  std::vector<std::string> names() override;
  std::optional<value::Value> host_variable(const std::string& host,
                                            const std::string& name) override;
  std::vector<std::string> host_names() override;
  std::vector<std::string> host_variable_names(const std::string& host) override;

  // Over everything else: loop variables, the result under `register` while a task is being judged.
  void set(const std::string& name, value::Value value);
  void unset(const std::string& name);

  const std::string& host() const { return host_; }
  const World& world() const { return world_; }

  const value::Value* raw(const std::string& name) override;

 private:
  using Layers = std::vector<const value::Dict*>;

  void collect_layers();
  void add_task_layers(const playbook::Task& task);
  void add_role_layers(const playbook::Task& task);
  std::optional<value::Value> magic(const std::string& name);

  const World& world_;
  std::shared_ptr<const inventory::Inventory>
      inventory_;  // add_host puts another one into the world
  std::string host_;
  const playbook::Task* task_;
  View view_;
  Layers strong_;  // strongest first, above the inventory
  Layers weak_;    // below it
  std::map<std::string, value::Value> overlay_;
  std::unordered_map<std::string, std::optional<value::Value>> resolved_;
  std::unordered_map<std::string, std::optional<value::Value>> magic_;
  std::set<std::string> resolving_;
  std::map<std::string, std::unique_ptr<TaskScope>> other_hosts_;
};

}  // namespace provisioner::run
