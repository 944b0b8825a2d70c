#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"
#include "provisioner/language/playbook/playbook.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::playbook {

// What loading knows of a module's name. `absent`: Ansible has it, this program does not (a warning
// at load, a failure only when reached). `foreign`: a file of the user's that is run as it is.
// `refused`: such a file that cannot be run; `reason` says which and why.
struct KnownModule {
  enum class Class : std::uint8_t { native, absent, foreign, refused, unknown };
  Class known = Class::unknown;
  std::string canonical;                // "copy" for "ansible.builtin.copy"
  const modules::Spec* spec = nullptr;  // of native ones
  std::string reason;
};

// All module names that a playbook may use. Implemented by the room that has the actions.
class Catalog {
 public:
  virtual ~Catalog() = default;
  virtual KnownModule find(std::string_view name,
                           const std::vector<std::string>& collections) const = 0;
  virtual std::vector<std::string> names() const = 0;  // for "did you mean"
};

// What loading needs of the world. The references outlive every load.
struct Library {
  const Catalog& catalog;
  const jinja::Templar& templar;
  inventory::OpenVault open_vault = {};      // may be empty: then an encrypted file is an error
  std::vector<std::string> roles_path = {};  // after roles/ beside the playbook
  std::vector<std::string> collections_paths = {};  // each holds ansible_collections/
  value::Dict extra_vars = {};                      // for names of static imports
};

// Reads a playbook and everything it brings in statically. All that is wrong goes to `diagnostics`,
// with its place; what could be read is returned all the same.
Playbook load(const std::string& file, const Library& library, base::Diagnostics& diagnostics);

// Looks ahead into what is included under a name without templates. What would fail there is a
// warning: a condition or a rescue may keep it from mattering. Adds the files to the playbook's.
void check_includes(const Library& library, Playbook& book, base::Diagnostics& diagnostics);

// What a dynamic include brings in. The whole file is checked before its first task.
struct Included {
  std::string file;         // absolute, as "included: FILE for HOSTS" shows it
  std::vector<Node> tasks;  // one Block
  std::vector<std::shared_ptr<const Task>> handlers;  // of a role: to go behind the play's
  std::vector<std::shared_ptr<const Role>>
      roles;  // with dependencies first; for the play where `is_public`
  std::vector<std::string> files;  // everything read for it
};

// The file an include means (search_path.h), for a task of this play.
std::string find_tasks_file(const Play& play, const Task& include, const std::string& name);

// Loads for an `include_tasks` (or `include_role`) task whose arguments are resolved by the caller.
// `item_vars` are the loop's variables: they join the include's own `vars`.
Included load_tasks_file(const Library& library, const Play& play, const Task& include,
                         const std::string& path, const value::Dict& item_vars,
                         base::Diagnostics& diagnostics);
Included load_role(const Library& library, const Play& play, const Task& include,
                   const value::Dict& arguments, const value::Dict& item_vars,
                   base::Diagnostics& diagnostics);

}  // namespace provisioner::playbook
