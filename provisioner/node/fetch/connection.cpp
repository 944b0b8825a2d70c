// A socket with deadlines.
#include "provisioner/node/fetch/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"

namespace provisioner::fetch {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t read_at_once = 256 << 10;
constexpr int usual_port = 80;

Error no_url(const std::string& url) {
  return Error(Kind::input, "'" + url + "' is not http://ADDRESS:PORT with a numeric address");
}

Error broken(const std::string& doing, const std::string& host, int number) {
  return Error(Kind::unreachable,
               "cannot " + doing + " '" + host + "': " + std::generic_category().message(number));
}

int port_in(std::string_view text, const std::string& url) {
  if (text.empty()) return usual_port;
  int port = 0;
  const auto [end, code] = std::from_chars(text.data() + 1, text.data() + text.size(), port);
  const bool is_whole = text.front() == ':' && code == std::errc() && text.size() > 1 &&
                        end == text.data() + text.size();
  if (!is_whole || port < 1 || port > 65535) throw no_url(url);
  return port;
}

template <class Address>
void keep(Endpoint& endpoint, const Address& address) {
  std::memcpy(&endpoint.address, &address, sizeof address);
  endpoint.size = sizeof address;
}

}  // namespace

Endpoint endpoint_of(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) throw no_url(url);
  std::string_view rest = std::string_view(url).substr(scheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  Endpoint endpoint;
  endpoint.host = rest;
  const bool is_ipv6 = rest.starts_with('[');
  const std::size_t end = is_ipv6 ? rest.find(']') : std::min(rest.find(':'), rest.size());
  if (end == rest.npos) throw no_url(url);
  const std::string address(rest.substr(is_ipv6 ? 1 : 0, end - (is_ipv6 ? 1 : 0)));
  const auto port =
      htons(static_cast<std::uint16_t>(port_in(rest.substr(is_ipv6 ? end + 1 : end), url)));
  sockaddr_in6 six{};
  sockaddr_in four{};
  if (is_ipv6 && ::inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = port;
    keep(endpoint, six);
  } else if (!is_ipv6 && ::inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = port;
    keep(endpoint, four);
  } else {
    throw no_url(url);
  }
  return endpoint;
}

Connection Connection::open(const Endpoint& endpoint, std::chrono::milliseconds deadline) {
  os::Descriptor socket(
      ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) throw broken("reach", endpoint.host, errno);
  const int yes = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (::connect(socket.number(), address, endpoint.size) != 0 && errno != EINPROGRESS)
    throw broken("reach", endpoint.host, errno);
  Connection connection(std::move(socket), endpoint.host);
  connection.wait(POLLOUT, deadline, "reach");
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(connection.socket_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) throw broken("reach", endpoint.host, error);
  return connection;
}

void Connection::wait(short events, std::chrono::milliseconds deadline, const char* doing) const {
  const os::Instant end = os::system_clock().now() + deadline;
  while (true) {
    const int left = os::milliseconds_until(end);
    pollfd one{socket_.number(), events, 0};
    const int ready = ::poll(&one, 1, left);
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw broken(doing, host_, errno);
    if (left == 0) throw broken(doing, host_, ETIMEDOUT);
  }
}

void Connection::write(std::string_view bytes, std::chrono::milliseconds deadline) {
  while (!bytes.empty()) {
    wait(POLLOUT, deadline, "send to");
    const ssize_t count = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) throw broken("send to", host_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string_view Connection::read(std::chrono::milliseconds deadline) {
  buffer_.resize(read_at_once);
  while (true) {
    wait(POLLIN, deadline, "hear from");
    const ssize_t count = ::recv(socket_.number(), buffer_.data(), buffer_.size(), 0);
    if (count >= 0) return std::string_view(buffer_).substr(0, static_cast<std::size_t>(count));
    if (errno != EAGAIN && errno != EINTR) throw broken("hear from", host_, errno);
  }
}

bool Connection::is_idle() const {
  pollfd one{socket_.number(), POLLIN, 0};
  return ::poll(&one, 1, 0) == 0;
}

}  // namespace provisioner::fetch
