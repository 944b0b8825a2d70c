// The shadow suite over a fake node: useradd, usermod, userdel, groupadd, groupmod, groupdel,
// chpasswd, chage.
#include <algorithm>
#include <chrono>
#include <set>

#include "provisioner/base/base/text.h"
#include "tests/modules/fake_programs.h"

namespace provisioner::modules {
namespace {

using host::CommandResult;
using support::FakeHost;
using Command = host::Host::Command;

// "-u 5 -m name" by flags; the last word is the name.
struct Options {
  std::map<std::string, std::string> texts;
  std::set<std::string> flags;
  std::string name;
  bool has(const char* flag) const { return texts.contains(flag) || flags.contains(flag); }
};

Options read(const Command& command, const std::set<std::string>& with_text) {
  Options options;
  for (std::size_t i = 1; i < command.argv.size(); ++i) {
    const std::string& word = command.argv[i];
    if (with_text.contains(word)) {
      options.texts[word] = command.argv.at(++i);
    } else if (word.starts_with('-')) {
      options.flags.insert(word);
    } else {
      options.name = word;
    }
  }
  return options;
}

auto account_of(FakeHost& host, const std::string& name) {
  return std::ranges::find(host.accounts, name, &host::Account::name);
}
auto group_of(FakeHost& host, const std::string& name) {
  return std::ranges::find(host.all_groups, name, &host::Group::name);
}

std::uint32_t free_id(const FakeHost& host, bool is_system) {
  std::uint32_t id = is_system ? 999 : 1001;
  const auto is_taken = [&] {
    return std::ranges::any_of(host.accounts,
                               [&](const host::Account& a) { return a.uid == id; }) ||
           std::ranges::any_of(host.all_groups, [&](const host::Group& g) { return g.gid == id; });
  };
  while (is_taken()) is_system ? --id : ++id;
  return id;
}

void set_groups(FakeHost& host, const std::string& name, const std::string& list, bool append) {
  const auto wanted = base::split(list, ',');
  for (host::Group& group : host.all_groups) {
    const bool is_wanted = std::ranges::find(wanted, group.name) != wanted.end();
    const bool is_member = std::ranges::find(group.members, name) != group.members.end();
    if (is_wanted && !is_member) group.members.push_back(name);
    if (!is_wanted && is_member && !append) std::erase(group.members, name);
  }
}

std::int64_t day_of(const std::string& date) {
  if (date.empty()) return -1;
  const auto parts = base::split(date, '-');
  const std::chrono::year_month_day day{
      std::chrono::year(std::stoi(parts[0])),
      std::chrono::month(static_cast<unsigned>(std::stoul(parts[1]))),
      std::chrono::day(static_cast<unsigned>(std::stoul(parts[2])))};
  return std::chrono::sys_days(day).time_since_epoch().count();
}

std::uint32_t number(const std::string& text) {
  return static_cast<std::uint32_t>(std::stoul(text));
}

CommandResult useradd(FakeHost& host, const Command& command) {
  const Options options =
      read(command, {"-u", "-g", "-G", "-c", "-d", "-s", "-e", "-k", "-K", "-Z"});
  if (account_of(host, options.name) != host.accounts.end())
    return {9, "", "useradd: user '" + options.name + "' already exists\n"};
  host::Account account{options.name, "", "/home/" + options.name, "/bin/sh", 0, 100};
  account.uid =
      options.has("-u") ? number(options.texts.at("-u")) : free_id(host, options.has("-r"));
  if (options.has("-g")) {
    account.gid = group_of(host, options.texts.at("-g"))->gid;
  } else if (!options.has("-N")) {
    host.all_groups.push_back({options.name, account.uid, {}});
    account.gid = account.uid;
  }
  if (options.has("-c")) account.gecos = options.texts.at("-c");
  if (options.has("-d")) account.home = options.texts.at("-d");
  if (options.has("-s")) account.shell = options.texts.at("-s");
  host.accounts.push_back(account);
  host::ShadowEntry shadow{
      .password_hash = "!", .expire_day = {}, .minimum_days = 0, .maximum_days = 99999};
  if (options.has("-e")) shadow.expire_day = day_of(options.texts.at("-e"));
  host.shadows[options.name] = shadow;
  if (options.has("-G")) set_groups(host, options.name, options.texts.at("-G"), true);
  if (options.has("-m"))
    host.files.put(account.home, host::FileType::directory, "", 0755, account.uid, account.gid);
  return {};
}

CommandResult usermod(FakeHost& host, const Command& command) {
  const Options options = read(command, {"-u", "-g", "-G", "-c", "-d", "-s", "-e", "-Z"});
  const auto account = account_of(host, options.name);
  if (account == host.accounts.end())
    return {6, "", "usermod: user '" + options.name + "' does not exist\n"};
  std::string& hash = host.shadows[options.name].password_hash;
  if (options.has("-u")) account->uid = number(options.texts.at("-u"));
  if (options.has("-g")) account->gid = number(options.texts.at("-g"));
  if (options.has("-c")) account->gecos = options.texts.at("-c");
  if (options.has("-d") && options.has("-m"))
    host.files.put(options.texts.at("-d"), host::FileType::directory, "", 0755, account->uid,
                   account->gid);
  if (options.has("-d")) account->home = options.texts.at("-d");
  if (options.has("-s")) account->shell = options.texts.at("-s");
  if (options.has("-G")) set_groups(host, options.name, options.texts.at("-G"), options.has("-a"));
  if (options.has("-e")) host.shadows[options.name].expire_day = day_of(options.texts.at("-e"));
  if (options.has("-L")) hash = "!" + hash;
  if (options.has("-U")) hash = hash.substr(1);
  return {};
}

CommandResult userdel(FakeHost& host, const Command& command) {
  const Options options = read(command, {});
  const auto account = account_of(host, options.name);
  if (account == host.accounts.end())
    return {6, "", "userdel: user '" + options.name + "' does not exist\n"};
  if (options.has("-r")) host.files.remove({account->home, true});
  std::erase_if(host.all_groups,
                [&](const host::Group& group) { return group.name == options.name; });
  host.accounts.erase(account);
  host.shadows.erase(options.name);
  return {};
}

CommandResult groupadd(FakeHost& host, const Command& command) {
  const Options options = read(command, {"-g"});
  const std::uint32_t gid =
      options.has("-g") ? number(options.texts.at("-g")) : free_id(host, options.has("-r"));
  const bool is_taken = std::ranges::any_of(
      host.all_groups, [&](const host::Group& group) { return group.gid == gid; });
  if (is_taken && !options.has("-o"))
    return {4, "", "groupadd: GID '" + std::to_string(gid) + "' already exists\n"};
  host.all_groups.push_back({options.name, gid, {}});
  return {};
}

CommandResult groupmod(FakeHost& host, const Command& command) {
  const Options options = read(command, {"-g"});
  group_of(host, options.name)->gid = number(options.texts.at("-g"));
  return {};
}

CommandResult groupdel(FakeHost& host, const Command& command) {
  const Options options = read(command, {});
  const auto group = group_of(host, options.name);
  const bool is_primary = std::ranges::any_of(
      host.accounts, [&](const host::Account& a) { return a.gid == group->gid; });
  if (is_primary)
    return {8, "", "groupdel: cannot remove the primary group of user '" + options.name + "'\n"};
  host.all_groups.erase(group);
  return {};
}

CommandResult chpasswd(FakeHost& host, const Command& command) {
  const std::size_t colon = command.input.find(':');
  std::string hash = command.input.substr(colon + 1);
  hash.pop_back();
  host.shadows[command.input.substr(0, colon)].password_hash = hash;
  return {};
}

CommandResult chage(FakeHost& host, const Command& command) {
  const Options options = read(command, {"-M", "-m"});
  host::ShadowEntry& shadow = host.shadows[options.name];
  if (options.has("-M")) shadow.maximum_days = number(options.texts.at("-M"));
  if (options.has("-m")) shadow.minimum_days = number(options.texts.at("-m"));
  return {};
}

CommandResult ssh_keygen(FakeHost& host, const Command& command) {
  const Options options = read(command, {"-t", "-b", "-C", "-f"});
  const std::string path = options.texts.at("-f");
  if (options.has("-l")) return {0, "256 SHA256:abc comment (ED25519)\n", ""};
  host.files.put(path, host::FileType::file,
                 "private, guarded by '" + base::split(command.input, '\n').front() + "'", 0600);
  host.files.put(path + ".pub", host::FileType::file,
                 "ssh-" + options.texts.at("-t") + " AAAA " + options.texts.at("-C") + "\n", 0644);
  return {};
}

}  // namespace

void add_fake_account_programs(FakeHost& host) {
  host.programs["useradd"] = useradd;
  host.programs["usermod"] = usermod;
  host.programs["userdel"] = userdel;
  host.programs["groupadd"] = groupadd;
  host.programs["groupmod"] = groupmod;
  host.programs["groupdel"] = groupdel;
  host.programs["chpasswd"] = chpasswd;
  host.programs["chage"] = chage;
  host.programs["ssh-keygen"] = ssh_keygen;
}

}  // namespace provisioner::modules
