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
  // Steps are made here, so that each handler is one step for all hosts. Tags do not choose
  // handlers.
  void add(const std::vector<std::shared_ptr<const playbook::Task>>& handlers,
           const std::string& prefix);

  // The handler of that name (the last loaded list wins, in it the first) and all that listen to
  // it. Names may hold templates over the play's variables of `host`.
  std::vector<std::shared_ptr<const Step>> find(const std::string& name, const World& world,
                                                const std::string& host) const;

  const std::vector<std::shared_ptr<const Step>>& steps() const { return steps_; }

 private:
  std::vector<std::shared_ptr<const Step>> steps_;
};

}  // namespace provisioner::run
