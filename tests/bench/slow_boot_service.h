#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "provisioner/base/os/files.h"

namespace provisioner::bench {

// Stands for a boot service behind a slow link: HTTP/1.1 on 127.0.0.1, a thread a connection, and
// all that it sends goes through one pipe of so many bytes a second.
class SlowBootService {
 public:
  using Handler =
      std::function<std::string(const std::string& method, const std::string& path,
                                const std::string& token, const std::string& body)>;

  // The handler answers bodies; several threads call it at once.
  SlowBootService(Handler handler, double bytes_a_second);
  ~SlowBootService();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::uint64_t bytes_sent() const { return sent_; }

 private:
  void accept_all();
  void talk(int connection);
  bool send(int connection, const std::string& answer);

  Handler handler_;
  const std::chrono::duration<double> time_of_a_byte_;
  os::Descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_over_ = false;
  std::atomic<std::uint64_t> sent_ = 0;
  std::mutex pipe_mutex_;
  std::chrono::steady_clock::time_point pipe_is_free_ = {};
  std::list<std::thread> talks_;
  std::thread thread_;
};

}  // namespace provisioner::bench
