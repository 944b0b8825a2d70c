// provisioner registry robots list, add, remove.

#include "provisioner/front/cluster/registry_robots.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/rename_durably.h"
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

// On the registry's node, before it is written down: what fails has not happened, and the same
// command does it. Whoever calls holds the registry: else of two commands the slower one could
// bring older accounts.
void hand_over(const ClusterWork& work, const RegistrySite& site,
               const std::vector<Robot>& robots) {
  const RegistryAccounts accounts = registry_accounts(robots);
  run_stage(work, "registry_accounts",
            {{"cluster_registry", names_of_nodes(site)},
             {"registry_accounts", accounts.pushing},
             {"registry_incoming_accounts", accounts.incoming}});
}

// A password cannot be had again: it lies in its file before anybody is let in by it, under another
// name until somebody is. That there is room for it is seen before anything is begun.
class PasswordFile {
 public:
  explicit PasswordFile(const std::string& path) : path_(path) {
    if (path_.empty()) return;
    if (os::exists(path_)) throw Error(Kind::usage, "'" + path_ + "' is there already");
    os::write_file(part(), "", 0600);
  }
  PasswordFile(const PasswordFile&) = delete;
  PasswordFile& operator=(const PasswordFile&) = delete;
  ~PasswordFile() {
    if (!path_.empty() && !is_needed_) ::unlink(part().c_str());
  }

  void write(const base::Secret& password) const {
    if (!path_.empty()) os::write_file(part(), password.reveal(), 0600);
  }
  // From here on somebody is let in by it.
  void finish() {
    if (path_.empty()) return;
    is_needed_ = true;
    base::while_doing("naming the file of the robot's password, which is in '" + part() + "'", {},
                      [&] { os::rename_durably(part(), path_); });
  }

 private:
  std::string part() const { return path_ + ".part"; }

  std::string path_;
  bool is_needed_ = false;
};

void tell(const RegistryWords& words, const std::string& login, const base::Secret& password,
          const std::string& place) {
  std::cout << "robot '" << base::escape_for_terminal(login) << "' may push to " << place
            << "/incoming/, and nowhere else\n";
  if (!words.file.empty()) {
    std::cout << "its password is in '" << words.file << "'\n";
    return;
  }
  std::cout << "its password, told this once: " << password.reveal() << std::endl;
  if (!std::cout)
    throw Error(Kind::failed, "nobody was told the password of the robot '" + login + "'")
        .set_hint("provisioner registry robots remove " + login + ", and add it again");
}

std::vector<std::string> names_in(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  if (!site.is_ours()) return driver_of(site)->robots();
  std::vector<std::string> names;
  for (const Robot& one : robots_of(site.robots_of)) names.push_back(one.name);
  return names;
}

// Whoever looks after that registry makes the password.
void add_to_others(const RegistryWords& words, const RegistrySite& site, PasswordFile& file) {
  const std::string& name = words.names.front();
  const auto driver = driver_of(site);
  const registry::RegistryDriver::Robot robot = driver->add_robot(name, "incoming");
  base::while_doing("keeping the password of the robot '" + name +
                        "', which is there now; without it: provisioner registry robots remove " +
                        name,
                    {}, [&] { file.write(robot.password); });
  file.finish();
  tell(words, robot.login, robot.password, site.reading_name());
}

Error no_robot(const std::string& name) {
  return Error(Kind::usage, "there is no robot '" + base::escape_for_terminal(name) + "'")
      .set_hint("see: provisioner registry robots list");
}

void remove_from_ours(const RegistryWords& words, const RegistrySite& site) {
  const ClusterWork work = registry_work(words.run);
  const os::Descriptor held = hold_registry(work);
  std::vector<Robot> robots = robots_of(site.robots_of);
  const auto found = std::ranges::find(robots, words.names.front(), &Robot::name);
  if (found == robots.end()) throw no_robot(words.names.front());
  const Robot robot = *found;
  robots.erase(found);
  hand_over(work, site, robots);
  strike_out(robot);
  if (robot.registry.empty())
    std::cout << "remark: it was of each registry of this controller; others let it in until their "
                 "next `cluster up`\n";
}

}  // namespace

int list_robots(const RegistryWords& words) {
  const std::vector<std::string> names = names_in(words);
  if (words.is_json) {
    cli::print_json(Value(List(names.begin(), names.end())));
    return cli::exit_fine;
  }
  for (const std::string& name : names) std::cout << base::escape_for_terminal(name) << "\n";
  if (names.empty()) std::cout << "no robot may push to this registry\n";
  return cli::exit_fine;
}

int add_robots(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  PasswordFile file(words.file);
  if (!site.is_ours()) {
    add_to_others(words, site, file);
    return cli::exit_fine;
  }
  const ClusterWork work = registry_work(words.run);
  const os::Descriptor held = hold_registry(work);
  const base::Secret password = new_password();
  const Robot robot = new_robot(site.robots_of, words.names.front(), password);
  file.write(password);
  std::vector<Robot> robots = robots_of(site.robots_of);
  robots.push_back(robot);
  hand_over(work, site, robots);
  write_down(robot);
  file.finish();
  tell(words, robot.name, password, site.name + ":" + std::to_string(site.incoming_port));
  return cli::exit_fine;
}

int remove_robots(const RegistryWords& words) {
  const RegistrySite site = registry_site(words.run, words.instance);
  const std::string& name = words.names.front();
  if (site.is_ours())
    remove_from_ours(words, site);
  else if (!driver_of(site)->remove_robot(name))
    throw no_robot(name);
  std::cout << "robot '" << base::escape_for_terminal(name) << "' may push no more\n";
  return cli::exit_fine;
}

}  // namespace provisioner::cluster
