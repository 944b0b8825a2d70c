#pragma once

#include <chrono>

#include "provisioner/base/os/clock.h"
#include "provisioner/machine/reimage/guards.h"

namespace provisioner::reimage {

// What members answered last, for so long as it counts, so that nodes which begin together ask
// together. A decision gets the answers of one asking: where one is missing or too old, all that it
// needs is asked again. One thread.
class KeptAnswers : public GroupProbe {
 public:
  // Age counts from when the asking ended.
  KeptAnswers(GroupProbe& asked, const os::Clock& clock, std::chrono::seconds good_for)
      : asked_(asked), clock_(clock), good_for_(good_for) {}

  Answers ask(const std::vector<Question>& questions) override;
  void forget() { answers_.clear(); }

 private:
  bool is_known(const std::vector<Question>& questions) const;

  GroupProbe& asked_;
  const os::Clock& clock_;
  std::chrono::seconds good_for_;
  os::Instant time_ = {};
  Answers answers_;
};

}  // namespace provisioner::reimage
