#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "provisioner/engine/run/host_cursor.h"

namespace provisioner::run {

// One task instance and the hosts whose turn it is.
struct Round {
  std::shared_ptr<const Step> step;
  std::vector<std::string> hosts;
};

// The strategy `linear`: all hosts meet at each step, in the order the play is written; hosts that
// are elsewhere (in a rescue, past a failure) wait for their own step. Pure.
class Linear {
 public:
  Linear(std::shared_ptr<const Blocks> play, const std::vector<std::string>& hosts);

  HostCursor& cursor(const std::string& host) { return cursors_.at(host); }

  // The next round over `hosts` (those still taking part, in order), each host's step already
  // taken; an empty round (no step) when all are through.
  Round next(const std::vector<std::string>& hosts);

  // Blocks that includes brought; they stand behind the step of the last round.
  void add_steps(const Blocks& included);

 private:
  Round next_handlers(const std::vector<std::string>& hosts);
  std::shared_ptr<const Step> next_in_order(
      const std::map<const Step*, std::shared_ptr<const Step>>& waiting);

  std::map<std::string, HostCursor> cursors_;
  std::vector<const Step*> order_;
  std::size_t place_ = 0;  // in `order_`, behind the step of the last round
  bool in_handlers_ = false;
};

}  // namespace provisioner::run
