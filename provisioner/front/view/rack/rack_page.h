#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace provisioner::view {

// A node where it stands.
struct RackNode {
  std::string name, rack;
  std::int64_t unit = 0;    // the lowest; 0: not known
  std::int64_t height = 1;  // units
  std::string seen;         // when, and by what
  bool is_checked = false;
};

// A difference, of one node or of several.
struct RackFinding {
  std::vector<std::string> nodes;
  std::string part, is, should, because;
  bool is_error = false;  // else only its peers are different
};

struct RackPage {
  std::chrono::system_clock::time_point time;
  std::string summary;
  std::vector<RackNode> nodes;
  std::vector<RackFinding> findings;
};

// The racks as one HTML page that needs nothing else: a picture, each node marked by colour, sign
// and words, and below it what differs. All text is escaped; nothing is fetched, nothing runs; it
// reads by day, in the dark and on paper.
void write_rack_page(std::ostream& out, const RackPage& page);

}  // namespace provisioner::view
