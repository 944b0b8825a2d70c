#pragma once

#include <string>
#include <vector>

#include "provisioner/base/http/client.h"

namespace provisioner::cluster {

// Who may push to a registry of a site, as the state directory has it (pki/): the provisioner
// itself everywhere, robots of CI to what comes in. Several commands at once; throws Error(refused)
// where another holds the accounts for long.
http::Credentials own_account();  // made the first time

// Of a robot's password its bcrypt hash alone is kept.
struct Robot {
  std::string name;
  std::string line;      // of htpasswd
  std::string registry;  // RegistrySite::robots_of; "" of all, as records of before have it
};
std::vector<Robot> robots_of(const std::string& registry);  // by their names
// One that is in no record yet. Throws Error(usage) for a name that is taken or none.
Robot new_robot(const std::string& registry, const std::string& name, const base::Secret& password);
void write_down(const Robot& robot);
void strike_out(const Robot& robot);

// What a registry's nodes are told.
struct RegistryAccounts {
  std::string pushing, incoming;  // as htpasswd has them, a line each
};
RegistryAccounts registry_accounts(const std::vector<Robot>& robots);

base::Secret new_password();
std::string account_line(const std::string& name, const base::Secret& password);  // of htpasswd

}  // namespace provisioner::cluster
