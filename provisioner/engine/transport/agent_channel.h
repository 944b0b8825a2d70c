#pragma once

#include <map>
#include <memory>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/engine/transport/link.h"
#include "provisioner/engine/transport/outbox.h"

namespace provisioner::transport {

// An agent on a node, over one stream: brought there if need be, spoken to in frames, asked now and
// then whether it is still there.
class AgentChannel {
 public:
  struct Settings {
    std::string node;
    std::string agent_path;
    std::chrono::seconds keepalive, start;
  };

  AgentChannel(Link& link, Settings settings, ArrivalSink& sink, SendPermit& may_send);

  void submit(wire::TaskNumber task, const wire::Request& request, const std::vector<Blob>& blobs);
  void cancel(wire::TaskNumber task);
  void say_goodbye();

  // Reads, writes and looks at deadlines. Throws Error(unreachable) when it is over with the agent.
  void pump();

  // After an end: what became of the tasks that were under way.
  void lose_all(const base::Error& error);

 private:
  enum class Stage : std::uint8_t { starting, delivering, greeting, ready };

  void read_beginning();
  void take_line(const std::string& line);
  void take(const wire::Frame& frame);
  void keep_alive();
  base::Error explain_end() const;
  base::Error explain_delay() const;

  const Link& link_;
  Settings settings_;
  ArrivalSink& sink_;
  SendPermit& may_send_;
  std::unique_ptr<Stream> stream_;
  Stage stage_ = Stage::starting;
  std::string marker_, text_, errors_, tried_;
  wire::FrameReader reader_;
  Outbox delivery_, requests_;
  std::map<wire::TaskNumber, bool> tasks_;  // true: it went out, so it may have run
  os::Instant deadline_, last_heard_, last_asked_;
  int unanswered_ = 0;
};

// The run ends at once: the node is asked nothing more.
base::Error stopped(const std::string& node);

}  // namespace provisioner::transport
