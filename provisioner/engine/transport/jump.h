#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "provisioner/engine/transport/ssh_connection.h"

namespace provisioner::transport {

// A session to a jump host, with a thread that pumps bytes between its forwarded channels and
// socket pairs.
class Jump {
 public:
  Jump(std::unique_ptr<SshConnection> connection, std::string name);
  ~Jump();

  struct Passage {
    const std::string& node;  // who is told of in errors
    const std::string& address;
    int port;
    std::chrono::seconds patience;
    const Abandon& abandon;
  };
  // A socket that leads through the jump host. Throws Error(unreachable). Any thread.
  os::Descriptor open(const Passage& passage);
  bool is_alive() const { return is_alive_; }

 private:
  struct Tunnel;
  struct Order;
  void serve();
  bool is_connected();
  void take_orders();
  bool is_done(Order& order);
  void pump();

  std::unique_ptr<SshConnection> connection_;
  std::string name_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Order>> orders_;
  std::vector<std::unique_ptr<Tunnel>> tunnels_;
  os::Descriptor bell_;
  std::atomic<bool> is_alive_ = true, is_over_ = false;
  std::thread thread_;
};

// All jump hosts of a run: each connected to once, also by many nodes at the same time.
class Jumps {
 public:
  // `words` is ProxyJump's value: "[user@]host[:port],...": the last is the one nearest to the
  // node. The access says how the node itself is logged in to: its key and its ssh options hold for
  // jump hosts too.
  std::shared_ptr<Jump> reach(const std::string& words, const Access& access,
                              HostKeyPolicy& host_keys, const Abandon& abandon);

 private:
  struct Entry {
    std::mutex mutex;  // held while it is being connected
    std::shared_ptr<Jump> jump;
  };
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace provisioner::transport
