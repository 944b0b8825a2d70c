#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/machine/lab/machines/machine.h"
#include "provisioner/machine/lab/machines/site_services.h"

namespace provisioner::lab {

// One machine of the lab, as the inventory says it.
struct Node {
  std::string name;     // "n01"; its host name too
  std::string address;  // "10.79.0.11", in the bridge's network
};

// Where a lab lies and what it is made of. Two labs on one machine need two directories, bridges
// and networks.
struct Settings {
  std::string directory;        // keys, record, nodes; removed by down()
  std::string cache_directory;  // bases; kept for the next lab
  std::string definition;       // folder with the base's definition (images/lab)
  std::string bridge = "provlab0";
  std::string gateway = "10.79.0.1/24";  // the controller's own address on the bridge
  int number = 0;
  std::vector<Node> nodes;
  std::vector<Machine> machines;
  SiteServices services;               // what the machines find at their site
  bool has_python = false;             // nodes with Python, for ansible-playbook as the oracle
  bool is_cluster = false;             // nodes that can run containers: a real kubelet
  std::chrono::seconds deadline{120};  // for all nodes to answer SSH
};

// Labs of one machine have numbers and share nothing but the base: number 0 is 10.79.0.0/24 on
// bridge provlab0, in /var/lib/provisioner/lab; number 7 is 10.79.7.0/24 on provlab7, in
// /var/lib/provisioner/lab-7. Their nodes are n01 (.11) and on. Throws Error(usage) beyond the
// bounds.
constexpr int most_number = 255;
constexpr int most_nodes = 200;
Settings standard_settings(int number, int nodes);
std::string standard_directory(int number = 0);
std::string number_words(int number);    // that choose it on the command line: " --number 7"
std::string standard_cache_directory();  // /var/cache/provisioner/lab
std::string standard_definition();  // images/lab beside the program's sources; throws Error(failed)

enum class Power : std::uint8_t { on, off };

struct NodeStatus {
  Node node;
  bool is_alive = false;  // its supervisor runs
  Power power = Power::off;
  bool answers = false;  // an SSH server greets us
};

struct MachineStatus {
  Machine machine;
  Power power = Power::off;
  bool answers = false;
};

struct Status {
  bool is_there = false;
  bool has_python = false, is_cluster = false;
  std::string bridge, gateway;
  std::string key_file, known_hosts_file, user;
  std::string inventory_file;  // the layer that says how this very lab is reached
  std::string cgroups;         // which layout was found and used: "hybrid", "unified"
  std::string bmc_password_file;
  std::vector<NodeStatus> nodes;
  std::vector<MachineStatus> machines;
};

// Told what goes on, in words for a person.
using Progress = std::function<void(const std::string& text)>;

// Makes the lab, or what is missing of it, and returns when every node answers SSH. Each thing is
// recorded before it is made, so that down() finds it whatever happened. Refuses a bridge or a
// network that somebody else uses, and a lab that another program is just changing. Needs root.
// Throws Error(failed, refused).
Status up(const Settings& settings, const Progress& progress);

// What is there now; asks the kernel and the nodes, not the record alone.
Status status(const std::string& directory);

// Removes everything the lab has made but the cache: processes, namespaces, links, mounts, cgroups,
// files. Fine to call where there is nothing. Throws Error(failed) that names what would not go.
void down(const std::string& directory, const Progress& progress);

// Switches one node; returns when it is so. Off is an orderly shutdown, and the plug after 20 s.
void power(const std::string& directory, const std::string& node, Power power);

// What keeps a lab's virtual machines: libvirtd, a BMC each, and who starts them again when they
// want to boot anew. `lab keep-machines` calls it in the machines' own process; nobody else does.
void keep_machines(const std::string& directory);

// What the virtual BMC of a machine asks of its chassis ("get power", "set boot pxe"), and the
// answer. Throws Error(usage, failed).
std::string answer_chassis(const std::string& directory, const std::string& machine,
                           const std::vector<std::string>& order);

// The body of a node's own process: its disk, network and power switch. Returns when the node is
// taken away. `lab supervise` calls it in namespaces of its own; nobody else does.
void supervise(const std::string& directory, const std::string& node);

}  // namespace provisioner::lab
