// Accounts of the site's registry.

#include "provisioner/front/cluster/registry_accounts.h"

#include <algorithm>
#include <tuple>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/front/cli/place.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

constexpr const char* own_user = "provisioner";
constexpr std::chrono::seconds longest_wait{30};  // for another command's moment with the accounts
// Of bcrypt, as powers of two, the fewest: passwords are random and long, and each request costs
// one.
constexpr int rounds = 4;

std::string in_pki(const char* name) { return os::join_path(cli::pki_directory(), name); }

// Two instances of a site that come up at once share its accounts.
os::Descriptor hold_accounts() {
  const std::string folder = cli::pki_directory();
  os::make_directories(folder, 0700);
  auto held = os::hold(os::join_path(folder, "accounts-lock"), longest_wait);
  if (!held) throw Error(Kind::refused, "another command is at work on '" + folder + "'");
  return *std::move(held);
}

http::Credentials own_credentials() {
  const std::string path = in_pki("registry-password");
  if (!os::is_file(path)) os::write_file(path, crypto::random_token(), 0600);
  return {own_user, base::Secret(os::require_file(path))};
}

// bcrypt of the same password has another salt each time: the line is kept with a digest of what it
// is for, so that a second run changes nothing and another password makes a new one.
std::string own_line(const http::Credentials& account) {
  const std::string path = in_pki("registry-accounts");
  const std::string digest = crypto::sha256(account.password.reveal());
  if (os::read_file(path + ".for") != digest) {
    os::write_file(path, account_line(account.user, account.password), 0600);
    os::write_file(path + ".for", digest, 0600);
  }
  return os::require_file(path);
}

std::string robots_file() { return in_pki("registry-robots"); }

// NAME:HASH of all registries, NAME:HASH:REGISTRY of one. No hash has a colon.
Robot robot_in(const std::string& line) {
  const std::size_t behind_name = line.find(':');
  const std::size_t behind_hash = line.find(':', behind_name + 1);
  return {.name = line.substr(0, behind_name),
          .line = line.substr(0, behind_hash),
          .registry = behind_hash == std::string::npos ? "" : line.substr(behind_hash + 1)};
}

std::vector<Robot> all_robots() {
  const std::string text = os::read_file(robots_file()).value_or("");
  std::vector<Robot> robots;
  for (const std::string_view line : base::lines_of(text))
    if (line.find(':') != std::string_view::npos) robots.push_back(robot_in(std::string(line)));
  return robots;
}

void write_robots(std::vector<Robot> robots) {
  std::ranges::sort(robots, {}, [](const Robot& one) { return std::tie(one.name, one.registry); });
  std::vector<std::string> lines;
  for (const Robot& one : robots)
    lines.push_back(one.line + (one.registry.empty() ? "" : ":" + one.registry));
  os::write_file(robots_file(), base::join(lines, "\n"), 0600);
}

void require_name(const std::string& name) {
  const bool is_name =
      !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '-' || letter == '_';
      });
  if (!is_name || name == own_user)
    throw Error(Kind::usage, "'" + base::escape_for_terminal(name) + "' is no name for a robot")
        .set_hint("small letters, digits, - and _, at most 64, and not '" + std::string(own_user) +
                  "'");
}

}  // namespace

http::Credentials own_account() {
  const os::Descriptor held = hold_accounts();
  return own_credentials();
}

RegistryAccounts registry_accounts(const std::vector<Robot>& robots) {
  const os::Descriptor held = hold_accounts();
  const std::string own = own_line(own_credentials());
  std::vector<std::string> incoming = {own};
  for (const Robot& one : robots) incoming.push_back(one.line);
  return {own, base::join(incoming, "\n")};
}

base::Secret new_password() {
  return base::Secret(crypto::random_token() + crypto::random_token());
}

std::string account_line(const std::string& name, const base::Secret& password) {
  return name + ":" + crypto::password_hash(password.reveal(), "bcrypt", "", rounds);
}

std::vector<Robot> robots_of(const std::string& registry) {
  std::vector<Robot> robots = all_robots();
  std::erase_if(
      robots, [&](const Robot& one) { return !one.registry.empty() && one.registry != registry; });
  return robots;
}

Robot new_robot(const std::string& registry, const std::string& name,
                const base::Secret& password) {
  require_name(name);
  const std::vector<Robot> robots = robots_of(registry);
  if (std::ranges::find(robots, name, &Robot::name) != robots.end())
    throw Error(Kind::usage, "there is a robot '" + name + "' already")
        .set_hint("for another password remove it and add it again");
  return {name, account_line(name, password), registry};
}

void write_down(const Robot& robot) {
  const os::Descriptor held = hold_accounts();
  std::vector<Robot> robots = all_robots();
  robots.push_back(robot);
  write_robots(std::move(robots));
}

void strike_out(const Robot& robot) {
  const os::Descriptor held = hold_accounts();
  std::vector<Robot> robots = all_robots();
  std::erase_if(robots, [&](const Robot& one) {
    return one.name == robot.name && one.registry == robot.registry;
  });
  write_robots(std::move(robots));
}

}  // namespace provisioner::cluster
