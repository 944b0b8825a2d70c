#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace provisioner::hardware {

// Who says how it should be, from the strongest to the weakest.
enum class Because : std::uint8_t { spec, inventory, cabling, burnin, peers };
std::string_view name_of(Because because);

// One difference between what a node is and what it should be.
struct Finding {
  std::string node;
  std::string part;  // "memory", "disk data", "link eno1", "cable eno1"
  std::string is, should;
  Because because = Because::spec;
  std::vector<std::string> others = {};  // nodes of the same difference, as in a swap

  // What the inventory says must hold, and no burn-in may go wrong; what only the peers are is a
  // warning.
  bool is_error() const { return because != Because::peers; }
  std::vector<std::string> nodes() const;  // all that it is about
  bool is_about(const std::string& name) const;
};

// The differences of one node, as they are found. One aspect of a part is judged once: by whoever
// comes first. All differences of a part become one finding.
class Differences {
 public:
  // Whether nobody has judged this aspect yet; from now on somebody has.
  bool judge(const std::string& part, const std::string& aspect) {
    return judged_.emplace(part, aspect).second;
  }
  bool is_judged(const std::string& part, const std::string& aspect) const {
    return judged_.contains({part, aspect});
  }

  void add(const std::string& part, std::string is, std::string should, Because because);
  bool has(const std::string& part) const;

  std::vector<Finding> of_node(const std::string& node) const;

 private:
  std::set<std::pair<std::string, std::string>> judged_;
  std::vector<Finding> parts_;
};

}  // namespace provisioner::hardware
