// provisioner registry robots list, add, remove.

#include "provisioner/front/cli/registry_robots.h"

#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/registry_accounts.h"
#include "provisioner/front/cli/table.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::List;
using value::Value;

// The accounts as they are now, on the registry's node.
void hand_over(const RegistryWords& words, const RegistrySite& site) {
  const RegistryAccounts accounts = registry_accounts();
  run_stage(registry_work(words.run), "registry_accounts",
            {{"cluster_registry", names_of_nodes(site)},
             {"registry_accounts", accounts.pushing},
             {"registry_incoming_accounts", accounts.incoming}});
}

}  // namespace

int list_robots(const RegistryWords& words) {
  const std::vector<std::string> names = robot_names();
  if (words.is_json) {
    print_json(Value(List(names.begin(), names.end())));
    return exit_fine;
  }
  for (const std::string& name : names) std::cout << name << "\n";
  return exit_fine;
}

int add_robots(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  if (!words.file.empty() && os::exists(words.file))
    throw Error(Kind::usage, "'" + words.file + "' is there already");
  const base::Secret password = add_robot(words.names.front());
  // Before the node: what is lost here cannot be had again.
  if (!words.file.empty()) os::write_file(words.file, password.reveal(), 0600);
  hand_over(words, site);
  std::cout << "robot '" << words.names.front() << "' may push to " << site.name << ":"
            << site.incoming_port << "/incoming/, and nowhere else\n";
  if (words.file.empty())
    std::cout << "its password, told this once: " << password.reveal() << "\n";
  else
    std::cout << "its password is in '" << words.file << "'\n";
  return exit_fine;
}

int remove_robots(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  remove_robot(words.names.front());
  hand_over(words, site);
  std::cout << "robot '" << words.names.front() << "' may push no more\n";
  return exit_fine;
}

}  // namespace provisioner::cli
