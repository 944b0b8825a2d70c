// Files, environment and vaults for templates.

#include "provisioner/engine/run/run_surroundings.h"

#include <cstdlib>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/engine/run/magic_variables.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::run {

std::optional<std::string> RunSurroundings::environment(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> RunSurroundings::find_file(const std::string& name,
                                                      std::string_view kind) const {
  if (world_ == nullptr) return std::nullopt;
  return playbook::find_file(search_path(*world_, task_), kind, name);
}

std::vector<std::string> RunSurroundings::search_paths(std::string_view kind) const {
  std::vector<std::string> folders;
  if (world_ == nullptr) return folders;
  for (const std::string& folder : search_path(*world_, task_)) {
    if (!kind.empty()) folders.push_back(os::join_path(folder, kind));
    folders.push_back(folder);
  }
  return folders;
}

base::Source RunSurroundings::read_file(const std::string& path) const {
  return crypto::opened({path, os::require_file(path)}, secrets_);
}

std::vector<std::string> RunSurroundings::glob(const std::string& pattern) const {
  return os::glob(pattern);
}

// The one place where a text of the user's reaches a shell on the controller: lookup('pipe') is
// defined so.
std::string RunSurroundings::run_pipe(const std::string& command) const {
  os::Command shell;
  shell.argv = {"/bin/sh", "-c", command};
  shell.is_stoppable = true;
  if (world_ != nullptr) shell.directory = world_->playbook_directory;
  const os::CommandResult result = os::run(shell);
  if (result.status != 0)
    throw base::Error(base::Kind::failed, "lookup_plugin.pipe(" + command + ") returned " +
                                              std::to_string(result.status));
  std::string out = result.out;
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) out.pop_back();
  return out;
}

value::Value RunSurroundings::unseal(const value::Value& sealed) const {
  const std::string text = crypto::open_vault(sealed.text(), secrets_, sealed.pos());
  const base::Secret known_to_the_redactor(text);
  return value::Value(text).at(sealed.pos());
}

std::vector<std::string> RunSurroundings::hosts_matching(const std::string& pattern) const {
  base::Diagnostics unknown_names;
  return world_ == nullptr ? std::vector<std::string>()
                           : world_->inventory->select(pattern, unknown_names);
}

}  // namespace provisioner::run
