#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// The members of the node keys, as schema.h names them. A text that is not given is empty, a number
// or a choice that is not given nullopt.
struct Hardware {
  enum class Firmware : std::uint8_t { uefi, bios };

  std::string spec;    // the name of a specification (machine/hardware)
  base::Pos spec_pos;  // where that is written
  std::string vendor, model, serial, asset_tag, rack;
  std::optional<std::int64_t> unit, sockets, cores_per_socket, clock_mhz, memory_gib;
  std::optional<Firmware> firmware;
};

struct Bmc {
  std::string address;  // a URL, its scheme chooses the driver
  std::string network, mac, user;
  base::Secret password;
  std::string password_file;  // read by who logs in, when he does
  bool verify_certificate = true;
  std::string pinned_key;  // "sha256//BASE64" of the public key it must show
};

// Told from others by serial, WWN or slot, never by the kernel's name.
struct Disk {
  enum class Type : std::uint8_t { sas, sata, nvme };
  enum class Use : std::uint8_t { system, data, journal, spare };

  std::string name, serial, wwn;
  std::optional<std::int64_t> size_gb, rpm, slot;
  std::optional<Type> type;
  std::optional<Use> use;
};

// How it gets its system from the network. What is empty is chosen by whoever deploys.
struct Deploy {
  enum class Layout : std::uint8_t { single, mirror };

  std::string image;
  Layout layout = Layout::single;
  std::int64_t cache_gib = 0;    // of a partition for images of containers; 0: none
  std::string interface;         // that boots; the first with a MAC where it is empty
  std::string address, gateway;  // while it boots: "10.21.0.11/24"
  std::string kernel_arguments;  // of the RAM disk: "console=ttyS0,115200n8"
};

struct NamedNetwork {
  std::string name, subnet, gateway;
  std::optional<std::int64_t> vlan, mtu;
};

// What interfaces, bonds and VLANs have in common.
struct Link {
  std::string name, network, gateway;
  std::vector<std::string> addresses;  // with their prefixes
  std::optional<std::int64_t> mtu;
  bool has_dhcp = false;
};

struct Interface : Link {
  std::string mac;
  std::string switch_name, port;  // where its cable leads to
};

struct Bond : Link {
  std::vector<std::string> members;
  std::string mode, hash_policy, lacp_rate;
  std::optional<std::int64_t> mii_ms;
};

struct Vlan : Link {
  std::int64_t id = 0;
  std::string link;
};

struct Route {
  std::string to, via, device;
  std::optional<std::int64_t> metric;
};

struct NodeNetwork {
  std::string hostname, domain;
  std::vector<Interface> interfaces;
  std::vector<Bond> bonds;
  std::vector<Vlan> vlans;
  std::vector<Route> routes;
  std::vector<std::string> name_servers, search_domains;
};

struct Mount {
  enum class State : std::uint8_t { mounted, present, absent };

  std::string path, type, source, options;
  State state = State::mounted;
  bool is_read_only = false;
};

// What the kernel of a lab lacks: tasks tagged needs_CAPABILITY are left out there.
struct MissingCapability {
  std::string capability, because;
};

// What `lab up --machines` makes of the machine.
struct VirtualSize {
  int memory_mib = 512, processors = 1;
};

// One machine as the rooms for machines see it: the layers merged (node_values.h), every template
// evaluated. Playbooks see the variables as Ansible has them.
struct Node {
  std::string name;
  base::Pos pos;
  Hardware hardware;
  std::optional<Bmc> bmc;
  std::vector<Disk> disks;
  Deploy deploy;
  std::vector<std::string> roles;
  std::vector<NamedNetwork> networks;
  NodeNetwork network;
  std::vector<Mount> mounts;
  std::string gpfs_cluster, gpfs_file_system;
  std::vector<MissingCapability> cannot;
  VirtualSize virtual_size;
};

// Throws Error(usage) for a host that is not there, Error(input) for a template that cannot be
// evaluated and a value of the wrong type.
Node effective_node(const Inventory& inventory, const jinja::Templar& templar,
                    const std::string& host);

// The entries of `lab.cannot`, from an evaluated `lab`; a plain word is an entry without a reason.
std::vector<MissingCapability> missing_capabilities(const value::Value& lab);

}  // namespace provisioner::inventory
