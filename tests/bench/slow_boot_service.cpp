// A server whose link is slow.
#include "tests/bench/slow_boot_service.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace provisioner::bench {
namespace {

constexpr int glance = 50;                     // milliseconds
constexpr std::size_t piece = 16 << 10;  // bytes that go through the pipe at once

std::string after(const std::string& head, const std::string& name) {
  const std::size_t begin = head.find("\r\n" + name);
  if (begin == std::string::npos) return "";
  const std::size_t from = begin + 2 + name.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

}  // namespace

SlowBootService::SlowBootService(Handler handler, double bytes_a_second)
    : handler_(std::move(handler)), time_of_a_byte_(1 / bytes_a_second) {
  listener_ = os::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.number(), raw, size) != 0 || ::listen(listener_.number(), 128) != 0 ||
      ::getsockname(listener_.number(), raw, &size) != 0)
    throw std::runtime_error("the slow boot service cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

SlowBootService::~SlowBootService() {
  is_over_ = true;
  thread_.join();
  for (std::thread& talk : talks_) talk.join();
}

void SlowBootService::accept_all() {
  while (!is_over_) {
    pollfd wait{listener_.number(), POLLIN, 0};
    if (::poll(&wait, 1, glance) <= 0) continue;
    const int connection = ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) talks_.emplace_back([this, connection] { talk(connection); });
  }
}

void SlowBootService::talk(int connection) {
  const os::Descriptor owned(connection);
  std::string unread;
  std::array<char, 65536> buffer;
  while (!is_over_) {
    const std::size_t end = unread.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::string head = unread.substr(0, end);
      const std::size_t length = std::strtoul(after(head, "Content-Length: ").c_str(), nullptr, 10);
      if (unread.size() >= end + 4 + length) {
        const std::size_t path = head.find(' ') + 1;
        const std::string answer =
            handler_(head.substr(0, path - 1), head.substr(path, head.find(' ', path) - path),
                     after(head, "Authorization: Bearer "), unread.substr(end + 4, length));
        unread.erase(0, end + 4 + length);
        if (!send(connection, answer)) return;
        continue;
      }
    }
    pollfd wait{connection, POLLIN, 0};
    if (::poll(&wait, 1, glance) <= 0) continue;
    const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) return;
    unread.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

bool SlowBootService::send(int connection, const std::string& answer) {
  const std::string all =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(answer.size()) + "\r\n\r\n" + answer;
  for (std::size_t at = 0; at < all.size(); at += piece) {
    const std::size_t count = std::min(piece, all.size() - at);
    std::unique_lock guard(pipe_mutex_);
    const auto now = std::chrono::steady_clock::now();
    pipe_is_free_ =
        std::max(pipe_is_free_, now) +
        std::chrono::duration_cast<std::chrono::nanoseconds>(time_of_a_byte_ * count);
    const auto turn = pipe_is_free_;
    guard.unlock();
    std::this_thread::sleep_until(turn);
    if (::send(connection, all.data() + at, count, MSG_NOSIGNAL) < 0) return false;
    sent_ += count;
  }
  return true;
}

}  // namespace provisioner::bench
