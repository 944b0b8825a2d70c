#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/base/base/error.h"

namespace provisioner::inventory {

// One mistake in a node key.
struct Finding {
  std::string rule;  // which check says so: one rule at one place is one mistake
  std::string message;
  base::Pos pos;
  std::string hint = {};
  std::vector<base::Error::Line> context = {};
  bool is_secret = false;  // the line is not shown
};

// Mistakes in node keys. What many hosts have from one line is told once, with their names.
class NodeFindings {
 public:
  // The host that what follows is about; none before the first call.
  void begin_host(std::string name, base::Pos pos);

  void add(Finding finding);
  void report(base::Diagnostics& diagnostics) const;

 private:
  struct Kept {
    Finding finding;
    std::vector<std::string> hosts;  // empty: of a layer as it was written
    base::Pos host_pos;              // of the first
  };
  static base::Error error_of(const Kept& kept);

  std::string host_;
  base::Pos host_pos_;
  std::map<std::pair<base::Pos, std::string>, Kept> kept_;
};

}  // namespace provisioner::inventory
