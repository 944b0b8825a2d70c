#pragma once

#include <map>
#include <string>

#include "provisioner/base/store/event.h"

namespace provisioner::cli {

// How tasks ended that have names of their own, by node and name.
class TaskEnds : public store::EventSink {
 public:
  void take(const store::Event& event) override;

  const store::Event* of(const std::string& node, const std::string& task) const;  // or nullptr

 private:
  std::map<std::string, std::string> names_;  // by the task's identity
  std::map<std::string, std::map<std::string, store::Event>> ends_;
};

}  // namespace provisioner::cli
