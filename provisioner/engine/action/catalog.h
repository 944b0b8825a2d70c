#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/playbook/load.h"

namespace provisioner::action {

// Every module name a playbook may use: those that run here, those that Ansible has and this
// program does not, and files of the user's own in library/ folders.
class ModuleCatalog : public playbook::Catalog {
 public:
  // Folders with modules of the user's, strongest first; those that are not there are passed over.
  explicit ModuleCatalog(const std::vector<std::string>& library_directories = {});

  playbook::KnownModule find(std::string_view name,
                             const std::vector<std::string>& collections) const override;
  std::vector<std::string> names() const override;

 private:
  std::map<std::string, std::string, std::less<>> own_files_;  // by module name
};

// library/ beside the playbook and in every role below these folders.
std::vector<std::string> library_directories(const std::string& playbook_directory,
                                             const std::vector<std::string>& roles_path);

// "collection.module" for a module that Ansible knows and this program does not have; "" for
// others.
std::string_view absent_module(std::string_view name);
std::vector<std::string> absent_modules();

}  // namespace provisioner::action
