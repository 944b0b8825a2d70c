#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace provisioner::run {

// The locks that a run holds. Agents refuse a number below the highest that they have seen of the
// same authority.
struct Fence {
  std::uint64_t number = 0;     // 0: no locks
  std::string authority;        // who counts: the store's id
  std::set<std::string> nodes;  // that are held
};

}  // namespace provisioner::run
