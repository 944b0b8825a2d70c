#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/node/host/host_view.h"
#include "tests/support/fake_files.h"

namespace provisioner::support {

// A node in memory that really changes: files, accounts, units ... are plain state, open to tests.
// Programs are functions over that state, by the base name of argv[0]; one that is
// missing answers as a shell would (127).
class FakeHost : public host::Host {
 public:
  using Program = std::function<host::CommandResult(FakeHost&, const Command&)>;

  FakeHost();

  FakeFiles files;
  std::vector<host::Account> accounts;
  std::vector<host::Group> all_groups;
  std::map<std::string, host::ShadowEntry> shadows;
  std::vector<host::Mount> all_mounts;
  std::map<std::string, host::UnitState> units;
  std::map<std::string, std::string> sysctls;
  std::set<std::string> kernel_modules;
  std::map<std::string, std::string> variables = {{"HOME", "/root"}, {"PATH", "/usr/bin"}};
  std::map<std::string, Program> programs;  // for perform(RunProgram), run() and query() alike
  std::vector<host::InterfaceAddress> all_addresses;
  std::map<std::string, host::Route> routes;  // by target
  std::map<std::string, host::LinkIdentity> links;  // by interface
  // LLDP on its way, in order: interface and frame.
  mutable std::vector<std::pair<std::string, std::string>> frames;
  mutable double listened = 0;  // seconds that have gone by with nothing to hear
  std::string own_capabilities = "=ep";
  std::string name = "node";
  host::KernelIdentity kernel_identity{"Linux", "node", "6.1.0-18-amd64", "#1 SMP", "x86_64"};
  std::uint32_t mask = 022;
  std::map<std::string, std::string> blobs;  // by SHA-256
  std::vector<wire::Step> performed;         // in order
  std::vector<Command> commands;             // what run() was asked

  std::optional<host::FileStatus> status(const std::string& path,
                                         host::Follow follow) const override;
  std::optional<std::string> read_file(const std::string& path, std::size_t limit) const override;
  std::optional<std::string> digest(const std::string& path,
                                    std::string_view algorithm) const override;
  std::optional<std::vector<std::string>> entries(const std::string& directory) const override;
  std::optional<std::string> read_part(const std::string& path, std::uint64_t offset,
                                       std::size_t length) const override;
  std::optional<std::string> link_target(const std::string& path) const override;
  std::optional<host::FileFlags> flags(const std::string&) const override { return std::nullopt; }
  bool is_accessible(const std::string& path, int mode) const override;
  std::optional<host::FileSystemSpace> space(const std::string& path) const override;
  std::optional<host::Account> account(const std::string& account_name) const override;
  std::optional<host::Account> account(std::uint32_t uid) const override;
  std::optional<host::Group> group(const std::string& group_name) const override;
  std::optional<host::Group> group(std::uint32_t gid) const override;
  std::vector<host::Group> groups_of(const std::string& user) const override;
  std::optional<host::ShadowEntry> shadow(const std::string& user) const override;
  std::uint32_t effective_uid() const override { return files.uid; }
  std::uint32_t umask() const override { return mask; }
  std::vector<host::Mount> mounts() const override { return all_mounts; }
  std::optional<host::UnitState> unit(const std::string& unit_name,
                                      std::string_view scope) const override;
  std::optional<std::string> sysctl(const std::string& key) const override;
  bool has_kernel_module(const std::string& module) const override {
    return kernel_modules.contains(module);
  }
  std::string host_name() const override { return name; }
  std::optional<std::string> program(const std::string& program_name) const override;
  std::optional<std::string> environment(const std::string& variable) const override;
  std::vector<std::pair<std::string, std::string>> environment_variables() const override;
  double now() const override { return files.clock + 1 + listened; }
  host::TimeZone time_zone(double moment) const override;
  host::KernelIdentity kernel() const override { return kernel_identity; }
  std::vector<host::InterfaceAddress> addresses() const override { return all_addresses; }
  std::optional<host::Route> route(const std::string& target) const override;
  std::optional<host::LinkIdentity> link(const std::string& interface) const override;
  std::vector<std::string> hear_neighbours(const std::vector<std::string>& interfaces,
                                           std::chrono::milliseconds patience) const override;
  std::string capabilities() const override { return own_capabilities; }
  host::CommandResult fact_script(const std::string& path,
                                  std::chrono::milliseconds deadline) const override;
  host::CommandResult query(const std::vector<std::string>& argv,
                            const std::string& input) const override;

  host::CommandResult perform(const wire::Step& step) override;
  host::CommandResult run(const Command& command) override;
  std::string backup_name(const std::string& path) const override;

  // The whole state as text, to compare two moments.
  std::vector<std::string> state() const;

 private:
  host::CommandResult start(const Command& command);
};

// A node as a case describes it (tests/cases/modules/README.md). Throws Error(input) for what it
// does not know.
void set_up(FakeHost& host, const value::Value& node);

}  // namespace provisioner::support
