// Ways through jump hosts.

#include "provisioner/engine/transport/jump.h"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "provisioner/base/base/text.h"

namespace provisioner::transport {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t piece = 65536;
constexpr int idle_tick = 500;  // milliseconds: for keepalives and deadlines
constexpr auto slice = std::chrono::milliseconds(50);
constexpr auto grace = std::chrono::seconds(2);       // for its thread to say so itself
constexpr auto keepalive = std::chrono::seconds(10);  // four of them in silence: it is gone

struct HopName {
  std::string user, host;
  int port = 0;
};

// "[user@]host[:port]", an IPv6 address in brackets.
HopName hop_name(std::string_view text) {
  HopName hop;
  if (text.starts_with("ssh://")) text.remove_prefix(6);
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    hop.user = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  const std::size_t colon = text.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (text.find(':') == colon || text[colon - 1] == ']');
  if (has_port) hop.port = std::atoi(std::string(text.substr(colon + 1)).c_str());
  hop.host = has_port ? text.substr(0, colon) : text;
  if (hop.host.starts_with('[') && hop.host.ends_with(']'))
    hop.host = hop.host.substr(1, hop.host.size() - 2);
  return hop;
}

// RFC 4254, 5.1: reason 1 is a prohibition. The library tells "error (N) the server's words" only
// as a text.
Error no_passage(const std::string& way, const std::string& problem) {
  const std::size_t at = problem.find("error (");
  const std::size_t end = problem.find(") ", at == std::string::npos ? 0 : at);
  if (at == std::string::npos || end == std::string::npos)
    return Error(Kind::unreachable, way + problem);
  if (problem.substr(at, 9) == "error (1)")
    return Error(Kind::unreachable, way + "it lets nobody through")
        .set_hint("its sshd_config must allow it: AllowTcpForwarding, PermitOpen");
  return Error(Kind::unreachable, way + base::lower_case(problem.substr(end + 2)));
}

}  // namespace

struct Jump::Order {
  std::string node, address;
  int port;
  os::Instant deadline;
  std::promise<os::Descriptor> socket;
  ChannelHandle channel;
};

struct Jump::Tunnel {
  os::Descriptor socket;
  std::string to_channel, to_socket;
  bool is_input_over = false;  // of the node's side of the socket
  ChannelHandle channel;

  bool pump() { return read_socket() && write_channel() && read_channel() && write_socket(); }

 private:
  bool read_socket() {
    std::array<char, piece> buffer{};
    while (!is_input_over && to_channel.size() < piece) {
      const ssize_t count = ::read(socket.number(), buffer.data(), buffer.size());
      if (count < 0) return errno == EAGAIN || errno == EINTR;
      if (count == 0) return false;
      to_channel.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return true;
  }
  bool write_channel() {
    if (to_channel.empty()) return true;
    const int count = ::ssh_channel_write(channel.get(), to_channel.data(),
                                          static_cast<std::uint32_t>(to_channel.size()));
    if (count > 0) to_channel.erase(0, static_cast<std::size_t>(count));
    return count >= 0 || count == SSH_AGAIN;
  }
  bool read_channel() {
    std::array<char, piece> buffer{};
    while (to_socket.size() < piece * 16) {
      const int count =
          ::ssh_channel_read_nonblocking(channel.get(), buffer.data(), buffer.size(), 0);
      if (count == 0 || count == SSH_AGAIN) break;
      if (count < 0) return !to_socket.empty();
      to_socket.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return !::ssh_channel_is_closed(channel.get()) || !to_socket.empty();
  }
  bool write_socket() {
    while (!to_socket.empty()) {
      const ssize_t count =
          ::send(socket.number(), to_socket.data(), to_socket.size(), MSG_NOSIGNAL);
      if (count < 0) return errno == EAGAIN || errno == EINTR;
      to_socket.erase(0, static_cast<std::size_t>(count));
    }
    return true;
  }
};

Jump::Jump(std::unique_ptr<SshConnection> connection, std::string name)
    : connection_(std::move(connection)),
      name_(std::move(name)),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { serve(); }) {}

Jump::~Jump() {
  is_over_ = true;
  ::eventfd_write(bell_.number(), 1);
  thread_.join();
  tunnels_.clear();  // channels go before their session
  orders_.clear();
}

os::Descriptor Jump::open(const Passage& passage) {
  auto order = std::make_unique<Order>();
  order->node = passage.node;
  order->address = passage.address;
  order->port = passage.port;
  order->deadline = os::system_clock().now() + passage.patience;
  auto future = order->socket.get_future();
  {
    const std::lock_guard guard(mutex_);
    orders_.push_back(std::move(order));
  }
  ::eventfd_write(bell_.number(), 1);
  const os::Instant end = os::system_clock().now() + passage.patience + grace;
  while (future.wait_for(slice) != std::future_status::ready) {
    if (passage.abandon.is_raised())
      throw Error(Kind::unreachable,
                  passage.node + ": given up while going through the jump host " + name_);
    if (os::system_clock().now() >= end || !is_alive_)
      throw Error(Kind::unreachable,
                  passage.node + ": the jump host " + name_ + " does not answer");
  }
  return future.get();
}

void Jump::serve() {
  while (!is_over_ && is_connected()) {
    std::vector<pollfd> waits = {{bell_.number(), POLLIN, 0}};
    connection_->add_waits(waits);
    for (const auto& tunnel : tunnels_) {
      const short wanted = static_cast<short>((tunnel->to_channel.size() < piece ? POLLIN : 0) |
                                              (tunnel->to_socket.empty() ? 0 : POLLOUT));
      waits.push_back({tunnel->socket.number(), wanted, 0});
    }
    ::poll(waits.data(), waits.size(), connection_->has_news() ? 0 : idle_tick);
    connection_->woken();
    eventfd_t rings = 0;
    ::eventfd_read(bell_.number(), &rings);
    take_orders();
    pump();
  }
  is_alive_ = false;
  tunnels_.clear();
  const std::lock_guard guard(mutex_);
  for (const auto& order : orders_)
    order->socket.set_exception(std::make_exception_ptr(Error(
        Kind::unreachable, order->node + ": the link to the jump host " + name_ + " was lost")));
  orders_.clear();
}

bool Jump::is_connected() {
  try {
    connection_->keep_alive(keepalive);
  } catch (const Error&) {
    return false;
  }
  return ::ssh_is_connected(connection_->session()) != 0;
}

void Jump::take_orders() {
  const std::lock_guard guard(mutex_);
  std::erase_if(orders_, [&](const std::unique_ptr<Order>& order) { return is_done(*order); });
}

bool Jump::is_done(Order& order) {
  if (!order.channel) order.channel.reset(::ssh_channel_new(connection_->session()));
  const int result = ::ssh_channel_open_forward(order.channel.get(), order.address.c_str(),
                                                order.port, "127.0.0.1", 0);
  if (result == SSH_AGAIN && os::system_clock().now() < order.deadline) return false;
  std::array<int, 2> ends{};
  if (result != SSH_OK ||
      ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
    const std::string way = order.node + ": the jump host " + name_ + " cannot reach " +
                            order.address + " port " + std::to_string(order.port) + ": ";
    order.socket.set_exception(
        std::make_exception_ptr(result == SSH_AGAIN ? Error(Kind::unreachable, way + "timed out")
                                                    : no_passage(way, connection_->problem())));
    return true;
  }
  auto tunnel = std::make_unique<Tunnel>();
  tunnel->socket = os::Descriptor(ends[0]);
  tunnel->channel = std::move(order.channel);
  tunnels_.push_back(std::move(tunnel));
  order.socket.set_value(os::Descriptor(ends[1]));
  return true;
}

void Jump::pump() {
  std::erase_if(tunnels_, [](const std::unique_ptr<Tunnel>& tunnel) { return !tunnel->pump(); });
}

std::shared_ptr<Jump> Jumps::reach(const std::string& words, const Access& access,
                                   HostKeyPolicy& host_keys, const Abandon& abandon) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard guard(mutex_);
    auto& known = entries_[words];
    if (!known) known = std::make_shared<Entry>();
    entry = known;
  }
  const std::lock_guard guard(entry->mutex);
  if (entry->jump && entry->jump->is_alive()) return entry->jump;
  const std::size_t comma = words.rfind(',');
  const HopName hop = hop_name(comma == std::string::npos ? words : words.substr(comma + 1));
  Endpoint endpoint{Endpoint::Kind::ssh, hop.host, hop.port, hop.user, {}};
  Access own = access;
  own.node = hop.host;
  // The node's own way through us is not ours.
  std::erase_if(own.ssh_options, [](const std::string& word) {
    return base::lower_case(word).find("proxyjump") != std::string::npos;
  });
  for (std::size_t at = 0; at + 1 < own.ssh_options.size(); ++at)
    if (own.ssh_options[at] == "-J")
      own.ssh_options.erase(own.ssh_options.begin() + static_cast<long>(at),
                            own.ssh_options.begin() + static_cast<long>(at) + 2);
  SshSettings settings = ssh_settings(endpoint, own);
  os::Descriptor socket;
  std::shared_ptr<Jump> before;
  if (comma != std::string::npos) settings.jump = words.substr(0, comma);
  if (!settings.jump.empty() && settings.jump != words) {
    before = reach(settings.jump, access, host_keys, abandon);
    socket =
        before->open({own.node, settings.address, settings.port, own.connect_timeout, abandon});
  }
  try {
    entry->jump = std::make_shared<Jump>(
        connect_ssh({settings, own, host_keys, abandon, std::move(socket)}), hop.host);
  } catch (Error& error) {
    throw error.add_context("while connecting to the jump host '" + hop.host + "'");
  }
  return entry->jump;
}

}  // namespace provisioner::transport
