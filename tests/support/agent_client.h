#pragma once

#include <sys/types.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "provisioner/base/os/process.h"
#include "provisioner/node/wire/frame.h"
#include "provisioner/node/wire/plan.h"
#include "provisioner/node/wire/request.h"
#include "tests/support/processes.h"

namespace provisioner::tests {

// Stands for the controller's session: a real agent at the other end of two pipes. Every wait ends
// with a failure of the test after 30 seconds.
class AgentClient {
 public:
  explicit AgentClient(const std::vector<std::string>& argv);
  ~AgentClient();

  pid_t pid() const { return child_.pid(); }
  const value::Value& hello() const { return hello_; }

  void send(const wire::Frame& frame);
  void send_bytes(std::string_view bytes);
  void submit(wire::TaskNumber task, const wire::Request& request);
  void stage(const std::string& content,
             std::string digest = {});  // one blob; its SHA-256 where none is given
  void close_input();

  // The next frame of this kind and task; others are kept.
  wire::Frame await(wire::FrameKind kind, wire::TaskNumber task);
  wire::Outcome outcome(wire::TaskNumber task);
  wire::Outcome call(const wire::Request& request);  // submits under a fresh number and waits
  value::Value progress(wire::TaskNumber task);
  value::Value refusal();
  int end();  // waits for its end, after the input was closed

 private:
  os::Child child_;
  wire::FrameReader reader_;
  std::deque<wire::Frame> kept_;
  value::Value hello_;
  wire::TaskNumber last_task_ = 1000;
};

wire::Request request_of(const std::string& module, value::Dict arguments);
std::string text_of(const wire::Outcome& outcome, std::string_view key);  // "" where there is none

}  // namespace provisioner::tests
