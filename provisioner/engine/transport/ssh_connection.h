#pragma once

#include <memory>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/engine/transport/link.h"
#include "provisioner/engine/transport/ssh_settings.h"

struct ssh_session_struct;
struct ssh_channel_struct;
struct ssh_counter_struct;

namespace provisioner::transport {

// libssh's ssh_free frees the channels of the session too: channels must be gone before.
struct CloseSession {
  void operator()(ssh_session_struct* session) const;
};
struct FreeChannel {
  void operator()(ssh_channel_struct* channel) const;
};
using SessionHandle = std::unique_ptr<ssh_session_struct, CloseSession>;
using ChannelHandle = std::unique_ptr<ssh_channel_struct, FreeChannel>;

// An authenticated session over libssh: never blocking, acknowledged without delay, one thread's.
class SshConnection {
 public:
  SshConnection(SessionHandle session, os::Descriptor socket, std::string name);
  ~SshConnection();

  ssh_session_struct* session() const { return session_.get(); }
  int socket() const { return socket_.number(); }
  const std::string& name() const { return name_; }

  void add_waits(std::vector<pollfd>& waits) const;
  void acknowledge() const;  // TCP_QUICKACK falls off by itself: set anew after each wake-up

  // Reading one channel takes in what came for all of them. A round of reads begins with `woken`;
  // where it ends with news, a channel that was read early has more.
  void woken();
  bool has_news() const;

  // Repeats a libssh call for as long as it says "again", waiting for the socket in between.
  // Throws Error(unreachable) at the deadline, or when abandoned.
  template <class Call>
  auto drive(Call&& call, int again, os::Instant deadline, const Abandon& abandon,
             const std::string& doing) const {
    for (;;) {
      const auto result = call();
      if (result != again) return result;
      wait(deadline, abandon, doing);
    }
  }
  std::string problem() const;  // what the server or libssh said last, safe to print

  // Asks the server whether it is there when it was silent for `interval`, three times. Throws
  // Error(unreachable) where it stays silent.
  void keep_alive(std::chrono::seconds interval);

 private:
  void wait(os::Instant deadline, const Abandon& abandon, const std::string& doing) const;

  os::Descriptor socket_;
  SessionHandle session_;
  std::string name_;
  std::unique_ptr<ssh_counter_struct> received_;
  std::uint64_t heard_ = 0, heard_before_round_ = 0;  // bytes
  os::Instant last_heard_, last_asked_;
};

struct ConnectRequest {
  const SshSettings& settings;
  const Access& access;
  HostKeyPolicy& host_keys;
  const Abandon& abandon;
  os::Descriptor socket;  // an open way to the server, through a jump host; else one is made
};

// TCP, key exchange, host key, login. Throws Error(unreachable) that names the node, the stage and
// the next step.
std::unique_ptr<SshConnection> connect_ssh(ConnectRequest request);

// Tries keys, the agent's keys, the password. Throws Error(unreachable) naming what was tried.
void log_in(const SshConnection& connection, const ConnectRequest& request, os::Instant deadline);

// Starting a command on it ends when `abandon` is raised, which must outlive the link.
std::unique_ptr<Link> make_ssh_link(std::unique_ptr<SshConnection> connection,
                                    const Abandon& abandon);

}  // namespace provisioner::transport
