#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/language/inventory/effective_node.h"

namespace provisioner::hardware {

// So many disks of one kind; what is not given may be anything.
struct DiskKind {
  std::int64_t count = 1;
  std::optional<std::int64_t> size_gb;  // 10^9 bytes, as on the label
  std::optional<bool> is_rotational;
  std::string transport;  // "sas", "sata", "nvme"
};

// So many links that are up, each with at least this speed.
struct LinkKind {
  std::int64_t count = 1, speed = 0;  // Mbit/s
};

// What each node of a kind must be made of: hardware/NAME.yml (docs/manual-hardware.md).
struct Spec {
  using Firmware = inventory::Hardware::Firmware;

  std::string name, vendor, model;
  std::int64_t version = 0;
  std::int64_t height = 1;  // rack units
  std::optional<std::int64_t> sockets, cores_per_socket, threads_per_core, clock_mhz, memory_gib;
  std::optional<std::int64_t> dimms, dimm_gib, dimm_speed;  // how many; GiB and MT/s of each
  std::vector<DiskKind> disks;
  std::vector<LinkKind> links;
  std::optional<Firmware> firmware;
  std::vector<std::string> bios_versions;  // one of these, where any is given
  std::string bios_minimum;
};

// All that is wrong goes into `diagnostics`, with its place. Throws Error(input) where the file is
// not there.
Spec read_spec(const std::string& path, base::Diagnostics& diagnostics);

// Where hardware/NAME.yml lies for a name that is written at `from`: beside that file, or in one of
// the three folders above. JSON knows no places: then it is sought from the inventory's `folder`.
// Throws Error(input) at `from` that names those that there are.
std::string spec_path(const std::string& name, const base::Pos& from, std::string folder);

// Whether version "2.9.4" is older than "2.19.1": numbers count as numbers.
bool is_older(const std::string& version, const std::string& than);

}  // namespace provisioner::hardware
