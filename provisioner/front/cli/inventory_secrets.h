#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// A text that nobody but who needs it may see, and where it stands.
struct NamedSecret {
  std::string name;  // "'db_password' at group_vars/all.yml:3:14"
  base::Secret text;
};

// What the inventories of a command line keep secret: all values that are sealed, all of files that
// are sealed as a whole, those whose key says that they are a password, and the files that such
// keys name, where they are here. Beside them the vaults' own passwords. Each once. Throws
// Error(input) where a vault cannot be opened: nobody could tell then whether it is shown.
std::vector<NamedSecret> inventory_secrets(const RunWords& words);

// What the controller's state keeps secret: the site's keys, the registry's account, what etcd's
// secrets are sealed with.
std::vector<NamedSecret> state_secrets();

}  // namespace provisioner::cli
