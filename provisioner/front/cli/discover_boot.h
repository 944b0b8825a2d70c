#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/departure.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

// How silent nodes are looked at from the RAM disk, which takes them away.
struct LookWish {
  std::string images;
  Departure departure;
  bool is_sure = false;  // also nodes that are at work, or may be
};

// Nodes that are to be restarted for a look at their hardware, as guarded as those of a re-image.
class Look {
 public:
  // Of nodes that cannot be booted at all `problems` says why.
  Look(const RunWords& words, const std::vector<NamedNode>& nodes, LookWish wish,
       std::map<std::string, std::string>& problems);

  // False where a group or somebody's work speaks against it, which is told. Asks the BMCs for
  // their machines' power, at most half a minute each: those that do not answer for their node are
  // problems, and are left alone. At a terminal it is asked whether nodes that work are meant, or
  // may work since their power is on, and how many, where they are many. Throws
  // Error(usage, refused) where that was not said, or is not so.
  bool may_begin(std::map<std::string, std::string>& problems);

  // Restarts them, all at once; the groups are asked once more before each. Of those that told
  // nothing `problems` says why.
  void begin(std::map<std::string, std::string>& problems);

 private:
  bool is_allowed();
  std::vector<std::string> ask_bmcs(std::map<std::string, std::string>& problems);

  ReimageGuards guards_;
  std::vector<NamedNode> nodes_;
  LookWish wish_;
};

}  // namespace provisioner::cli
