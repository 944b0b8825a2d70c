// Machines that nobody has written down, by command line. The machine here is a process that says
// to the boot service's desk what a RAM disk says over HTTP; whoever holds the service's lock
// stands for the service.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/reimage/job_desk.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using value::Dict;
using value::List;

constexpr const char* mac = "00:00:5e:00:53:f1";

// A process of its own, since the program may be another one: a thread does not outlive a fork.
class Machine {
 public:
  explicit Machine(const std::function<void()>& body) : process_(::fork()) {
    if (process_ != 0) return;
    body();
    ::_exit(0);
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

 private:
  pid_t process_;
};

class Strangers : public testing::Test {
 protected:
  Strangers() {
    desk_.write("site/hosts.yml",
                "all:\n"
                "  vars: {provisioner_schema: 1}\n"
                "  hosts:\n"
                "    n07:\n"
                "      hardware: {serial: 9XK07}\n"
                "      deploy: {address: 10.78.0.107/24}\n"
                "      network: {interfaces: [{name: eno1, mac: \"00:00:5e:00:53:07\"}]}\n");
  }

  void serve() {
    const image::Store store = image::Store::make(images());
    const std::string disk(4096, 'x');
    store.publish({.name = "debian-12",
                   .version = "1",
                   .size = disk.size(),
                   .packages = {},
                   .chunks = {store.keep_chunk(0, disk)}},
                  {.kernel = store.keep_file("kernel"), .ram_disk = store.keep_file("disk")});
    os::make_directories(state() + "/boot");
    os::write_file(state() + "/boot/place.json",
                   R"({"interface": "eno1", "address": "10.78.0.1", "subnet": "10.78.0.0",
                       "netmask": "255.255.255.0"})");
    service_ = os::try_to_hold(state() + "/boot/lock");
  }
  std::string state() const { return desk_.path() + "/state"; }
  std::string images() const { return desk_.path() + "/images"; }

  static Spoken accept(const std::string& mac_address, const std::string& name,
                       const std::string& address, std::vector<std::string> more) {
    std::vector<std::string> words = {"discover", "--accept", mac_address, "--name",   name,
                                      "-i",       "site",     "--address", address,    "--images",
                                      "images"};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }
  static Spoken accept(const std::vector<std::string>& more) {
    return accept(mac, "n21", "10.78.0.121/24", more);
  }

  // Boots once it is armed, and tells this.
  Machine machine(const std::string& serial) const {
    return Machine([state = state(), serial] {
      reimage::JobDesk desk(state, "http://10.78.0.1:8087",
                            [](const std::string&) { return std::nullopt; });
      while (desk.armed().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      const std::string path = desk.armed().front().script_path;
      const std::string script = desk.boot_script(path.substr(6), "10.78.0.121").body;
      const std::string mark = "provisioner.token=";
      const value::Value facts =
          Dict{{"firmware", Dict{{"vendor", "Dell Inc."}, {"serial", serial}}},
               {"links", List{Dict{{"name", "eno1"}, {"mac", mac}}}}};
      desk.report("booted", script.substr(script.find(mark) + mark.size(), 32),
                  value::write_json(Dict{{"facts", facts}}), "10.78.0.121");
    });
  }

  void expect_nothing_is_left() const {
    EXPECT_TRUE(records_.states().empty());
    EXPECT_FALSE(records_.hardware("n21"));
    EXPECT_FALSE(records_.hardware(mac));
    EXPECT_TRUE(store::BootJobs::open(state()).open_jobs().empty());
    EXPECT_FALSE(os::exists("site/n21.yml"));
  }

  Desk desk_;
  store::NodeRecords records_ = store::NodeRecords::open(desk_.path() + "/state");
  std::optional<os::Descriptor> service_;
};

TEST_F(Strangers, BecomeNodesOfTheInventory) {
  serve();
  const Machine stranger = machine("9XK21");

  const Spoken told = accept({"--to", "site/n21.yml", "--yes"});

  EXPECT_EQ(told.status, exit_fine) << told.errors;
  EXPECT_EQ(os::read_file("site/n21.yml"), told.out);
  EXPECT_THAT(told.out, HasSubstr("        serial: 9XK21\n"));
  EXPECT_THAT(speak({"inventory", "check", "-i", "site"}).out, StartsWith("2 hosts in "));
  EXPECT_EQ(records_.state("n21")->state, "discovered");
  EXPECT_TRUE(records_.hardware("n21"));
  EXPECT_FALSE(records_.state(mac));
  EXPECT_FALSE(records_.hardware(mac));
}

TEST_F(Strangers, HaveNothingThatIsAnothers) {
  EXPECT_EQ(accept(mac, "n07", "10.78.0.121/24", {"--yes"}).errors,
            "site/hosts.yml:4:5: error: there is a host 'n07' already\n"
            "    4 |     n07:\n"
            "      |     ^\n\n"
            "1 error, nothing was written\n");
  EXPECT_EQ(accept("00:00:5E:00:53:07", "n21", "10.78.0.121/24", {"--yes"}).errors,
            "error: n21: the MAC address '00:00:5e:00:53:07' is n07's\n"
            "site/hosts.yml:7:48: n07 has it here\n\n"
            "1 error, nothing was written\n");
  EXPECT_EQ(accept(mac, "n21", "10.78.0.107/24", {"--yes"}).errors,
            "error: n21: the address '10.78.0.107' is n07's\n"
            "site/hosts.yml:6:25: n07 has it here\n\n"
            "1 error, nothing was written\n");
  expect_nothing_is_left();
}

TEST_F(Strangers, AreNoMachineOfTheInventory) {
  serve();
  const Machine stranger = machine("9XK07");

  const Spoken told = accept({"--to", "site/n21.yml", "--yes"});

  EXPECT_THAT(told.errors, HasSubstr("error: n21: the serial number '9XK07' is n07's\n"
                                     "site/hosts.yml:5:26: n07 has it here\n\n"
                                     "1 error, nothing was written\n"));
  EXPECT_EQ(told.status, exit_usage);
  expect_nothing_is_left();
}

TEST_F(Strangers, LeaveNothingWhereItWasNotMeant) {
  serve();
  const Machine stranger = machine("9XK21");

  const Spoken told = speak_on_terminal(
      {"discover", "--accept", mac, "--name", "n21", "-i", "site", "--address", "10.78.0.121/24",
       "--images", "images", "--to", "site/n21.yml"},
      "no\n");

  EXPECT_THAT(told.out, HasSubstr("it was not meant: nothing was written"));
  EXPECT_EQ(told.status, exit_not_so);
  expect_nothing_is_left();
}

TEST_F(Strangers, AreWrittenAsTheInventoryReadsThem) {
  serve();
  desk_.write("site/host_vars/n21.yml", "hardware: {serial: another}\n");
  const Machine stranger = machine("9XK21");

  const Spoken told = accept({"--to", "site/n21.yml", "--yes"});

  EXPECT_EQ(told.status, exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("nothing was written\n"));
  expect_nothing_is_left();
}

TEST_F(Strangers, AreWrittenWhereADirectoryIsRead) {
  for (const std::string file : {"site/n21.txt", "site/n21.ini", "site/.n21.yml"})
    EXPECT_EQ(accept({"--to", file, "--yes"}).errors,
              "error: '" + file + "' would not be read as YAML, which is written\n"
              "hint: give it the ending .yml, and no dot at its beginning\n");
  expect_nothing_is_left();
}

TEST_F(Strangers, HaveAnAddressOfTheBootNetwork) {
  serve();
  const std::string foreign =
      "' is not of the boot network, which is 10.78.0.0/24\n"
      "hint: give one that is free there, with its prefix\n";
  const std::string reserved =
      "' is the network's own or its broadcast address\n"
      "hint: give one that is free in the boot network\n";

  EXPECT_EQ(accept(mac, "n21", "8.8.8.8/24", {"--yes"}).errors, "error: '8.8.8.8/24" + foreign);
  EXPECT_EQ(accept(mac, "n21", "10.78.0.121/16", {"--yes"}).errors,
            "error: '10.78.0.121/16" + foreign);
  EXPECT_EQ(accept(mac, "n21", "10.78.0.0/24", {"--yes"}).errors,
            "error: '10.78.0.0/24" + reserved);
  EXPECT_EQ(accept(mac, "n21", "10.78.0.255/24", {"--yes"}).errors,
            "error: '10.78.0.255/24" + reserved);
  EXPECT_EQ(accept(mac, "n21", "10.78.0.1/24", {"--yes"}).errors,
            "error: '10.78.0.1/24' is the boot service's own address\n"
            "hint: give one that is free in 10.78.0.0/24\n");
  expect_nothing_is_left();
}

TEST_F(Strangers, HaveAMacOfTheirOwn) {
  for (const std::string address :
       {"ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:00:5e:00:00:fb"})
    EXPECT_EQ(accept(address, "n21", "10.78.0.121/24", {"--yes"}).errors,
              "error: '" + address + "' is no machine's MAC address\n"
              "hint: see which ask for an address: provisioner discover --unknown\n");
  expect_nothing_is_left();
}

TEST_F(Strangers, HaveNoBootJobOfAnotherName) {
  serve();
  reimage::BootOrder order;
  order.macs = {mac};
  order.address = "10.78.0.33/24";
  order.deploy = Dict{};
  store::BootJobs jobs = store::BootJobs::open(state());
  const std::int64_t job = jobs.begin("n33", "7", to_value(order));

  EXPECT_EQ(accept({"--yes"}).errors,
            "error: 00:00:5e:00:53:f1 boots as 'n33' just now: it has a boot job\n"
            "hint: provisioner node log n33\n");
  EXPECT_THAT(accept("00:00:5e:00:53:f2", "n22", "10.78.0.33/24", {"--yes"}).errors,
              StartsWith("error: 10.78.0.33 boots as 'n33' just now"));
  jobs.end(job, "over");
  expect_nothing_is_left();
}

TEST_F(Strangers, AreWaitedForByOneProcess) {
  serve();
  const auto other = os::try_to_hold(state() + "/accept-" + mac + ".lock");

  EXPECT_EQ(accept({"--yes"}).errors,
            "error: another process waits for 00:00:5e:00:53:f1 already\n");
  expect_nothing_is_left();
}

TEST_F(Strangers, AreWaitedForUntilCtrlC) {
  serve();
  const Machine somebody([state = state(), program = ::getpid()] {
    const store::BootJobs jobs = store::BootJobs::open(state);
    while (jobs.open_jobs().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::kill(program, SIGINT);
  });

  const Spoken told = accept({"--yes"});

  EXPECT_THAT(told.errors, HasSubstr("error: stopped: 00:00:5e:00:53:f1 may no longer boot\n"));
  EXPECT_EQ(told.status, exit_signal);
  expect_nothing_is_left();
}

TEST_F(Strangers, LeaveNothingOfAProcessThatWasKilled) {
  records_.put_state({mac, "armed", "", "alice@ctl1", {}});
  store::BootJobs::open(state()).begin(mac, "", Dict{{"macs", List{mac}}, {"deploy", Dict{}}});

  accept({"--yes"});

  expect_nothing_is_left();
}

TEST_F(Strangers, AreNotLeftWithoutABootService) {
  EXPECT_EQ(accept({"--yes"}).errors,
            "error: no boot service is at work\n"
            "hint: start one on this machine: provisioner serve boot --interface PORT\n");
  expect_nothing_is_left();
}

TEST_F(Strangers, AreAskedAboutBeforeSomebodyWalks) {
  EXPECT_EQ(accept({}).errors, "error: a new machine needs --yes where nobody can be asked\n");
  EXPECT_EQ(accept({"--yes", "--to", "site/hosts.yml"}).errors,
            "error: 'site/hosts.yml' is there already\n"
            "hint: name a new file beside the inventory's others: in a directory all are read\n");
  ASSERT_EQ(::mkfifo("site/n21.yml", 0600), 0);
  EXPECT_EQ(accept({"--yes", "--to", "site/n21.yml"}).errors,
            "error: 'site/n21.yml' is there already\n"
            "hint: name a new file beside the inventory's others: in a directory all are read\n");
  EXPECT_EQ(accept({"--yes", "--to", "sites/n21.yml"}).errors,
            "error: there is no directory 'sites'\n");
}

TEST_F(Strangers, DoNotTakeANameThatTheStoreKnows) {
  records_.put_state({"n21", "in service", "", "alice@ctl1", {}});

  EXPECT_EQ(accept({"--yes"}).errors,
            "error: there is a node 'n21' already, which is 'in service'\n"
            "hint: where another machine takes its place: provisioner node state n21 maintenance, "
            "and then enrolled\n");
}

TEST_F(Strangers, AreListedWhereTheInventoryDoesNotKnowThem) {
  using namespace std::chrono_literals;
  const store::WallTime time{1'795'000'000s};
  for (const std::string& whom : {std::string(mac), std::string("00:00:5e:00:53:07")})
    for (const auto late : {0s, 60s})
      records_.add_line({"", time + late, "dhcp", "DHCPDISCOVER(eno3) " + whom + " no address"});

  EXPECT_EQ(speak({"discover", "--unknown", "-i", "site"}).out,
            "MAC                FIRST ASKED           LAST ASKED            TIMES\n"
            "00:00:5e:00:53:f1  2026-11-18T11:06:40Z  2026-11-18T11:07:40Z  2\n");
  EXPECT_THAT(speak({"discover", "--unknown", "-i", "site", "--json"}).out,
              HasSubstr("\"first\": \"2026-11-18T11:06:40.000Z\""));
}

TEST_F(Strangers, AreNoneWhereNobodyAsked) {
  EXPECT_EQ(speak({"discover", "--unknown", "-i", "site"}).out,
            "MAC  FIRST ASKED  LAST ASKED  TIMES\n");
  EXPECT_EQ(speak({"discover", "--unknown", "-i", "site", "--json"}).out, "[]\n");
  EXPECT_EQ(speak({"discover", "n07", "--unknown", "-i", "site"}).status, exit_usage);
}

}  // namespace
}  // namespace provisioner::cli
