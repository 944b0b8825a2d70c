#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioner/engine/run/world.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::run {

// The controller as templates see it: its files by the search path of the task in hand, its
// environment, its vaults. Only the run's thread evaluates, so the task in hand is one.
class RunSurroundings : public jinja::Surroundings {
 public:
  explicit RunSurroundings(const std::vector<crypto::VaultSecret>& secrets) : secrets_(secrets) {}

  void set_world(const World* world) { world_ = world; }
  void set_task(const playbook::Task* task) { task_ = task; }

  std::optional<std::string> environment(const std::string& name) const override;
  std::optional<std::string> find_file(const std::string& name,
                                       std::string_view kind) const override;
  std::vector<std::string> search_paths(std::string_view kind) const override;
  base::Source read_file(const std::string& path) const override;
  std::vector<std::string> glob(const std::string& pattern) const override;
  std::string run_pipe(const std::string& command) const override;
  value::Value unseal(const value::Value& sealed) const override;
  std::vector<std::string> hosts_matching(const std::string& pattern) const override;

 private:
  const std::vector<crypto::VaultSecret>& secrets_;
  const World* world_ = nullptr;
  const playbook::Task* task_ = nullptr;
};

}  // namespace provisioner::run
