#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::hardware {

// What a burn-in measured of a machine: the fact `burnin`, typed. A part that was not loaded, or
// was told in another form, is empty. Speeds are MiB/s; `day` is "2026-11-29".
struct Burnin {
  struct Memory {
    std::string day;
    std::int64_t mib = 0, speed = 0, errors = 0, wrong_bits = 0;
  };
  struct Processors {
    std::string day, wrong_cores;                       // "3, 17"
    std::int64_t rate = 0, slowest = 0, slowest_core = 0;  // million operations a second
    std::int64_t errors = 0;
  };
  struct Disk {
    std::string day, name, wwn, serial, problem;
    std::int64_t speed = 0, reads = 0, worst_ms = 0, errors = 0;  // reads a second, of 4 KiB
    bool is_stuck = false;
  };
  struct Line {  // to one other node
    std::string day, with;
    std::int64_t sent = 0, received = 0, retransmits = 0;
  };
  std::optional<Memory> memory;
  std::optional<Processors> processors;
  std::vector<Disk> disks;
  std::vector<Line> lines;

  // The fastest of its lines: with whom a slow one is at the other end says nothing of this node.
  std::int64_t best_sent() const, best_received() const;
};

Burnin read_burnin(const value::Value& facts);

// Not so only where both tell a serial number, and they differ.
bool is_same_machine(const value::Value& facts, const value::Value& former);

// `facts`, with those parts of a burn-in that only `former` tells of. Nothing of it where that
// was another machine.
value::Value with_former_burnin(const value::Value& facts, const value::Value& former);

}  // namespace provisioner::hardware
