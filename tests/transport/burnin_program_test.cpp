// Burn-ins by the program as people use it: nodes are real SSH servers on this machine, which is
// what they load.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "provisioner/base/os/process.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/base/value/json.h"
#include "tests/support/processes.h"
#include "tests/support/ssh_server.h"

namespace provisioner::transport {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using tests::SshServer;
using tests::wait_until;

class BurninProgram : public testing::Test {
 protected:
  BurninProgram() {
    second_.accept_key_of(first_);
    os::write_file(path("known"), first_.known_host() + "\n" + second_.known_host() + "\n", 0644);
    os::write_file(path("hosts.yml"),
                   "all:\n"
                   "  vars:\n"
                   "    ansible_ssh_private_key_file: " + first_.key_file() + "\n"
                   "    ansible_ssh_common_args: -o UserKnownHostsFile=" + path("known") + "\n"
                   "  hosts:\n" + host("n01", first_) + host("n02", second_),
                   0644);
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  static std::string host(const std::string& name, const SshServer& server) {
    return "    " + name + ": {ansible_host: " + server.address() +
           ", ansible_port: " + std::to_string(server.port()) + "}\n";
  }

  os::Command command(std::vector<std::string> words) const {
    os::Command command{.argv = {BUILD_DIRECTORY "/bin/provisioner"},
                        .directory = directory_.path(),
                        .environment = {{"PROVISIONER_STATE", path("state")},
                                        {"HOME", path("home")},
                                        {"ANSIBLE_CONFIG", "/dev/null"},
                                        {"NO_COLOR", "1"},
                                        {"USER", "alice"}}};
    words.insert(words.end(), {"-i", "hosts.yml"});
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return command;
  }
  os::CommandResult run(const std::vector<std::string>& words) const {
    return os::run(command(words));
  }

  // Those that load the first server: the first to be ended where memory becomes scarce.
  std::vector<pid_t> loading() const {
    std::vector<pid_t> found;
    for (const pid_t session : first_.sessions())
      for (const pid_t pid : tests::family_of(session)) {
        const auto mark = os::read_file("/proc/" + std::to_string(pid) + "/oom_score_adj");
        if (mark == "1000\n") found.push_back(pid);
      }
    return found;
  }

  store::NodeRecords records() const { return store::NodeRecords::open(path("state")); }

  os::TemporaryDirectory directory_{"provisioner-desk"};
  SshServer first_, second_;
};

TEST_F(BurninProgram, MeasuresAndKeeps) {
  const os::CommandResult said =
      run({"burnin", "all", "--seconds", "1", "--parts", "memory,cpu,network"});

  EXPECT_EQ(said.status, 0) << said.out << said.err;
  EXPECT_THAT(said.out, ContainsRegex("n01 +[1-9][0-9]* MiB/s +[1-9][0-9]* Mop/s +[1-9][0-9]* "
                                      "Mop/s \\(core [0-9]+\\).* [1-9][0-9]*, [1-9][0-9]* MiB/s"));
  EXPECT_THAT(said.out, HasSubstr("2 nodes burned in: no differences"));
  const auto kept = records().hardware("n02");
  ASSERT_TRUE(kept);
  EXPECT_NE(kept->facts.find("disks"), nullptr);
  EXPECT_EQ(kept->facts.find("burnin")->dict().size(), 3u);
}

TEST_F(BurninProgram, GoesIntoTheCheckOfHardware) {
  EXPECT_EQ(run({"burnin", "n01", "--seconds", "1", "--parts", "cpu"}).status, 0);
  value::Dict facts = records().hardware("n01")->facts.dict();
  facts.set("burnin", value::Dict{{"cpu", value::Dict{{"time", "2026-11-29T00:00:00Z"},
                                                      {"errors", 2},
                                                      {"wrong_cores", value::List{1}}}}});
  records().put_hardware({"n01", {}, "ssh", facts});
  facts.erase("burnin");
  facts.set("looked_at", "again");
  records().put_hardware({"n01", {}, "ssh", facts});

  const os::CommandResult said = run({"discover", "n01", "--check", "--stored"});

  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.out, ContainsRegex("n01 +processors +burn-in of 2026-11-29: 2 wrong results on "
                                      "core 1 +none +burnin"));
}

TEST_F(BurninProgram, TellsWhoDidNotAnswer) {
  second_.stop();

  const os::CommandResult said =
      run({"burnin", "all", "--seconds", "1", "--parts", "cpu,network", "--json"});

  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.err, ContainsRegex("n02: .*onnect"));
  EXPECT_THAT(said.err, Not(HasSubstr("n01:")));
  const value::Value told = value::read_json(said.out);
  EXPECT_GT(value::integer_or(*told.find("nodes")->list()[0].find("burnin")->find("cpu"), "rate", 0),
            0);
}

TEST_F(BurninProgram, LeavesNodesInServiceAlone) {
  records().put_state({.node = "n01", .state = "in service", .detail = "", .changed_by = "alice",
                       .since = {}});

  const os::CommandResult said = run({"burnin", "all", "--seconds", "1"});

  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.err, HasSubstr("burnin loads 1 node in service: it needs --yes where nobody "
                                  "can be asked\nhint: in service: n01"));
}

TEST_F(BurninProgram, RefusesPartsThatAreNone) {
  EXPECT_THAT(run({"burnin", "n01", "--parts", "gpu"}).err,
              HasSubstr("there is no part 'gpu' to burn in\nhint: they are memory, cpu, disk"));
  EXPECT_THAT(run({"burnin", "n01", "--parts", "network"}).err,
              HasSubstr("the network is measured between nodes: it takes two of them"));
}

TEST_F(BurninProgram, EndsAtASignalOnTheNodesToo) {
  os::Child child = os::spawn(command({"burnin", "n01", "--seconds", "600", "--parts", "cpu"}));
  std::vector<pid_t> loaders;
  wait_until("the node is loaded", [&] { return !(loaders = loading()).empty(); });

  child.kill(SIGINT);

  EXPECT_EQ(child.wait(std::chrono::seconds(20)), 130);
  wait_until("nothing is left", [&] {
    return std::ranges::none_of(loaders, [](pid_t pid) { return ::kill(pid, 0) == 0; });
  });
  EXPECT_FALSE(records().hardware("n01"));
}

}  // namespace
}  // namespace provisioner::transport
