#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "provisioner/engine/action/action.h"
#include "provisioner/node/modules/module.h"
#include "tests/support/fake_host.h"
#include "tests/support/plain_surroundings.h"

namespace provisioner::action {

// Time that moves only when somebody waits.
class HandClock : public os::Clock {
 public:
  os::Instant now() const override { return now_; }
  std::chrono::system_clock::time_point wall() const override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  }
  void pass(std::chrono::milliseconds time) { now_ += time; }

 private:
  os::Instant now_;
};

class PlainScope : public jinja::Scope {
 public:
  value::Dict variables;

  std::optional<value::Value> variable(const std::string& name) override {
    const value::Value* found = variables.find(name);
    return found == nullptr ? std::nullopt : std::optional<value::Value>(*found);
  }
  const value::Value* raw(const std::string& name) override { return variables.find(name); }
  std::vector<std::string> names() override { return {}; }
  std::optional<value::Value> host_variable(const std::string&, const std::string&) override {
    return std::nullopt;
  }
  std::vector<std::string> host_names() override { return {}; }
  std::vector<std::string> host_variable_names(const std::string&) override { return {}; }
};

// A run of one task on one node in memory: requests of the controller half are answered by the real
// node halves.
struct Act {
  support::FakeHost node;
  PlainScope scope;
  HandClock clock;
  bool check = false, diff = false;
  int verbosity = 0;
  std::vector<std::string> folders;  // of the controller, where files are looked for

  // What was asked of the node, in order: "copy", "copy?" (look only), "raw:COMMAND", "pause:MS",
  // "reset", "leave", "back".
  std::vector<std::string> asked;
  std::size_t bytes_sent = 0;
  std::function<wire::Outcome(const std::string& command)> on_raw;
  // Answers instead of the node where it wants to: lost links, reboots.
  std::function<std::optional<Reply>(const CallModule& call)> on_call;
  // Whether the node may go down; it may, where nobody says.
  std::function<Reply()> on_leave;

  Result run(const std::string& module, value::Dict arguments);

 private:
  Reply answer(const Request& request);
  Reply call(const CallModule& request);
};

}  // namespace provisioner::action
