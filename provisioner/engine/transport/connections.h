#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/node/wire/frame.h"
#include "provisioner/node/wire/plan.h"
#include "provisioner/node/wire/request.h"

namespace provisioner::transport {

// Where a session goes. Delegations to the same endpoint share one session. Not an inventory host:
// two names may mean one endpoint.
struct Endpoint {
  enum class Kind : std::uint8_t { local, ssh };
  Kind kind = Kind::ssh;
  std::string address;  // as given; resolved when connecting
  int port = 0;         // 0: as the ssh configuration says, else 22
  std::string user;     // empty: as the ssh configuration says, else our own
  std::string jump;     // "user@bastion:22,..." ; empty: none
  auto operator<=>(const Endpoint&) const = default;
};

// How to get in; from ansible_* variables, ansible.cfg and the command line.
struct Access {
  std::string node;  // identity for the host-key check: the inventory's name
  base::Secret password;
  std::string private_key_file;
  std::vector<std::string> ssh_options;  // words of ssh_args, common_args, extra_args, in order
  bool check_host_key = true;
  std::chrono::seconds connect_timeout{10};
  int connection_attempts = 1;
};

// What a session tells the run. Exactly one Arrival with `is_last` a submitted task.
struct Arrival {
  wire::TaskNumber task = 0;
  struct Progress {
    double seconds = 0;
    std::string doing;
  };
  // The link went or never came. `is_unknown`: the request was on its way, so nobody knows whether
  // it ran.
  struct Lost {
    base::Error error;
    bool is_unknown = false;
  };
  struct RawResult {
    int status = 0;
    std::string out, err;
  };
  std::variant<wire::Outcome, Progress, Lost, RawResult> content;
};

// Called in a session's thread: may only hand over.
using ArrivalSink = std::function<void(Arrival)>;

// Asked in a session's thread before the first byte of a request goes out; false: it may not.
using SendPermit = std::function<bool(wire::TaskNumber)>;

// Bytes a request needs on the node, by SHA-256; read when they are sent.
struct Blob {
  std::string digest;
  std::string path;  // of the controller; empty: `bytes`
  std::string bytes;
};

class HostKeyPolicy;

// All sessions of one run: opened when first needed, one thread each, one agent each. Requests to
// one endpoint are sent as they come; the agent runs them side by side.
class Connections {
 public:
  struct Options {
    std::string agent_path;  // the static agent; empty: beside our own executable
    std::chrono::seconds keepalive{10};  // three unanswered pings: the link is lost
    int connects_at_once = 16;           // handshakes under way at one time
    std::chrono::seconds start{30};      // for a login shell to start what it is told to
  };

  Connections(const Options& options, HostKeyPolicy& host_keys, ArrivalSink sink);
  // Tells every task that is under way as lost. Waits for no node, only for the threads: they end
  // at once, but for one that looks up a name (when the resolver answers) or has an agent on this
  // machine that does not end with its input (half a second).
  ~Connections();

  void submit(const Endpoint& endpoint, const Access& access, wire::TaskNumber task,
              wire::Request request, std::vector<Blob> blobs = {});
  // A command over plain SSH, without an agent: `raw`. `command` goes to the login shell as it is.
  void submit_raw(const Endpoint& endpoint, const Access& access, wire::TaskNumber task,
                  std::string command, const wire::Become& become,
                  std::chrono::milliseconds deadline);
  void cancel(wire::TaskNumber task);
  // Cancels it, and nothing more is sent to any node. True: it had been sent.
  bool drop(wire::TaskNumber task);
  void reset(const Endpoint& endpoint);  // reset_connection: the next request opens a new session

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::transport
