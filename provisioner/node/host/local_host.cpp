// The node this process runs on: each query and step goes to the file that knows it.
#include "provisioner/node/host/local_host.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/process.h"
#include "provisioner/node/host/accounts.h"
#include "provisioner/node/host/child.h"
#include "provisioner/node/host/file_queries.h"
#include "provisioner/node/host/file_steps.h"
#include "provisioner/node/host/query_table.h"
#include "provisioner/node/host/system_queries.h"
#include "provisioner/node/host/write_file.h"

namespace provisioner::host {
namespace {

constexpr std::chrono::milliseconds query_deadline = std::chrono::minutes(5);

// The last lines of what a failed program said, for a message.
std::string last_words(const CommandResult& answer) {
  const std::string_view said = base::trim(answer.err.empty() ? answer.out : answer.err);
  constexpr std::size_t enough = 500;
  return std::string(said.size() > enough ? said.substr(said.size() - enough) : said);
}

// Tells whoever watches what is done, for as long as it is done.
class Call {
 public:
  Call(const LocalHostOptions& options, std::string_view verb, std::string_view object,
       CallKind kind = CallKind::file)
      : options_(options) {
    if (options_.notice) options_.notice(verb, object, kind);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    if (options_.notice) options_.notice("", "", CallKind::none);
  }

 private:
  const LocalHostOptions& options_;
};

class LocalHost final : public Host {
 public:
  explicit LocalHost(LocalHostOptions options) : options_(std::move(options)) {}

  std::optional<FileStatus> status(const std::string& path, Follow follow) const override {
    const Call call(options_, "stat", path);
    return file_status(path, follow);
  }
  std::optional<std::string> read_file(const std::string& path, std::size_t limit) const override {
    const Call call(options_, "read", path);
    return file_content(path, limit);
  }
  std::optional<std::string> digest(const std::string& path,
                                    std::string_view algorithm) const override {
    const Call call(options_, "read", path);
    if (!file_status(path, Follow::yes)) return std::nullopt;
    return crypto::file_digest(algorithm, path);
  }
  std::optional<std::vector<std::string>> entries(const std::string& directory) const override {
    const Call call(options_, "list", directory);
    return directory_entries(directory);
  }
  std::optional<std::string> read_part(const std::string& path, std::uint64_t offset,
                                       std::size_t length) const override {
    const Call call(options_, "read", path);
    return file_part(path, offset, length);
  }
  std::optional<std::string> link_target(const std::string& path) const override {
    const Call call(options_, "readlink", path);
    return link_text(path);
  }
  std::optional<FileFlags> flags(const std::string& path) const override {
    const Call call(options_, "open", path);
    return file_flags(path);
  }
  bool is_accessible(const std::string& path, int mode) const override {
    const Call call(options_, "access", path);
    return access(path.c_str(), mode) == 0;
  }
  std::optional<FileSystemSpace> space(const std::string& path) const override {
    return file_system_space(path);
  }

  std::optional<Account> account(const std::string& name) const override {
    return find_account(name);
  }
  std::optional<Account> account(std::uint32_t uid) const override {
    return remembered(accounts_, uid, [&] { return find_account(uid); });
  }
  std::optional<Group> group(const std::string& name) const override { return find_group(name); }
  std::optional<Group> group(std::uint32_t gid) const override {
    return remembered(groups_, gid, [&] { return find_group(gid); });
  }
  std::vector<Group> groups_of(const std::string& user) const override {
    return find_groups_of(user);
  }
  std::optional<ShadowEntry> shadow(const std::string& user) const override {
    return find_shadow(user);
  }
  std::uint32_t effective_uid() const override { return geteuid(); }
  std::uint32_t umask() const override { return process_umask(); }

  std::vector<Mount> mounts() const override { return mounted_file_systems(); }
  std::optional<UnitState> unit(const std::string& name, std::string_view scope) const override {
    return systemd_unit(name, scope);
  }
  std::optional<std::string> sysctl(const std::string& name) const override {
    return kernel_setting(name);
  }
  bool has_kernel_module(const std::string& name) const override {
    return is_kernel_module_present(name);
  }
  std::string host_name() const override { return kernel_identity().node_name; }
  std::optional<std::string> program(const std::string& name) const override {
    return os::find_program(name);
  }

  std::optional<std::string> environment(const std::string& name) const override {
    for (const auto& [key, text] : options_.environment)
      if (key == name) return text;
    const char* text = std::getenv(name.c_str());
    return text ? std::optional<std::string>(text) : std::nullopt;
  }

  std::vector<std::pair<std::string, std::string>> environment_variables() const override {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string text = *entry;
      const std::size_t equals = std::min(text.find('='), text.size());
      variables[text.substr(0, equals)] = text.substr(std::min(equals + 1, text.size()));
    }
    for (const auto& [key, text] : options_.environment) variables[key] = text;
    return {variables.begin(), variables.end()};
  }

  double now() const override {
    timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }
  TimeZone time_zone(double moment) const override { return zone_at(moment); }
  KernelIdentity kernel() const override { return kernel_identity(); }
  std::vector<InterfaceAddress> addresses() const override { return interface_addresses(); }
  std::optional<Route> route(const std::string& target) const override { return route_to(target); }
  std::optional<LinkIdentity> link(const std::string& interface) const override {
    return link_identity(interface);
  }
  std::vector<std::string> hear_neighbours(const std::vector<std::string>& interfaces,
                                           std::chrono::milliseconds patience) const override {
    return next_lldp_frames(interfaces, patience);
  }
  std::string capabilities() const override { return own_capabilities(); }

  CommandResult fact_script(const std::string& path,
                            std::chrono::milliseconds deadline) const override {
    const Call call(options_, "run", path, CallKind::program);
    return run_child(command({path}, {}, deadline));
  }

  CommandResult query(const std::vector<std::string>& argv,
                      const std::string& input) const override {
    if (!is_known_query(argv))
      throw base::Error(base::Kind::bug,
                        fmt::format("'{}' is not in the table of queries", base::join(argv, " ")));
    const Call call(options_, "run", argv.front(), CallKind::program);
    return run_child(command(argv, input, query_deadline));
  }

  CommandResult perform(const wire::Step& step) override {
    return std::visit([this](const auto& one) { return this->perform_one(one); }, step);
  }

  CommandResult run(const Command& wanted) override {
    const auto own = options_.deadline.count() > 0
                         ? options_.deadline
                         : std::chrono::milliseconds(std::chrono::hours(24));
    ChildCommand child =
        command(wanted.argv, wanted.input, wanted.deadline.count() > 0 ? wanted.deadline : own);
    child.directory = wanted.directory;
    add(child.environment, wanted.environment);
    const Call call(options_, "run", wanted.argv.front(), CallKind::program);
    return run_child(child);
  }

  std::string backup_name(const std::string& path) const override {
    return remembered(backups_, path, [&] {
      const std::time_t time = std::time(nullptr);
      std::tm local{};
      localtime_r(&time, &local);
      std::array<char, 32> stamp{};
      std::strftime(stamp.data(), stamp.size(), "%Y-%m-%d@%H:%M:%S~", &local);
      return fmt::format("{}.{}.{}", path, getpid(), stamp.data());
    });
  }

 private:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  // Asked once a task: names of ids do not change while we print them.
  template <class Map, class Ask>
  static typename Map::mapped_type remembered(Map& map, const typename Map::key_type& key,
                                              Ask ask) {
    auto found = map.find(key);
    if (found == map.end()) found = map.emplace(key, ask()).first;
    return found->second;
  }

  static void add(Environment& environment, const Environment& more) {
    for (const auto& entry : more) {
      std::erase_if(environment, [&](const auto& present) { return present.first == entry.first; });
      environment.push_back(entry);
    }
  }

  ChildCommand command(std::vector<std::string> argv, std::string input,
                       std::chrono::milliseconds deadline) const {
    ChildCommand child;
    child.argv = std::move(argv);
    child.input = std::move(input);
    child.environment = options_.environment;
    child.deadline = deadline;
    return child;
  }

  CommandResult perform_one(const wire::WriteFile& step) {
    const Call call(options_, "write", step.path,
                    step.validate.empty() ? CallKind::file : CallKind::program);
    return write_file(step, options_.blob_directory, step.backup ? backup_name(step.path) : "",
                      options_.environment);
  }
  CommandResult perform_one(const wire::MakeDirectory& step) {
    const Call call(options_, "mkdir", step.path);
    return make_directory(step), CommandResult{};
  }
  CommandResult perform_one(const wire::MakeLink& step) {
    const Call call(options_, "link", step.path);
    return make_link(step), CommandResult{};
  }
  CommandResult perform_one(const wire::TouchFile& step) {
    const Call call(options_, "touch", step.path);
    return touch_file(step), CommandResult{};
  }
  CommandResult perform_one(const wire::Remove& step) {
    const Call call(options_, "remove", step.path);
    return host::remove(step), CommandResult{};
  }
  CommandResult perform_one(const wire::SetAttributes& step) {
    const Call call(options_, "change", step.path);
    return set_attributes(step), CommandResult{};
  }
  CommandResult perform_one(const wire::SetHostname& step) {
    if (sethostname(step.name.data(), step.name.size()) != 0)
      throw io_error("set host name", step.name, errno);
    return {};
  }

  CommandResult perform_one(const wire::RunProgram& step) {
    ChildCommand child = command(step.argv, step.input, step.deadline);
    child.directory = step.directory;
    add(child.environment, step.environment);
    const Call call(options_, "run", step.argv.front(), CallKind::program);
    CommandResult answer = run_child(child);
    if (answer.error != 0) throw io_error("start", step.argv.at(0), answer.error);
    const bool is_fine = step.accepted.empty() ||
                         std::ranges::find(step.accepted, answer.status) != step.accepted.end();
    if (!is_fine)
      throw base::Error(base::Kind::failed,
                        fmt::format("'{}' ended with {}: {}", base::join(step.argv, " "),
                                    answer.status, last_words(answer)));
    return answer;
  }

  LocalHostOptions options_;
  mutable std::map<std::uint32_t, std::optional<Account>> accounts_;
  mutable std::map<std::uint32_t, std::optional<Group>> groups_;
  mutable std::map<std::string, std::string> backups_;
};

}  // namespace

std::unique_ptr<Host> make_local_host(LocalHostOptions options) {
  return std::make_unique<LocalHost>(std::move(options));
}

}  // namespace provisioner::host
