#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace provisioner::transport {

// Where an SSH server is said to listen.
struct SshPlace {
  std::string host;  // IPv4 or IPv6 address, or a name
  std::uint16_t port = 22;
};

enum class Greeting : std::uint8_t {
  none,
  ssh,         // at one of its addresses at least
  unresolved,  // nobody knows an address of that name: nothing was asked
};

// Which of these greet us, asked all at once: a connection must come about within `patience`, and a
// server that is slow to greet has `to_greet` more. Names are looked up before that, for as long as
// the system's resolver takes. Nothing is said to the servers.
std::vector<Greeting> greetings(const std::vector<SshPlace>& places,
                                std::chrono::milliseconds patience,
                                std::chrono::milliseconds to_greet = {});

}  // namespace provisioner::transport
