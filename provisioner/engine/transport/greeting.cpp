// Whether SSH servers greet: one non-blocking connection each, all at once.

#include "provisioner/engine/transport/greeting.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"

namespace provisioner::transport {
namespace {

constexpr std::uint16_t ssh_port = 22;

os::Descriptor start_connection(const std::string& address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(ssh_port);
  if (::inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1) return {};
  os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int answer = ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
  if (answer != 0 && errno != EINPROGRESS) return {};
  return socket;
}

}  // namespace

std::vector<bool> answer_ssh(const std::vector<std::string>& addresses,
                             std::chrono::milliseconds patience) {
  const os::Clock& clock = os::system_clock();
  const os::Instant end = clock.now() + patience;
  std::vector<bool> greeted(addresses.size(), false);
  std::vector<os::Descriptor> sockets;
  std::vector<pollfd> waits;
  for (const std::string& address : addresses) {
    sockets.push_back(start_connection(address));
    waits.push_back({sockets.back().number(), POLLIN, 0});
  }
  const auto is_open = [](const pollfd& wait) { return wait.fd >= 0; };
  while (std::any_of(waits.begin(), waits.end(), is_open)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock.now()).count();
    if (left <= 0 || ::poll(waits.data(), waits.size(), static_cast<int>(left)) == 0) break;
    for (std::size_t at = 0; at < waits.size(); ++at) {
      if (waits[at].fd < 0 || waits[at].revents == 0) continue;
      std::array<char, 256> greeting{};
      const ssize_t count = ::read(waits[at].fd, greeting.data(), greeting.size());
      greeted[at] = count > 4 && std::string_view(greeting.data(), 4) == "SSH-";
      waits[at].fd = -1;
    }
  }
  return greeted;
}

}  // namespace provisioner::transport
