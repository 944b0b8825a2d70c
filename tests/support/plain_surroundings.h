#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/os/files.h"
#include "provisioner/language/jinja/templar.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::tests {

// A controller without vaults, pipes and inventory: files are looked for in the folders it is
// given.
class PlainSurroundings : public jinja::Surroundings {
 public:
  explicit PlainSurroundings(std::vector<std::string> folders = {})
      : folders_(std::move(folders)) {}

  std::optional<std::string> environment(const std::string&) const override { return std::nullopt; }
  std::optional<std::string> find_file(const std::string& name,
                                       std::string_view kind) const override {
    return playbook::find_file(folders_, kind, name);
  }
  std::vector<std::string> search_paths(std::string_view kind) const override {
    std::vector<std::string> all;
    for (const std::string& folder : folders_) {
      if (!kind.empty()) all.push_back(os::join_path(folder, std::string(kind)));
      all.push_back(folder);
    }
    return all;
  }
  base::Source read_file(const std::string& path) const override {
    return {path, os::require_file(path)};
  }
  std::vector<std::string> glob(const std::string& pattern) const override {
    return os::glob(pattern);
  }
  std::string run_pipe(const std::string&) const override { return {}; }
  value::Value unseal(const value::Value& sealed) const override { return sealed; }
  std::vector<std::string> hosts_matching(const std::string&) const override { return {}; }

 private:
  std::vector<std::string> folders_;
};

}  // namespace provisioner::tests
