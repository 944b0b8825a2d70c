#include "tests/http/scripted_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <list>

namespace provisioner::tests {

ScriptedServer::ScriptedServer(std::string answer, End end)
    : answer_(std::move(answer)),
      end_(end),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  ::bind(listener_.number(), reinterpret_cast<sockaddr*>(&place), size);
  ::listen(listener_.number(), 16);
  ::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&place), &size);
  port_ = ntohs(place.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::eventfd_write(stop_.number(), 1);
  thread_.join();
}

std::string ScriptedServer::heard() const {
  const std::lock_guard guard(mutex_);
  return heard_;
}

bool ScriptedServer::stays(Peer& peer) {
  std::array<char, 65536> bytes{};
  const ssize_t count = ::recv(peer.socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count <= 0) return false;
  {
    const std::lock_guard guard(mutex_);
    heard_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  const bool is_first = peer.said++ == 0;
  if (is_first) ::send(peer.socket.number(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
  if (answer_.empty() || end_ == End::stays_open) return true;
  return is_first && end_ == End::closes_when_asked_again;
}

void ScriptedServer::serve() {
  std::list<Peer> peers;
  while (true) {
    std::vector<pollfd> waits = {{stop_.number(), POLLIN, 0}, {listener_.number(), POLLIN, 0}};
    for (const Peer& peer : peers) waits.push_back({peer.socket.number(), POLLIN, 0});
    ::poll(waits.data(), waits.size(), -1);
    if (waits[0].revents != 0) return;
    std::size_t at = 2;
    for (auto next = peers.begin(); next != peers.end(); ++at) {
      const auto peer = next++;
      if (waits[at].revents != 0 && !stays(*peer)) peers.erase(peer);
    }
    if (waits[1].revents == 0) continue;
    const int peer = ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC);
    peers.push_back({os::Descriptor(peer)});
  }
}

}  // namespace provisioner::tests
