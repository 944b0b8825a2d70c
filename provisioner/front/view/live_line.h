#pragma once

#include <map>
#include <set>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/event.h"

namespace provisioner::view {

// What a run waits for, for the last line of a terminal:
// "17/20 hosts · install packages · waiting for n04 (apt-get), n[07-08] · 1:45".
class LiveLine {
 public:
  explicit LiveLine(const os::Clock& clock) : clock_(clock), begun_(clock.now()) {}

  void take(const store::Event& event);
  std::string text() const;  // "" while all goes quickly, and between tasks

 private:
  std::string waiting_for() const;

  const os::Clock& clock_;
  os::Instant begun_;
  os::Instant task_begun_;
  std::string task_;
  std::size_t hosts_ = 0;
  std::set<std::string> waiting_;             // hosts without a result yet
  std::map<std::string, std::string> doing_;  // what slow hosts say they do
};

}  // namespace provisioner::view
