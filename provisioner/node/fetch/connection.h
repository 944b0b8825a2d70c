#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <string_view>

#include "provisioner/base/os/files.h"

namespace provisioner::fetch {

// Where a server listens.
struct Endpoint {
  sockaddr_storage address = {};
  socklen_t size = 0;
  std::string host;  // as it stands in the URL: "192.0.2.1:8080", "[2001:db8::1]:80"
};

// Throws Error(input) for what is not "http://ADDRESS[:PORT]" with a numeric address.
Endpoint endpoint_of(const std::string& url);

// A TCP connection whose every wait has an end. Throws Error(unreachable).
class Connection {
 public:
  static Connection open(const Endpoint& endpoint, std::chrono::milliseconds deadline);

  void write(std::string_view bytes, std::chrono::milliseconds deadline);
  // What came; empty at the end of the stream.
  std::string_view read(std::chrono::milliseconds deadline);
  // False where the other end has closed it, or says something that nobody asked for.
  bool is_idle() const;

 private:
  explicit Connection(os::Descriptor socket, std::string host)
      : socket_(std::move(socket)), host_(std::move(host)) {}
  void wait(short events, std::chrono::milliseconds deadline, const char* doing) const;

  os::Descriptor socket_;
  std::string host_;
  std::string buffer_;
};

}  // namespace provisioner::fetch
