// The lab as a whole: up, down, status, power.

#include "provisioner/machine/lab/lab.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/engine/transport/greeting.h"
#include "provisioner/machine/lab/base_image.h"
#include "provisioner/machine/lab/cgroups.h"
#include "provisioner/machine/lab/cluster_node.h"
#include "provisioner/machine/lab/directory_lock.h"
#include "provisioner/machine/lab/host_limits.h"
#include "provisioner/machine/lab/inventory_layer.h"
#include "provisioner/machine/lab/lab_keys.h"
#include "provisioner/machine/lab/machines/libvirt_service.h"
#include "provisioner/machine/lab/machines/machines.h"
#include "provisioner/machine/lab/network.h"
#include "provisioner/machine/lab/record.h"
#include "provisioner/machine/lab/supervisors.h"

namespace provisioner::lab {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::milliseconds glance{50};       // between two looks at what is awaited
constexpr std::chrono::milliseconds greeting{1'000};  // for an SSH server to say who it is
constexpr std::chrono::seconds going{30};             // for processes and links to be gone

// Looks until `is_so`, at most `patience`; false when it never was.
template <class Condition>
bool wait_until(std::chrono::milliseconds patience, const Condition& is_so) {
  const os::Instant end = os::system_clock().now() + patience;
  while (!is_so()) {
    if (os::system_clock().now() > end) return false;
    std::this_thread::sleep_for(glance);
  }
  return true;
}

// The words that choose this lab among those of the machine.
std::string words_for(const std::string& directory) {
  for (int number = 1; number <= most_number; ++number)
    if (directory == standard_directory(number)) return number_words(number);
  return "";
}

void require_programs(const Settings& settings) {
  if (::geteuid() != 0)
    throw Error(Kind::refused, "the lab makes namespaces and mounts: it needs root")
        .set_hint("sudo provisioner lab up" + words_for(settings.directory));
  std::vector<const char*> programs = {"systemd-nspawn", "mmdebstrap", "ip",
                                       "mount",          "unshare",    "setsid",
                                       "setpriv",        "ssh-keygen", "dpkg-scanpackages"};
  if (settings.is_cluster) programs.push_back("nft");
  for (const char* program : programs)
    if (!os::find_program(program))
      throw Error(Kind::failed, std::string("the lab needs the program '") + program +
                                    "', which is not on this machine")
          .set_hint("scripts/setup installs all that the project needs");
}

std::string kind_of(const Record& record) {
  return std::string(record.has_python ? "with" : "without") + " python" +
         (record.is_cluster ? ", for a cluster" : "");
}

void refuse_other_kind(const Record& old, const Settings& settings) {
  if (old.bridge == settings.bridge && old.gateway == settings.gateway &&
      old.has_python == settings.has_python && old.is_cluster == settings.is_cluster)
    return;
  throw Error(Kind::refused, "a lab of another kind is there: " + kind_of(old) + ", on bridge '" +
                                 old.bridge + "' at " + old.gateway)
      .set_hint("take it down first: provisioner lab down" + words_for(settings.directory));
}

// The record of what will be: what was there and what is asked for.
Record planned(const Settings& settings, std::string base_tree) {
  const auto old = read_record(settings.directory);
  Record record{.directory = settings.directory,
                .bridge = settings.bridge,
                .gateway = settings.gateway,
                .base = std::move(base_tree),
                .cgroup = "provisioner-lab-" + crypto::sha256(settings.directory).substr(0, 8),
                .has_python = settings.has_python,
                .is_cluster = settings.is_cluster,
                .nodes = settings.nodes,
                .machines = settings.machines,
                .services = settings.services};
  if (!old) {
    refuse_taken_network(record.bridge, record.gateway);
    return record;
  }
  refuse_other_kind(*old, settings);
  if (!supervisors(settings.directory).empty()) record.base = old->base;
  for (const Node& node : old->nodes)
    if (record.find(node.name) == nullptr) record.nodes.push_back(node);
  if (record.machines.empty()) {
    record.machines = old->machines;
    record.services = old->services;
  }
  return record;
}

std::string last_words(const Record& record, const std::string& node) {
  const auto log =
      os::read_file(os::join_path(node_directory(record.directory, node), "console.log"));
  if (!log) return "";
  const std::vector<std::string_view> lines = base::lines_of(*log);
  std::string words;
  for (std::size_t at = lines.size() > 5 ? lines.size() - 5 : 0; at < lines.size(); ++at)
    words += "\n    " + base::escape_for_terminal(lines[at]);
  return words;
}

// Gives nodes that run a link again where somebody took it away.
void plug_in_again(const Record& record, const std::map<std::string, int>& running) {
  std::vector<Plug> plugs;
  for (const Node& node : record.nodes)
    if (const auto found = running.find(node.name);
        found != running.end() && !is_plugged_in(record, node.name))
      plugs.push_back({node, found->second});
  plug_in(record, plugs);
  for (const Plug& plug : plugs) bring_up_from_outside(record, plug);
}

// Starts the processes of nodes that have none, and plugs them in.
void start_missing(const Record& record) {
  const std::map<std::string, int> running = supervisors(record.directory);
  plug_in_again(record, running);
  std::vector<Node> missing;
  for (const Node& node : record.nodes)
    if (!running.contains(node.name)) missing.push_back(node);
  for (const Node& node : missing) start_supervisor(record, node.name);
  std::vector<Plug> plugs;
  for (const Node& node : missing) {
    Plug plug{node, 0};
    const bool is_there = wait_until(going, [&] {
      const std::map<std::string, int> now = supervisors(record.directory);
      const auto found = now.find(node.name);
      if (found == now.end() || !is_ready(record.directory, node.name, found->second)) return false;
      plug.pid = found->second;
      return true;
    });
    if (!is_there)
      throw Error(Kind::failed,
                  node.name + ": its process did not start" + last_words(record, node.name));
    plugs.push_back(plug);
  }
  plug_in(record, plugs);
}

void switch_all_on(const Record& record) {
  for (const auto& [name, pid] : supervisors(record.directory))
    if (os::read_file(power_file(record.directory, name)) == "off\n") ::kill(pid, SIGUSR1);
}

std::vector<bool> answers_of(const std::vector<Node>& nodes) {
  std::vector<transport::SshPlace> places;
  for (const Node& node : nodes) places.push_back({node.address});
  std::vector<bool> answers;
  for (const transport::Greeting heard : transport::greetings(places, greeting))
    answers.push_back(heard == transport::Greeting::ssh);
  return answers;
}

bool answers_at(const std::string& address) {
  return transport::greetings({{address}}, greeting).front() == transport::Greeting::ssh;
}

void await_answers(const Record& record, std::chrono::seconds deadline) {
  std::vector<Node> silent = record.nodes;
  wait_until(deadline, [&] {
    const std::vector<bool> greeted = answers_of(silent);
    std::vector<Node> left;
    for (std::size_t at = 0; at < silent.size(); ++at)
      if (!greeted[at]) left.push_back(silent[at]);
    silent = std::move(left);
    return silent.empty();
  });
  if (silent.empty()) return;
  std::vector<std::string> names;
  for (const Node& node : silent) names.push_back(node.name);
  throw Error(Kind::failed, "no SSH answer within " + std::to_string(deadline.count()) +
                                " s from " + base::join(names, ", ") + "; the last words of " +
                                names.front() + ":" + last_words(record, names.front()));
}

// One program at a time makes or removes a lab.
os::Descriptor lock_lab(const std::string& directory) {
  os::Descriptor lock = lock_directory(directory, std::chrono::milliseconds(0));
  if (!lock.is_open())
    throw Error(Kind::refused,
                "another program is just making or removing the lab in '" + directory + "'")
        .set_hint("wait for it to end, or give the lab another number");
  return lock;
}

bool are_all_gone(const std::vector<int>& pids) {
  return std::none_of(pids.begin(), pids.end(), is_alive);
}

void end_processes(const std::string& directory, const Cgroups& cgroups) {
  const auto everyone = [&] {
    std::vector<int> pids = cgroups.processes();
    for (const auto& [name, pid] : supervisors(directory)) pids.push_back(pid);
    return pids;
  };
  for (const auto& [name, pid] : supervisors(directory)) ::kill(pid, SIGTERM);
  wait_until(std::chrono::seconds(5), [&] { return are_all_gone(everyone()); });
  // More than once: a process may have been on its way into its group while we looked.
  std::vector<int> pids;
  const bool are_gone = wait_until(going, [&] {
    pids = everyone();
    if (are_all_gone(pids)) return true;
    for (const int pid : pids) ::kill(pid, SIGKILL);
    return false;
  });
  if (!are_gone)
    throw Error(Kind::failed,
                "processes of the lab do not end, the first is " + std::to_string(pids.front()));
}

void take_away(const Record& record) {
  const Cgroups cgroups = record.cgroups();
  end_processes(record.directory, cgroups);
  remove_links(record);
  if (!wait_until(going, [&] {
        cgroups.remove_all();
        return !cgroups.is_there();
      }))
    throw Error(Kind::failed, "the control groups of the lab are still busy");
  HostLimits().release(record.cgroup);
}

MachineStatus status_of(const Record& record, const Machine& machine) {
  const bool is_on = supervisors(record.directory).contains(machines_process) &&
                     is_running(record.directory, machine.name);
  const bool answers = is_on && answers_at(machine.address);
  return {machine, is_on ? Power::on : Power::off, answers};
}

}  // namespace

Status up(const Settings& settings, const Progress& progress) {
  require_programs(settings);
  Cgroups::layout();
  if (settings.is_cluster && !settings.nodes.empty()) require_cluster_host(settings.directory);
  if (const auto old = read_record(settings.directory)) refuse_other_kind(*old, settings);
  const std::string base_tree = ensure_base(settings, progress);
  const os::Descriptor lock = lock_lab(settings.directory);
  const Record record = planned(settings, base_tree);
  write_record(record);
  HostLimits().claim(record.cgroup);
  ensure_keys(record);
  os::write_file(inventory_file(record.directory), inventory_layer(record));
  ensure_bridge(record);
  if (!record.nodes.empty()) {
    progress("starting " + std::to_string(record.nodes.size()) + " nodes");
    start_missing(record);
    switch_all_on(record);
    await_answers(record, settings.deadline);
  }
  if (!record.machines.empty()) {
    progress("making " + std::to_string(record.machines.size()) + " machines, switched off");
    start_machines(record);
  }
  return status(settings.directory);
}

Status status(const std::string& directory) {
  Status status;
  const auto record = read_record(directory);
  if (!record) return status;
  status.is_there = true;
  status.has_python = record->has_python;
  status.is_cluster = record->is_cluster;
  status.bridge = record->bridge;
  status.gateway = record->gateway;
  status.key_file = key_file(directory);
  status.known_hosts_file = known_hosts_file(directory);
  status.inventory_file = inventory_file(directory);
  status.user = "ops";
  status.cgroups = Cgroups::layout();
  const std::map<std::string, int> running = supervisors(directory);
  const std::vector<bool> greeted = answers_of(record->nodes);
  for (std::size_t at = 0; at < record->nodes.size(); ++at) {
    const Node& node = record->nodes[at];
    const bool is_alive = running.contains(node.name);
    const bool is_on = is_alive && os::read_file(power_file(directory, node.name)) == "on\n";
    status.nodes.push_back({node, is_alive, is_on ? Power::on : Power::off, greeted[at]});
  }
  for (const Machine& machine : record->machines)
    status.machines.push_back(status_of(*record, machine));
  status.bmc_password_file = bmc_password_file(directory);
  return status;
}

void down(const std::string& directory, const Progress& progress) {
  if (!os::is_directory(directory)) return;
  if (::geteuid() != 0)
    throw Error(Kind::refused, "only root may take the lab down")
        .set_hint("sudo provisioner lab down" + words_for(directory));
  const os::Descriptor lock = lock_lab(directory);
  // Nothing but files is made before there is a record.
  if (auto record = read_record(directory)) {
    record->is_going = true;
    write_record(*record);
    progress("removing " + std::to_string(record->nodes.size() + record->machines.size()) +
             " nodes");
    take_away(*record);
  }
  os::remove_tree(directory);
}

void power(const std::string& directory, const std::string& name, Power wanted) {
  const auto record = read_record(directory);
  if (!record)
    throw Error(Kind::usage, "there is no lab in '" + directory + "'")
        .set_hint("provisioner lab up" + words_for(directory));
  const Node* node = record->find(name);
  if (node == nullptr) throw Error(Kind::usage, "the lab has no node '" + name + "'");
  const std::map<std::string, int> running = supervisors(directory);
  const auto found = running.find(name);
  if (found == running.end())
    throw Error(Kind::failed, name + ": its process is gone")
        .set_hint("it is made again by: provisioner lab up" + words_for(directory));
  const std::string text = wanted == Power::on ? "on\n" : "off\n";
  if (os::read_file(power_file(directory, name)) != text)
    ::kill(found->second, wanted == Power::on ? SIGUSR1 : SIGUSR2);
  if (!wait_until(going, [&] { return os::read_file(power_file(directory, name)) == text; }))
    throw Error(Kind::failed, name + ": the power is not " + (wanted == Power::on ? "on" : "off") +
                                  " after 30 s");
  if (wanted == Power::on &&
      !wait_until(going, [&] { return answers_at(node->address); }))
    throw Error(Kind::failed, name + ": it was switched on and does not answer SSH after 30 s");
}

}  // namespace provisioner::lab
