// One thread that polls its connections.
#include "provisioner/node/fetch/chunk_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <system_error>
#include <thread>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/node/fetch/chunk_request.h"
#include "provisioner/node/fetch/connection.h"

namespace provisioner::fetch {
namespace {

using base::Error;
using base::Kind;

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::chrono::milliseconds glance_at_shelf{10};  // while somebody waits for a file
constexpr int ok = 200, not_found = 404, too_many = 429;

Error cannot_serve(const std::string& address) {
  return Error(Kind::failed, fmt::format("no chunks can be served at '{}': {}", address,
                                         std::generic_category().message(errno)));
}

os::Descriptor listen_at(const std::string& address) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  Endpoint endpoint = endpoint_of(is_ipv6 ? "http://[" + address + "]" : "http://" + address);
  // The port stands at the same place in both kinds of address (RFC 3493, 3.3).
  reinterpret_cast<sockaddr_in*>(&endpoint.address)->sin_port = 0;
  os::Descriptor listener(
      ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* place = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (!listener.is_open() || ::bind(listener.number(), place, endpoint.size) != 0 ||
      ::listen(listener.number(), SOMAXCONN) != 0)
    throw cannot_serve(address);
  return listener;
}

std::uint16_t port_of(const os::Descriptor& listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

// A peer's connection: it asks, waits for a file that is on its way, or is being answered.
struct Conversation {
  os::Descriptor socket;
  os::Instant end = {};        // of our patience
  std::string asked = {};      // what came of a request
  std::string wanted = {};     // the file that it waits for
  os::Instant wait_end = {};
  std::string head = {};       // of the answer; empty while there is none
  ChunkShelf::File file = {};  // what follows the head; may be null
  std::size_t sent = 0;        // of both
  bool closes = false;         // with the end of this answer

  bool is_answered() const { return !head.empty(); }
  bool is_waiting() const { return !wanted.empty(); }
  bool is_sending() const { return file != nullptr; }
  std::string_view unsent() const {
    if (sent < head.size()) return std::string_view(head).substr(sent);
    return file ? std::string_view(*file).substr(sent - head.size()) : std::string_view();
  }
};

const char* reason_of(int status) {
  switch (status) {
    case ok:
      return "OK";
    case not_found:
      return "Not Found";
    case too_many:
      return "Too Many Requests";
    default:
      return "Refused";
  }
}

}  // namespace

struct ChunkServer::Parts {
  Settings settings;
  const ChunkShelf& shelf;
  os::Descriptor listener;
  os::Descriptor over;  // readable once this is to end
  std::list<Conversation> conversations = {};
  std::atomic<os::Instant> last_sent = os::system_clock().now();
  std::atomic<std::uint64_t> bytes_sent = 0;
  std::thread thread = {};
  bool is_out_of_sockets = false;  // until something else has happened

  void serve() {
    while (true) {
      std::vector<pollfd> waits = {{over.number(), POLLIN, 0}};
      const bool has_room =
          conversations.size() < settings.most_connections && !is_out_of_sockets;
      is_out_of_sockets = false;
      // A negative number is one that poll(2) leaves out.
      waits.push_back({has_room ? listener.number() : -1, POLLIN, 0});
      for (const Conversation& one : conversations) {
        const short events = one.is_answered() ? POLLOUT : POLLIN;
        const short none = 0;  // but that it hangs up
        waits.push_back({one.socket.number(), one.is_waiting() ? none : events, 0});
      }
      ::poll(waits.data(), waits.size(), static_cast<int>(next_end().count()));
      if (waits[0].revents != 0) return;
      take_turns(waits);
      if (waits[1].revents != 0) accept_one();
    }
  }

  // How long it is until somebody is out of time.
  std::chrono::milliseconds next_end() const {
    os::Instant first = os::system_clock().now() + settings.patience;
    for (const Conversation& one : conversations) first = std::min(first, one.end);
    if (count_if(&Conversation::is_waiting) > 0)
      first = std::min(first, os::system_clock().now() + glance_at_shelf);
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(first - os::system_clock().now());
    return std::max(left, std::chrono::milliseconds(0));
  }

  void take_turns(const std::vector<pollfd>& waits) {
    std::size_t place = 2;
    for (auto one = conversations.begin(); one != conversations.end();) {
      bool goes_on = os::system_clock().now() < one->end;
      if (goes_on && waits[place].revents != 0)
        goes_on = !one->is_waiting() && take_turn(*one);
      else if (goes_on && one->is_waiting())
        look_at_shelf(*one);
      ++place;
      one = goes_on ? std::next(one) : conversations.erase(one);
    }
  }

  void accept_one() {
    os::Descriptor socket(
        ::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.is_open()) {
      is_out_of_sockets = errno == EMFILE || errno == ENFILE;
      return;
    }
    const int yes = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    conversations.push_back(
        {.socket = std::move(socket), .end = os::system_clock().now() + settings.patience});
  }

  // False where the connection has ended.
  bool take_turn(Conversation& one) {
    if (one.is_answered() ? !send(one) : !receive(one)) return false;
    if (!one.is_answered() || !one.unsent().empty()) return true;
    if (one.closes) return false;
    one = {.socket = std::move(one.socket),
           .end = os::system_clock().now() + settings.patience,
           .asked = std::move(one.asked)};
    answer_next(one);  // what came with the request before it
    return true;
  }

  bool receive(Conversation& one) {
    std::array<char, most_request> buffer;
    const ssize_t count = ::recv(one.socket.number(), buffer.data(), buffer.size(), 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    one.asked.append(buffer.data(), static_cast<std::size_t>(count));
    answer_next(one);
    return one.is_answered() || one.asked.size() <= most_request;
  }

  void answer_next(Conversation& one) {
    const std::size_t end = one.asked.find(end_of_head);
    if (end == std::string::npos || end > most_request) return;
    const std::size_t size = end + end_of_head.size();
    const ChunkRequest request = read_chunk_request(std::string_view(one.asked).substr(0, size));
    one.asked.erase(0, size);
    one.end = os::system_clock().now() + settings.patience;
    one.closes = !request.keeps_connection;
    if (request.refusal != 0) {
      begin_answer(one, request.refusal);
    } else if (!request.digest.empty()) {
      one.wanted = request.digest;
      one.wait_end = os::system_clock().now() + settings.wait;
      look_at_shelf(one);
    } else {
      begin_answer(one, not_found);
    }
  }

  void look_at_shelf(Conversation& one) {
    ChunkShelf::File file = shelf.find(one.wanted);
    const bool may_wait = !file && shelf.is_expected(one.wanted) &&
                          os::system_clock().now() < one.wait_end &&
                          count_if(&Conversation::is_waiting) <= settings.most_sending;
    if (may_wait) return;
    one.wanted.clear();
    if (!file) return begin_answer(one, not_found);
    if (count_if(&Conversation::is_sending) == settings.most_sending)
      return begin_answer(one, too_many);
    one.file = std::move(file);
    begin_answer(one, ok);
  }

  void begin_answer(Conversation& one, int status) const {
    one.head = fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\n{}\r\n", status,
                           reason_of(status), one.file ? one.file->size() : 0,
                           one.closes ? "Connection: close\r\n" : "");
  }

  std::size_t count_if(bool (Conversation::*is_so)() const) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        conversations, [is_so](const Conversation& one) { return (one.*is_so)(); }));
  }

  bool send(Conversation& one) {
    const std::string_view bytes = one.unsent();
    const int more = one.file && one.sent < one.head.size() ? MSG_MORE : 0;
    const ssize_t count =
        ::send(one.socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | more);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (one.sent >= one.head.size()) {
      last_sent = os::system_clock().now();
      bytes_sent += static_cast<std::uint64_t>(count);
    }
    one.sent += static_cast<std::size_t>(count);
    return true;
  }
};

ChunkServer::ChunkServer(Settings settings, const ChunkShelf& shelf) {
  os::Descriptor listener = listen_at(settings.address);
  os::Descriptor over(::eventfd(0, EFD_CLOEXEC));
  if (!over.is_open()) throw cannot_serve(settings.address);
  parts_.reset(new Parts{std::move(settings), shelf, std::move(listener), std::move(over)});
  parts_->thread = std::thread([parts = parts_.get()] {
    try {
      parts->serve();
    } catch (...) {  // a thread's top: nothing is served any more, and the image goes on
    }
  });
}

ChunkServer::~ChunkServer() {
  ::eventfd_write(parts_->over.number(), 1);
  parts_->thread.join();
}

std::uint16_t ChunkServer::port() const { return port_of(parts_->listener); }
os::Instant ChunkServer::last_sent() const { return parts_->last_sent; }
std::uint64_t ChunkServer::bytes_sent() const { return parts_->bytes_sent; }

}  // namespace provisioner::fetch
