#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <variant>

#include "provisioner/engine/transport/agent_channel.h"
#include "provisioner/engine/transport/jump.h"

namespace provisioner::transport {

using Slots = std::counting_semaphore<1024>;

// What all sessions of a run share.
struct SessionParts {
  Connections::Options options;
  HostKeyPolicy& host_keys;
  ArrivalSink sink;
  SendPermit may_send;
  Jumps jumps;
  Slots handshakes;
};

// One endpoint: a thread that connects when there is something to do, and serves what is handed to
// it.
class Session {
 public:
  struct Work {
    wire::TaskNumber task = 0;
    Access access;
    struct Call {
      wire::Request request;
      std::vector<Blob> blobs;
    };
    struct Raw {
      std::string command;
      wire::Become become;
      std::chrono::milliseconds deadline;
    };
    struct Cancel {};
    struct Reset {};
    std::variant<Call, Raw, Cancel, Reset> what;

    bool is_task() const { return what.index() < 2; }
  };

  Session(Endpoint endpoint, SessionParts& parts);
  ~Session();

  void hand_over(Work work);  // any thread
  void end();                 // begins to end; the destructor waits for it

 private:
  struct RawCommand {
    std::unique_ptr<Stream> stream;
    std::string out, errors, prompt;
    os::Instant deadline;
    Work::Raw raw;
    bool was_asked = false;
  };

  void serve();
  std::deque<Work> take_work();
  void begin(Work work);
  void begin_raw(Work& work);
  AgentChannel::Settings agent_settings() const;
  void connect(const Access& access);
  void connect_by_program(const Access& access, const SshSettings& settings);
  void connect_by_library(const Access& access, const SshSettings& settings);
  void pump();
  void pump_raw();
  bool is_over(wire::TaskNumber task, RawCommand& command);
  static void answer_prompt(RawCommand& command);
  decltype(Arrival::content) ending_of(RawCommand& command, bool goes_on) const;
  void drop_link(const base::Error& error);
  void wait();
  std::string node() const { return node_.empty() ? endpoint_.address : node_; }

  Endpoint endpoint_;
  SessionParts& parts_;
  std::string node_;

  std::mutex mutex_;
  std::deque<Work> work_;
  os::Descriptor bell_;
  std::atomic<bool> is_ending_ = false;
  Abandon abandon_;

  // Streams go before their link, the link before the way through a jump host.
  std::shared_ptr<Jump> jump_;
  std::unique_ptr<Link> link_;
  std::unique_ptr<AgentChannel> agent_;
  std::map<wire::TaskNumber, RawCommand> raws_;
  std::thread thread_;
};

}  // namespace provisioner::transport
