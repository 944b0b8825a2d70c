#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provisioner/engine/run/play_tree.h"
#include "provisioner/engine/run/world.h"

namespace provisioner::run {

// The handlers of a play in definition order, and which of them a notification means.
class Handlers {
 public:
  // Steps are made here, so that each handler is one step for all hosts, also where the same
  // application of a role brings it several times: then what was said of the last one counts. Tags
  // do not choose handlers.
  void add(const std::vector<std::shared_ptr<const playbook::Task>>& handlers,
           const std::string& prefix);

  // The handler of that name (the last loaded list wins, in it the first) and all that listen to
  // it. Names may hold templates over the play's variables of `host`.
  std::vector<std::shared_ptr<const Step>> find(const std::string& name, const World& world,
                                                const std::string& host) const;

  // As a flush goes through them: those that come later are not among them.
  std::shared_ptr<const std::vector<std::shared_ptr<const Step>>> steps() const;

 private:
  std::shared_ptr<Step> known_step(const playbook::Task& handler) const;

  std::vector<std::shared_ptr<Step>> steps_;
  std::vector<int> lists_;  // the list that each stands in: of one name, the last list counts
};

}  // namespace provisioner::run
