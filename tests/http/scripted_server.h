#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "provisioner/base/os/files.h"

namespace provisioner::tests {

// Stands for a server that is broken or hostile: to the first that is said on a connection it
// answers the same bytes, whatever was asked, and then does as `End` says. With an empty answer it
// only hears.
class ScriptedServer {
 public:
  enum class End : std::uint8_t { closes, closes_when_asked_again, stays_open };

  explicit ScriptedServer(std::string answer, End end = End::closes);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string heard() const;  // on all connections so far

 private:
  struct Peer {
    os::Descriptor socket;
    int said = 0;
  };
  void serve();
  bool stays(Peer& peer);  // once it has said something

  std::string answer_;
  End end_;
  os::Descriptor listener_, stop_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::string heard_;
  std::thread thread_;
};

}  // namespace provisioner::tests
