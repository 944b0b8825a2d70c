#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::cli {

// What is to be loaded, and for how long.
struct BurninWish {
  std::chrono::seconds time{10};  // of each part
  std::set<std::string> parts;    // "memory", "cpu", "disk", "network"
  std::int64_t memory_percent = 0;  // of what is available; 0: as the node finds good
  std::size_t rounds = 3;           // of the network: how many others each node meets
  std::uint16_t port = 7913;        // where nodes wait for each other
};

// Looks at all that is there, then loads memory, processors and disks, each as a task of the part's
// name.
value::Value burnin_play(const BurninWish& wish);

// Two nodes that measure what lies between them.
struct MeetingEnd {
  std::string node, address;
};
struct Meeting {
  MeetingEnd listening, calling;
};

// Meetings that take place at the same time, `at_once` at most: all pairs of a round, or some of
// them. None where not even one may.
std::vector<std::vector<Meeting>> meetings_of(const std::vector<MeetingEnd>& nodes,
                                              std::size_t rounds, std::size_t at_once);

// A play for each of them, with one task named by its number.
value::Value meeting_plays(const BurninWish& wish,
                           const std::vector<std::vector<Meeting>>& meetings);

// How long a task of one part may take before it is stopped.
std::chrono::seconds task_bound(const BurninWish& wish);

}  // namespace provisioner::cli
