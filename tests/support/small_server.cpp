#include "tests/support/small_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace provisioner::fetch {
namespace {

constexpr int glance = 20;  // milliseconds

std::string header(const std::string& head, const std::string& name) {
  const std::size_t begin = head.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

}  // namespace

SmallServer::SmallServer(Handler handler, std::uint16_t port) : handler_(std::move(handler)) {
  listener_ = os::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(listener_.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.number(), raw, size) != 0 || ::listen(listener_.number(), 8) != 0 ||
      ::getsockname(listener_.number(), raw, &size) != 0)
    throw std::runtime_error("the test's server cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

SmallServer::~SmallServer() {
  is_over_ = true;
  thread_.join();
}

std::string SmallServer::answer(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

void SmallServer::serve() {
  for (int number = 1; !is_over_;) {
    pollfd wait{listener_.number(), POLLIN, 0};
    if (::poll(&wait, 1, glance) <= 0) continue;
    const os::Descriptor connection(
        ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.is_open()) serve_one(connection.number(), number++);
  }
}

void SmallServer::serve_one(int connection, int number) {
  std::string unread;
  std::array<char, 65536> buffer;
  while (!is_over_) {
    const std::size_t end = unread.find("\r\n\r\n");
    const std::string head = unread.substr(0, end);
    const std::string said_length = end == std::string::npos ? "" : header(head, "Content-Length");
    const std::size_t length = std::strtoul(said_length.c_str(), nullptr, 10);
    if (end != std::string::npos && unread.size() >= end + 4 + length) {
      Call call{head.substr(0, head.find(' ')), "", header(head, "Authorization"),
                unread.substr(end + 4, length), number};
      const std::size_t path = head.find(' ') + 1;
      call.path = head.substr(path, head.find(' ', path) - path);
      if (call.token.starts_with("Bearer ")) call.token.erase(0, 7);
      unread.erase(0, end + 4 + length);
      const std::string said = handler_(call);
      if (said.empty()) return;
      if (::send(connection, said.data(), said.size(), MSG_NOSIGNAL) < 0) return;
      if (said.find("Connection: close") != std::string::npos) return;
      continue;
    }
    pollfd wait{connection, POLLIN, 0};
    if (::poll(&wait, 1, glance) <= 0) {
      // Another connection means that this one is forgotten.
      pollfd other{listener_.number(), POLLIN, 0};
      if (::poll(&other, 1, 0) > 0) return;
      continue;
    }
    const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    unread.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace provisioner::fetch
