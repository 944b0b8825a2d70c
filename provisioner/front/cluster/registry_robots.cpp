// provisioner registry robots list, add, remove.

#include "provisioner/front/cluster/registry_robots.h"

#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cluster/registry_accounts.h"
#include "provisioner/front/cluster/registry_adopt.h"
#include "provisioner/front/cluster/registry_lock.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::List;
using value::Value;

// The accounts as they are now, on the registry's node. Whoever calls holds the registry from
// before they change: else of two commands the slower one could bring older ones.
void hand_over(const ClusterWork& work, const RegistrySite& site) {
  const RegistryAccounts accounts = registry_accounts();
  run_stage(work, "registry_accounts",
            {{"cluster_registry", names_of_nodes(site)},
             {"registry_accounts", accounts.pushing},
             {"registry_incoming_accounts", accounts.incoming}});
}

// Told once, or into a file: it cannot be had again.
void keep(const RegistryWords& words, const base::Secret& password) {
  if (!words.file.empty()) os::write_file(words.file, password.reveal(), 0600);
}

void tell(const RegistryWords& words, const std::string& login, const base::Secret& password,
          const std::string& place) {
  std::cout << "robot '" << login << "' may push to " << place << "/incoming/, and nowhere else\n";
  if (words.file.empty())
    std::cout << "its password, told this once: " << password.reveal() << "\n";
  else
    std::cout << "its password is in '" << words.file << "'\n";
}

std::vector<std::string> names_in(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  return site.is_ours() ? robot_names() : driver_of(site)->robots();
}

}  // namespace

int list_robots(const RegistryWords& words) {
  const std::vector<std::string> names = names_in(words);
  if (words.is_json) {
    cli::print_json(Value(List(names.begin(), names.end())));
    return cli::exit_fine;
  }
  for (const std::string& name : names) std::cout << name << "\n";
  return cli::exit_fine;
}

int add_robots(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  if (!words.file.empty() && os::exists(words.file))
    throw Error(Kind::usage, "'" + words.file + "' is there already");
  const std::string& name = words.names.front();
  if (!site.is_ours()) {
    const registry::RegistryDriver::Robot robot = driver_of(site)->add_robot(name, "incoming");
    keep(words, robot.password);
    tell(words, robot.login, robot.password, site.reading_name());
    return cli::exit_fine;
  }
  const ClusterWork work = registry_work(words.run);
  const os::Descriptor held = hold_registry(work);
  const base::Secret password = add_robot(name);
  keep(words, password);
  hand_over(work, site);
  tell(words, name, password, site.name + ":" + std::to_string(site.incoming_port));
  return cli::exit_fine;
}

int remove_robots(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  if (site.is_ours()) {
    const ClusterWork work = registry_work(words.run);
    const os::Descriptor held = hold_registry(work);
    remove_robot(words.names.front());
    hand_over(work, site);
  } else if (!driver_of(site)->remove_robot(words.names.front())) {
    throw Error(Kind::usage, "there is no robot '" + words.names.front() + "'")
        .set_hint("see: provisioner registry robots list");
  }
  std::cout << "robot '" << words.names.front() << "' may push no more\n";
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
