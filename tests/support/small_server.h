#pragma once

#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "provisioner/base/os/files.h"

namespace provisioner::fetch {

// A real HTTP/1.1 server on 127.0.0.1 that does exactly what a test wants of it: also what no good
// server does. One connection at a time, kept for as long as the answers allow it.
class SmallServer {
 public:
  struct Call {
    std::string method, path, token, body;
    int connection = 0;  // counts from 1
  };
  // The whole answer as bytes; empty: the connection is closed without one.
  using Handler = std::function<std::string(const Call&)>;

  explicit SmallServer(Handler handler, std::uint16_t port = 0);
  ~SmallServer();
  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  static std::string ok(const std::string& body) { return answer(200, body); }
  static std::string answer(int status, const std::string& body);

 private:
  void serve();
  void serve_one(int connection, int number);

  Handler handler_;
  os::Descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

}  // namespace provisioner::fetch
