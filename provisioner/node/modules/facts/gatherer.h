#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::modules::facts {

// What the user of the facts may choose.
struct Request {
  std::string fact_path = "/etc/ansible/facts.d";
  std::chrono::seconds timeout{10};
};

// What a gatherer gives: facts by their names without "ansible_", and what the user should be
// warned of.
struct Findings {
  value::Dict facts;
  std::vector<std::string> warnings;
};

// One subject of a node. Gatherers do not depend on each other's facts: `needs` names those whose
// facts come along, as Ansible's users expect of a subset.
struct Gatherer {
  std::string_view name;
  std::vector<std::string_view> aliases;  // other words of gather_subset that mean it
  std::vector<std::string_view> needs;
  bool is_minimal;
  Findings (*gather)(const host::HostView& view,
                     const Request& request);  // null: known by name only
  bool is_our_own = false;                     // not Ansible's: only where it is asked for by name
};

std::span<const Gatherer> gatherers();

// The gatherers that a list of gather_subset words asks for, in the table's order. Throws
// Error(input) for a word that nobody knows.
std::vector<const Gatherer*> chosen(const std::vector<std::string>& subset);

// A file of /proc, /sys or /etc as a gatherer reads it: what cannot be read is not there.
std::optional<std::string> readable(const host::HostView& view, const std::string& path);
std::optional<std::string> first_line(const host::HostView& view, const std::string& path);
std::vector<std::string> names_in(const host::HostView& view, const std::string& directory);

Findings platform(const host::HostView& view, const Request& request);
Findings distribution(const host::HostView& view, const Request& request);
Findings lsb(const host::HostView& view, const Request& request);
Findings package_manager(const host::HostView& view, const Request& request);
Findings service_manager(const host::HostView& view, const Request& request);
Findings user(const host::HostView& view, const Request& request);
Findings environment(const host::HostView& view, const Request& request);
Findings date_time(const host::HostView& view, const Request& request);
Findings dns(const host::HostView& view, const Request& request);
Findings command_line(const host::HostView& view, const Request& request);
Findings ssh_host_keys(const host::HostView& view, const Request& request);
Findings selinux(const host::HostView& view, const Request& request);
Findings apparmor(const host::HostView& view, const Request& request);
Findings fips(const host::HostView& view, const Request& request);
Findings capabilities(const host::HostView& view, const Request& request);
Findings chroot(const host::HostView& view, const Request& request);
Findings load_average(const host::HostView& view, const Request& request);
Findings virtualization(const host::HostView& view, const Request& request);
Findings network(const host::HostView& view, const Request& request);
Findings hardware(const host::HostView& view, const Request& request);
Findings iscsi(const host::HostView& view, const Request& request);
Findings nvme(const host::HostView& view, const Request& request);
Findings fibre_channel(const host::HostView& view, const Request& request);
Findings local(const host::HostView& view, const Request& request);
Findings disks(const host::HostView& view, const Request& request);
Findings parts(const host::HostView& view, const Request& request);
Findings lldp(const host::HostView& view, const Request& request);

// The parts of `hardware`.
value::Dict processor(const host::HostView& view);
value::Dict memory(const host::HostView& view);
value::Dict firmware(const host::HostView& view);
value::Dict mounts(const host::HostView& view);
value::Dict devices(const host::HostView& view);
value::Dict logical_volumes(const host::HostView& view);

// ID, VERSION_ID ... of /etc/os-release.
std::vector<std::pair<std::string, std::string>> os_release(const host::HostView& view);
// The node's full name, as Python's socket.getfqdn: its address's first name with a dot.
std::string full_name(const host::HostView& view, const std::string& node_name);
// "Debian", "RedHat" ...: the family of a distribution, or the distribution itself.
std::string family_of(const std::string& distribution);

}  // namespace provisioner::modules::facts
