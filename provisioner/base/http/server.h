#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::http {

struct Call {
  std::string method;                          // "GET", "HEAD" or "POST"
  std::string path;                            // decoded, begins with "/", without "." and ".."
  std::map<std::string, std::string> query;    // decoded; the last of equal names
  std::map<std::string, std::string> headers;  // names in lower case, equal ones joined by ", "
  std::string body;
  std::string peer;  // the other end's address, without the port
};

// A file, or a part of it, that goes out as it lies on the disk.
struct FileBody {
  os::Descriptor file;
  std::uint64_t size = 0;
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::optional<FileBody> file = {};  // instead of `body`
};

// HTTP/1.1 on one address, for peers that are not trusted. GET, HEAD and POST alone (else 405);
// ranges of files are answered; a body must say its length (else 411), and one over the bound is
// refused (413) before it is read; a peer that says nothing is dropped. Threads of its own call
// the handler, several at once; what it throws is answered 500 and told to `fault`, by the same
// threads. While a handler is at work, other connections of its thread wait. Stops when it goes,
// once the handlers at work have ended. Throws Error(failed) where the address cannot be had.
class Server {
 public:
  struct Settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any
    unsigned threads = 4;
    std::size_t most_body = 4 << 20;  // bytes
    unsigned patience_seconds = 30;   // with a peer that says nothing
    unsigned most_connections = 512, most_of_one_peer = 64;
  };
  using Handler = std::function<Answer(const Call&)>;
  using Fault = std::function<void(const std::string& what)>;
  // A request that no handler gets to see, and the status that it was answered with. `peer` is ""
  // where it could not even be read as HTTP.
  using Refused = std::function<void(const std::string& peer, int status)>;

  Server(const Settings& settings, Handler handler, Fault fault, Refused refused = {});
  std::uint16_t port() const;

  Server(Server&&) noexcept;
  ~Server();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::http
