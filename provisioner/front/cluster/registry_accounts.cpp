// Accounts of the site's registry.

#include "provisioner/front/cluster/registry_accounts.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/front/cli/place.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

constexpr const char* own_account = "provisioner";
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
  return {own_account, base::Secret(os::require_file(path))};
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

std::vector<std::string> robot_lines() {
  const std::string text = os::read_file(in_pki("registry-robots")).value_or("");
  std::vector<std::string> lines;
  for (const std::string_view line : base::lines_of(text)) lines.emplace_back(line);
  return lines;
}

void write_robots(const std::vector<std::string>& lines) {
  os::write_file(in_pki("registry-robots"), base::join(lines, "\n"), 0600);
}

std::string name_in(const std::string& line) { return line.substr(0, line.find(':')); }

void require_name(const std::string& name) {
  const bool is_name =
      !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
               letter == '-' || letter == '_';
      });
  if (!is_name || name == own_account)
    throw Error(Kind::usage, "'" + base::escape_for_terminal(name) + "' is no name for a robot")
        .set_hint("small letters, digits, - and _, at most 64, and not '" +
                  std::string(own_account) + "'");
}

}  // namespace

RegistryAccounts registry_accounts() {
  const os::Descriptor held = hold_accounts();
  http::Credentials own = own_credentials();
  std::string line = own_line(own);
  std::vector<std::string> incoming = robot_lines();
  incoming.insert(incoming.begin(), line);
  return {std::move(own), std::move(line), base::join(incoming, "\n")};
}

base::Secret new_password() {
  return base::Secret(crypto::random_token() + crypto::random_token());
}

std::string account_line(const std::string& name, const base::Secret& password) {
  return name + ":" + crypto::password_hash(password.reveal(), "bcrypt", "", rounds);
}

std::vector<std::string> robot_names() {
  std::vector<std::string> names;
  for (const std::string& line : robot_lines()) names.push_back(name_in(line));
  return names;
}

base::Secret add_robot(const std::string& name) {
  require_name(name);
  const os::Descriptor held = hold_accounts();
  std::vector<std::string> lines = robot_lines();
  if (std::ranges::find(lines, name, name_in) != lines.end())
    throw Error(Kind::usage, "there is a robot '" + name + "' already")
        .set_hint("for another password remove it and add it again");
  base::Secret password = new_password();
  lines.push_back(account_line(name, password));
  std::ranges::sort(lines, {}, name_in);
  write_robots(lines);
  return password;
}

void remove_robot(const std::string& name) {
  const os::Descriptor held = hold_accounts();
  std::vector<std::string> lines = robot_lines();
  if (std::erase_if(lines, [&](const std::string& line) { return name_in(line) == name; }) == 0)
    throw Error(Kind::usage, "there is no robot '" + base::escape_for_terminal(name) + "'")
        .set_hint("see: provisioner registry robots list");
  write_robots(lines);
}

}  // namespace provisioner::cluster
