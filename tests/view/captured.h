#pragma once

#include <string>

#include "provisioner/base/os/clock.h"

namespace provisioner::view {

// A file without a name that takes what a view prints.
class Captured {
 public:
  Captured();
  ~Captured();
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;

  int descriptor() const { return descriptor_; }
  std::string text() const;

 private:
  int descriptor_;
};

// A variable of the environment for the length of a test; nullptr takes it away.
class Environment {
 public:
  Environment(const char* name, const char* value);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string before_;
  bool was_set_;
};

// Time that stands still until it is moved.
class StillClock : public os::Clock {
 public:
  os::Instant now() const override { return now_; }
  std::chrono::system_clock::time_point wall() const override { return {}; }
  void pass(std::chrono::milliseconds time) { now_ += time; }

 private:
  os::Instant now_{std::chrono::hours(1)};
};

}  // namespace provisioner::view
