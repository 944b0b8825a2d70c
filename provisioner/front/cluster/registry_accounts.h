#pragma once

#include <string>
#include <vector>

#include "provisioner/base/http/client.h"

namespace provisioner::cluster {

// Who may push to the site's registry, as the state directory has it (pki/): the provisioner itself
// everywhere, robots of CI to what comes in. Passwords of robots are kept as bcrypt alone. Several
// commands at once; throws Error(refused) where another holds the accounts for long.
struct RegistryAccounts {
  http::Credentials own;
  std::string pushing, incoming;  // as htpasswd has them, a line each
};
RegistryAccounts registry_accounts();  // the own one is made the first time

base::Secret new_password();
std::string account_line(const std::string& name, const base::Secret& password);  // of htpasswd

std::vector<std::string> robot_names();
// The password, which nobody will be told again. Throws Error(usage) for a name that is taken or
// none.
base::Secret add_robot(const std::string& name);
void remove_robot(const std::string& name);  // throws Error(usage) where there is none

}  // namespace provisioner::cluster
