#pragma once

#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// A world in which nothing can be looked up: templates that need more than variables fail with
// Error(refused). For what is judged while an inventory is loaded.
class ClosedSurroundings : public jinja::Surroundings {
 public:
  std::optional<std::string> environment(const std::string& name) const override;
  std::optional<std::string> find_file(const std::string& name,
                                       std::string_view kind) const override;
  std::vector<std::string> search_paths(std::string_view kind) const override;
  base::Source read_file(const std::string& path) const override;
  std::vector<std::string> glob(const std::string& pattern) const override;
  std::string run_pipe(const std::string& command) const override;
  value::Value unseal(const value::Value& sealed) const override;
  std::vector<std::string> hosts_matching(const std::string& pattern) const override;
};

}  // namespace provisioner::inventory
