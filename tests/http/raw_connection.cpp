#include "tests/http/raw_connection.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <stdexcept>

namespace provisioner::tests {

RawConnection::RawConnection(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.number(), reinterpret_cast<sockaddr*>(&place), sizeof place) != 0)
    throw std::runtime_error("nobody listens");
}

void RawConnection::say(const std::string& bytes) const {
  ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string RawConnection::heard(int seconds) const {
  const timeval patience{.tv_sec = seconds, .tv_usec = 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string text;
  std::array<char, 4096> bytes{};
  ssize_t count = 0;
  while ((count = ::recv(socket_.number(), bytes.data(), bytes.size(), 0)) > 0)
    text.append(bytes.data(), static_cast<std::size_t>(count));
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? text + "..." : text;
}

}  // namespace provisioner::tests
