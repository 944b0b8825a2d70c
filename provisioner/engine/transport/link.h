#pragma once

#include <poll.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/engine/transport/connections.h"

namespace provisioner::transport {

// A command that runs at the other end of a link, and its three streams. Nothing here waits.
class Stream {
 public:
  virtual ~Stream() = default;

  // What of `bytes` was taken; 0 where the other side is not ready.
  virtual std::size_t write(std::string_view bytes) = 0;
  virtual void finish_input() = 0;

  // Appends what has come. False when nothing more will.
  virtual bool read(std::string& out, std::string& errors) = 0;

  // Exit status, 128 + n for a signal; absent where the link went first.
  virtual std::optional<int> status() = 0;
};

// A way to a node on which commands can be started side by side. Used by one thread. Streams go
// before their link.
class Link {
 public:
  virtual ~Link() = default;

  // For the login shell, as it is. Throws Error(unreachable).
  virtual std::unique_ptr<Stream> start(const std::string& command) = 0;

  // What to poll for; after a wake-up every stream is to be read.
  virtual void add_waits(std::vector<pollfd>& waits) const = 0;
  virtual void woken() {}
  // Something came since the wake-up, maybe for a stream that had been read by then: all are to be
  // read again, and no poll would tell.
  virtual bool has_news() const { return false; }

  virtual bool is_local() const { return false; }

  // Asks now and then whether the other side is there. Throws Error(unreachable) where it is not.
  virtual void keep_alive(std::chrono::seconds) {}
  // What to tell where a command ended because there was no connection, as only the link can know.
  virtual std::optional<base::Error> no_connection(int, const std::string&) const {
    return std::nullopt;
  }
};

// Raised when whoever waits for a connection does not want it any more.
class Abandon {
 public:
  void raise() { is_raised_ = true; }
  bool is_raised() const { return is_raised_; }

 private:
  std::atomic<bool> is_raised_ = false;
};

std::unique_ptr<Link> make_local_link();

// "nothing was heard for 40 s: ..."
std::string silent_for(std::chrono::steady_clock::duration silence);

// What a node said, for a message: on one line, safe to print, not too long.
std::string shown(std::string_view text, std::size_t most = 400);

}  // namespace provisioner::transport
