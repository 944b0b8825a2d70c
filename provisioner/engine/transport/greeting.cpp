// Whether SSH servers greet: one non-blocking connection to each address, all at once.

#include "provisioner/engine/transport/greeting.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <string_view>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"

namespace provisioner::transport {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses look_up(const SshPlace& place) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int answer =
      ::getaddrinfo(place.host.c_str(), std::to_string(place.port).c_str(), &wanted, &found);
  return {answer == 0 ? found : nullptr, &::freeaddrinfo};
}

std::vector<Addresses> look_up(const std::vector<SshPlace>& places) {
  std::vector<std::future<Addresses>> asked;
  for (const SshPlace& place : places)
    asked.push_back(std::async(std::launch::async, [&place] { return look_up(place); }));
  std::vector<Addresses> found;
  for (std::future<Addresses>& one : asked) found.push_back(one.get());
  return found;
}

os::Descriptor start_connection(const addrinfo& to) {
  os::Descriptor socket(
      ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, to.ai_protocol));
  const int answer = ::connect(socket.number(), to.ai_addr, to.ai_addrlen);
  if (answer != 0 && errno != EINPROGRESS) return {};
  return socket;
}

// A connection on its way to a greeting.
struct Asked {
  std::size_t place;
  os::Descriptor socket;
  bool is_connected = false;
};

std::vector<Asked> ask(const std::vector<Addresses>& addresses) {
  std::vector<Asked> asked;
  for (std::size_t at = 0; at < addresses.size(); ++at)
    for (const addrinfo* one = addresses[at].get(); one != nullptr; one = one->ai_next)
      if (os::Descriptor socket = start_connection(*one); socket.is_open())
        asked.push_back({at, std::move(socket)});
  return asked;
}

// What has happened to those that poll(2) tells of; the ones that have ended are gone.
void listen(std::vector<Asked>& asked, const std::vector<pollfd>& waits,
            std::vector<Greeting>& heard) {
  std::array<char, 256> text{};
  for (std::size_t at = asked.size(); at-- > 0;) {
    if (waits[at].revents == 0) continue;
    if (waits[at].revents == POLLOUT) {
      asked[at].is_connected = true;
      continue;
    }
    const ssize_t count = ::read(waits[at].fd, text.data(), text.size());
    if (count > 4 && std::string_view(text.data(), 4) == "SSH-")
      heard[asked[at].place] = Greeting::ssh;
    asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace

std::vector<Greeting> greetings(const std::vector<SshPlace>& places,
                                std::chrono::milliseconds patience,
                                std::chrono::milliseconds to_greet) {
  const std::vector<Addresses> addresses = look_up(places);
  std::vector<Greeting> heard(places.size(), Greeting::none);
  for (std::size_t at = 0; at < places.size(); ++at)
    if (!addresses[at]) heard[at] = Greeting::unresolved;
  std::vector<Asked> asked = ask(addresses);
  const os::Clock& clock = os::system_clock();
  os::Instant end = clock.now() + patience;
  bool is_late = false;
  while (!asked.empty()) {
    std::vector<pollfd> waits;
    for (const Asked& one : asked) {
      const short events = one.is_connected ? POLLIN : POLLIN | POLLOUT;
      waits.push_back({one.socket.number(), events, 0});
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock.now()).count();
    if (left > 0 && ::poll(waits.data(), waits.size(), static_cast<int>(left)) != 0) {
      listen(asked, waits, heard);
    } else if (is_late) {
      break;
    } else {
      std::erase_if(asked, [](const Asked& one) { return !one.is_connected; });
      end += to_greet;
      is_late = true;
    }
  }
  return heard;
}

}  // namespace provisioner::transport
