// Which of our addresses another machine sees.

#include "provisioner/engine/transport/own_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::transport {
namespace {

using base::Error;
using base::Kind;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

constexpr const char* any_port = "9";  // "discard": of a datagram that is never sent

Addresses addresses_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), any_port, &hints, &found); code != 0)
    throw Error(Kind::unreachable, "'" + host + "' has no address: " + ::gai_strerror(code));
  return Addresses(found);
}

}  // namespace

// connect(2) of a datagram socket chooses the way and the address, and nothing else.
std::string own_address_towards(const std::string& host) {
  const Addresses addresses = addresses_of(host);
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    const os::Descriptor socket(::socket(one->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.is_open() || ::connect(socket.number(), one->ai_addr, one->ai_addrlen) != 0)
      continue;
    sockaddr_storage own{};
    socklen_t size = sizeof(own);
    std::array<char, NI_MAXHOST> text{};
    if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
        ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      return text.data();
  }
  throw Error(Kind::unreachable, "there is no way from here to '" + host +
                                     "': " + std::generic_category().message(errno));
}

}  // namespace provisioner::transport
