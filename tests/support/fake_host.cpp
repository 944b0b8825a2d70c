#include "tests/support/fake_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"

namespace provisioner::support {
namespace {

using host::CommandResult;
using host::FileType;
using host::Follow;

template <class Map>
auto value_of(const Map& map, const std::string& key) -> std::optional<typename Map::mapped_type> {
  auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
}

host::Host::Command command_of(const wire::RunProgram& step) {
  host::Host::Command command;
  command.argv = step.argv;
  command.input = step.input;
  command.directory = step.directory;
  command.environment = step.environment;
  return command;
}

}  // namespace

FakeHost::FakeHost() {
  accounts = {{"root", "root", "/root", "/bin/bash", 0, 0},
              {"nobody", "nobody", "/nonexistent", "/usr/sbin/nologin", 65534, 65534},
              {"deploy", "Deploy", "/home/deploy", "/bin/bash", 1000, 1000}};
  all_groups = {{"root", 0, {}}, {"adm", 4, {}}, {"nogroup", 65534, {}}, {"deploy", 1000, {}}};
  for (const char* path : {"/etc", "/var", "/root", "/usr/bin", "/run"})
    files.put(path, FileType::directory, "", 0755);
  files.put("/tmp", FileType::directory, "", 01777);
  files.put("/home/deploy", FileType::directory, "", 0755, 1000, 1000);
}

std::optional<host::FileStatus> FakeHost::status(const std::string& path, Follow follow) const {
  const FakeFiles::Inode* inode = files.find(path, follow);
  if (inode == nullptr) return std::nullopt;
  return inode->status;
}

std::optional<std::string> FakeHost::read_file(const std::string& path, std::size_t limit) const {
  const FakeFiles::Inode* inode = files.find(path, Follow::yes);
  if (inode == nullptr) return std::nullopt;
  if (inode->status.type == FileType::directory) throw host::io_error("read", path, EISDIR);
  if (!files.may(*inode, 4)) throw host::io_error("read", path, EACCES);
  if (inode->content.size() > limit) throw host::io_error("read", path, EFBIG);
  return inode->content;
}

std::optional<std::string> FakeHost::digest(const std::string& path,
                                            std::string_view algorithm) const {
  auto content = read_file(path, SIZE_MAX);
  if (!content) return std::nullopt;
  return crypto::digest(algorithm, *content);
}

std::optional<std::string> FakeHost::read_part(const std::string& path, std::uint64_t offset,
                                               std::size_t length) const {
  const auto content = read_file(path, SIZE_MAX);
  if (!content) return std::nullopt;
  return content->substr(std::min<std::uint64_t>(offset, content->size()), length);
}

std::optional<std::vector<std::string>> FakeHost::entries(const std::string& directory) const {
  return files.entries(directory);
}

std::optional<std::string> FakeHost::link_target(const std::string& path) const {
  const FakeFiles::Inode* inode = files.find(path, Follow::no);
  if (inode == nullptr || inode->status.type != FileType::link) return std::nullopt;
  return inode->content;
}

bool FakeHost::is_accessible(const std::string& path, int mode) const {
  const FakeFiles::Inode* inode = files.find(path, Follow::yes);
  return inode != nullptr && files.may(*inode, static_cast<std::uint32_t>(mode));
}

std::optional<host::FileSystemSpace> FakeHost::space(const std::string& path) const {
  if (files.find(path, Follow::yes) == nullptr) return std::nullopt;
  host::FileSystemSpace space;
  space.total_bytes = 10'000'000'000;
  space.free_bytes = space.available_bytes =
      std::ranges::find(files.full, path) == files.full.end() ? 5'000'000'000 : 0;
  space.block_size = 4096;
  space.total_blocks = space.total_bytes / 4096;
  space.available_blocks = space.available_bytes / 4096;
  space.total_inodes = space.free_inodes = space.available_inodes = 1'000'000;
  return space;
}

std::optional<host::Account> FakeHost::account(const std::string& account_name) const {
  auto found = std::ranges::find(accounts, account_name, &host::Account::name);
  return found == accounts.end() ? std::nullopt : std::optional(*found);
}

std::optional<host::Account> FakeHost::account(std::uint32_t uid) const {
  auto found = std::ranges::find(accounts, uid, &host::Account::uid);
  return found == accounts.end() ? std::nullopt : std::optional(*found);
}

std::optional<host::Group> FakeHost::group(const std::string& group_name) const {
  auto found = std::ranges::find(all_groups, group_name, &host::Group::name);
  return found == all_groups.end() ? std::nullopt : std::optional(*found);
}

std::optional<host::Group> FakeHost::group(std::uint32_t gid) const {
  auto found = std::ranges::find(all_groups, gid, &host::Group::gid);
  return found == all_groups.end() ? std::nullopt : std::optional(*found);
}

std::vector<host::Group> FakeHost::groups_of(const std::string& user) const {
  std::vector<host::Group> groups;
  for (const host::Group& group : all_groups)
    if (std::ranges::find(group.members, user) != group.members.end()) groups.push_back(group);
  return groups;
}

std::optional<host::ShadowEntry> FakeHost::shadow(const std::string& user) const {
  return value_of(shadows, user);
}

std::optional<host::UnitState> FakeHost::unit(const std::string& unit_name,
                                              std::string_view) const {
  auto unit = value_of(units, unit_name);
  if (!unit) unit = value_of(units, unit_name + ".service");
  if (!unit) return std::nullopt;
  unit->properties["LoadState"] = unit->load_state;
  unit->properties["ActiveState"] = unit->active_state;
  unit->properties["SubState"] = unit->sub_state;
  unit->properties["UnitFileState"] = unit->unit_file_state;
  return unit;
}

std::optional<std::string> FakeHost::sysctl(const std::string& key) const {
  return value_of(sysctls, key);
}

std::optional<std::string> FakeHost::program(const std::string& program_name) const {
  if (program_name.starts_with('/'))
    return files.find(program_name, Follow::yes) ? std::optional(program_name) : std::nullopt;
  if (programs.contains(program_name)) return "/usr/bin/" + program_name;
  return std::nullopt;
}

std::optional<std::string> FakeHost::environment(const std::string& variable) const {
  return value_of(variables, variable);
}

std::vector<std::pair<std::string, std::string>> FakeHost::environment_variables() const {
  return {variables.begin(), variables.end()};
}

std::optional<host::Route> FakeHost::route(const std::string& target) const {
  const auto found = routes.find(target);
  return found == routes.end() ? std::nullopt : std::optional(found->second);
}

std::optional<host::LinkIdentity> FakeHost::link(const std::string& interface) const {
  return value_of(links, interface);
}

std::vector<std::string> FakeHost::hear_neighbours(const std::vector<std::string>& interfaces,
                                                   std::chrono::milliseconds patience) const {
  std::vector<std::string> heard(interfaces.size());
  for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
    const auto interface = std::ranges::find(interfaces, frame->first);
    if (interface == interfaces.end()) continue;
    heard[static_cast<std::size_t>(interface - interfaces.begin())] = frame->second;
    frames.erase(frame);
    return heard;
  }
  listened += std::chrono::duration<double>(patience).count();
  return heard;
}

host::TimeZone FakeHost::time_zone(double) const { return {0, "UTC", "UTC", "UTC"}; }

CommandResult FakeHost::fact_script(const std::string& path, std::chrono::milliseconds) const {
  return query({path}, {});
}

// A query's program answers from the state; it gets a copy, so that it cannot change it.
CommandResult FakeHost::query(const std::vector<std::string>& argv,
                              const std::string& input) const {
  FakeHost copy = *this;
  Command command;
  command.argv = argv;
  command.input = input;
  return copy.start(command);
}

CommandResult FakeHost::start(const Command& command) {
  auto program = programs.find(base_name(command.argv.at(0)));
  if (program == programs.end()) return {127, "", "", 0, ENOENT};
  return program->second(*this, command);
}

CommandResult FakeHost::run(const Command& command) {
  commands.push_back(command);
  return start(command);
}

CommandResult FakeHost::perform(const wire::Step& step) {
  performed.push_back(step);
  if (const auto* write = std::get_if<wire::WriteFile>(&step)) {
    wire::WriteFile whole = *write;
    if (!whole.content.digest.empty()) whole.content.bytes = blobs.at(whole.content.digest);
    if (!whole.content.file.empty())
      whole.content.bytes = read_file(whole.content.file, SIZE_MAX).value();
    if (!whole.validate.empty()) {
      Command command;
      command.argv = whole.validate;
      command.input =
          whole.content.bytes;  // a fake validator reads what a real one finds under "%s"
      if (CommandResult answer = start(command); answer.status != 0) return answer;
    }
    files.write(whole, backup_name(whole.path));
  } else if (const auto* directory = std::get_if<wire::MakeDirectory>(&step)) {
    files.make_directory(*directory);
  } else if (const auto* link = std::get_if<wire::MakeLink>(&step)) {
    files.link(*link);
  } else if (const auto* touch = std::get_if<wire::TouchFile>(&step)) {
    files.touch(*touch);
  } else if (const auto* removal = std::get_if<wire::Remove>(&step)) {
    files.remove(*removal);
  } else if (const auto* attributes = std::get_if<wire::SetAttributes>(&step)) {
    files.set_attributes(*attributes);
  } else if (const auto* hostname = std::get_if<wire::SetHostname>(&step)) {
    name = hostname->name;
  } else if (const auto* program = std::get_if<wire::RunProgram>(&step)) {
    CommandResult answer = start(command_of(*program));
    const bool is_fine =
        program->accepted.empty() ||
        std::ranges::find(program->accepted, answer.status) != program->accepted.end();
    if (!is_fine)
      throw base::Error(base::Kind::failed,
                        fmt::format("'{}' ended with {}: {}", base::join(program->argv, " "),
                                    answer.status, base::trim(answer.err)));
    return answer;
  }
  return {};
}

std::string FakeHost::backup_name(const std::string& path) const {
  return path + ".4711.2023-11-14@22:13:20~";
}

std::vector<std::string> FakeHost::state() const {
  std::vector<std::string> lines = files.listing();
  for (const host::Account& account : accounts)
    lines.push_back(fmt::format("user {}:{}:{}:{}:{}:{}", account.name, account.uid, account.gid,
                                account.gecos, account.home, account.shell));
  for (const auto& [user, shadow] : shadows)
    lines.push_back(
        fmt::format("shadow {}:{}:{}", user, shadow.password_hash, shadow.expire_day.value_or(-1)));
  for (const host::Group& group : all_groups)
    lines.push_back(
        fmt::format("group {}:{}:{}", group.name, group.gid, base::join(group.members, ",")));
  for (const host::Mount& mount : all_mounts)
    lines.push_back(fmt::format("mount {} {} {} {}", mount.source, mount.target, mount.type,
                                base::join(mount.options, ",")));
  for (const auto& [unit_name, unit] : units)
    lines.push_back(fmt::format("unit {} {} {} {} {}", unit_name, unit.load_state,
                                unit.active_state, unit.sub_state, unit.unit_file_state));
  for (const auto& [key, text] : sysctls) lines.push_back(fmt::format("sysctl {}={}", key, text));
  for (const std::string& module : kernel_modules) lines.push_back("module " + module);
  lines.push_back("hostname " + name);
  return lines;
}

}  // namespace provisioner::support
