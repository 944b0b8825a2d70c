#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/value/value.h"

namespace provisioner::wire {

// Another user to be. An empty user means: stay who logged in. The password goes to sudo or su
// through a pipe.
struct Become {
  std::string user;
  std::string method = "sudo";     // sudo, su
  std::vector<std::string> flags;  // empty: the method's own defaults ("-H -S -n" for sudo)
  std::string executable;          // empty: `method`
  base::Secret password;           // never in `operator==`, never in a log

  bool is_wanted() const { return !user.empty(); }
};

// One module call for one task on one node.
struct Request {
  std::string module;      // canonical short name: "copy"
  value::Value arguments;  // checked and typed by the controller
  bool check = false;      // plan only, change nothing
  bool diff = false;       // send the differences
  Become become;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> blobs;  // SHA-256 (hex) of contents the arguments name; sent before
  std::chrono::milliseconds deadline{0};  // 0: none of its own
  // The number of the lock that the run holds, and who counts these numbers (the store's id and the
  // node's name): the agent refuses one below the highest it saw of the same authority. Without an
  // authority no number is looked at.
  std::uint64_t fence = 0;
  std::string authority;
};

value::Value to_value(const Request& request);
Request request_from(const value::Value& value);

}  // namespace provisioner::wire
