// The order in which hosts meet.

#include "provisioner/engine/run/linear.h"

#include <algorithm>

#include "provisioner/base/base/error.h"

namespace provisioner::run {

Linear::Linear(std::shared_ptr<const Blocks> play, const std::vector<std::string>& hosts) {
  for (const auto& block : *play)
    each_step(*block,
              [this](const std::shared_ptr<const Step>& step) { order_.push_back(step.get()); });
  for (const std::string& host : hosts) cursors_.emplace(host, HostCursor(play));
}

Round Linear::next(const std::vector<std::string>& hosts) {
  if (in_handlers_) {
    Round round = next_handlers(hosts);
    if (round.step) return round;
    in_handlers_ = false;
  }
  std::map<const Step*, std::shared_ptr<const Step>> waiting;
  for (const std::string& host : hosts)
    if (auto step = cursors_.at(host).next()) waiting.emplace(step.get(), step);
  if (waiting.empty()) return {};

  Round round{next_in_order(waiting), {}};
  for (const std::string& host : hosts) {
    HostCursor& cursor = cursors_.at(host);
    if (cursor.next() != round.step) continue;
    cursor.take();
    round.hosts.push_back(host);
  }
  // Hosts that meet at a flush run their handlers before anybody goes on with tasks.
  in_handlers_ = is_meta(*round.step->task, "flush_handlers");
  return round;
}

// In a flush, hosts keep step by the place of their handler in the list.
Round Linear::next_handlers(const std::vector<std::string>& hosts) {
  Round round;
  std::size_t lowest = 0;
  for (const std::string& host : hosts) {
    HostCursor& cursor = cursors_.at(host);
    const auto step = cursor.next();
    if (!step || !cursor.is_in_handlers()) continue;
    if (!round.step || cursor.handler_index() < lowest) {
      round.step = step;
      lowest = cursor.handler_index();
    }
  }
  if (!round.step) return round;
  for (const std::string& host : hosts) {
    HostCursor& cursor = cursors_.at(host);
    if (cursor.next() != round.step || !cursor.is_in_handlers()) continue;
    cursor.take();
    round.hosts.push_back(host);
  }
  return round;
}

// The first step behind the last round's that some host waits at; from the start again where hosts
// fell back (errors were cleared).
std::shared_ptr<const Step> Linear::next_in_order(
    const std::map<const Step*, std::shared_ptr<const Step>>& waiting) {
  for (int pass = 0; pass < 2; ++pass) {
    for (; place_ < order_.size(); ++place_) {
      const auto found = waiting.find(order_[place_]);
      if (found == waiting.end()) continue;
      ++place_;
      return found->second;
    }
    place_ = 0;
  }
  throw base::Error(base::Kind::bug, "a host waits at a step that is not in the play's order");
}

void Linear::add_steps(const Blocks& included) {
  std::vector<const Step*> steps;
  for (const auto& group : included)
    each_step(*group,
              [&](const std::shared_ptr<const Step>& step) { steps.push_back(step.get()); });
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(place_), steps.begin(), steps.end());
}

}  // namespace provisioner::run
