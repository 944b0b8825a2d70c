// One of two ends of a connection: each sends for half of the time.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/burnin/measures.h"

namespace provisioner::modules::burnin {
namespace {

constexpr Seconds meeting{20};              // until both ends are there
constexpr timeval silence{5, 0};            // of the other end, in the middle
constexpr timeval greeting{1, 0};           // of a stranger
constexpr timespec pause{0, 100'000'000};   // between two calls
constexpr int backlog = 4;

struct Endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;
  const sockaddr* plain() const { return reinterpret_cast<const sockaddr*>(&address); }
};

Endpoint endpoint(const std::string& text, std::uint16_t port) {
  Endpoint end;
  auto& four = reinterpret_cast<sockaddr_in&>(end.address);
  auto& six = reinterpret_cast<sockaddr_in6&>(end.address);
  if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    end.length = sizeof four;
  } else if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    end.length = sizeof six;
  } else {
    throw base::Error(base::Kind::failed, "'" + text + "' is no address");
  }
  return end;
}

os::Descriptor make_socket(const Endpoint& own) {
  os::Descriptor socket(::socket(own.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return socket;
}

void set_patience(int socket, const timeval& time) {
  for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO})
    ::setsockopt(socket, SOL_SOCKET, direction, &time, sizeof time);
}

base::Error nobody_came(const Line& line) {
  return base::Error(base::Kind::failed, "no connection with " + line.peer + " in time");
}

os::Descriptor called(const Line& line) {
  const Endpoint own = endpoint(line.address, line.port);
  const os::Descriptor ear = make_socket(own);
  if (::bind(ear.number(), own.plain(), own.length) != 0 || ::listen(ear.number(), backlog) != 0)
    throw host::io_error("listen on", line.address, errno);
  set_patience(ear.number(), greeting);
  for (const std::uint64_t until = now() + nanoseconds_of(meeting); now() < until;) {
    os::Descriptor caller(::accept4(ear.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!caller.is_open()) continue;
    set_patience(caller.number(), greeting);
    std::string said(line.word.size(), '\0');
    if (::recv(caller.number(), said.data(), said.size(), MSG_WAITALL) ==
            static_cast<ssize_t>(said.size()) &&
        said == line.word)
      return caller;
  }
  throw nobody_came(line);
}

os::Descriptor calling(const Line& line) {
  const Endpoint own = endpoint(line.address, 0), peer = endpoint(line.peer, line.port);
  for (const std::uint64_t until = now() + nanoseconds_of(meeting); now() < until;
       ::nanosleep(&pause, nullptr)) {
    os::Descriptor socket = make_socket(own);
    if (::bind(socket.number(), own.plain(), own.length) != 0)
      throw host::io_error("call from", line.address, errno);
    set_patience(socket.number(), silence);
    if (::connect(socket.number(), peer.plain(), peer.length) == 0 &&
        ::send(socket.number(), line.word.data(), line.word.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(line.word.size()))
      return socket;
  }
  throw nobody_came(line);
}

std::array<char, 1 << 18> buffer;  // of zeroes

void send_for(const os::Descriptor& socket, std::uint64_t time, const Line& line) {
  for (const std::uint64_t until = now() + time; now() < until;)
    if (::send(socket.number(), buffer.data(), buffer.size(), MSG_NOSIGNAL) <= 0)
      throw host::io_error("send to", line.peer, errno);
  ::shutdown(socket.number(), SHUT_WR);
}

// Until the other end has said all.
std::int64_t received(const os::Descriptor& socket, const Line& line) {
  std::uint64_t bytes = 0, start = 0;
  for (;;) {
    const ssize_t count = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (count < 0) throw host::io_error("hear of", line.peer, errno);
    if (bytes == 0) start = now();
    if (count == 0) return mib_per_second(bytes, now() - start);
    bytes += static_cast<std::uint64_t>(count);
  }
}

}  // namespace

value::Dict measure_network(const Line& line, Seconds bound) {
  const os::Descriptor socket = line.listens ? called(line) : calling(line);
  set_patience(socket.number(), silence);
  if (!line.listens) send_for(socket, nanoseconds_of(bound) / 2, line);
  const std::int64_t speed = received(socket, line);
  if (line.listens) send_for(socket, nanoseconds_of(bound) / 2, line);
  tcp_info state{};
  socklen_t length = sizeof state;
  ::getsockopt(socket.number(), IPPROTO_TCP, TCP_INFO, &state, &length);
  return numbers({{"received_mib_s", speed},
                  {"retransmits", static_cast<std::int64_t>(state.tcpi_total_retrans)}});
}

}  // namespace provisioner::modules::burnin
