#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/os/files.h"

namespace provisioner::http {

enum class Method : std::uint8_t { get, head, post, patch, put, remove };

struct Credentials {
  std::string user;
  base::Secret password;
};

// A file that is sent as a body, from its beginning.
struct FileContent {
  os::Descriptor file;
  std::uint64_t size = 0;  // bytes
};

struct Request {
  Method method = Method::get;
  std::string url = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  const FileContent* file = nullptr;           // instead of `body`; not owned
  std::optional<Credentials> basic = {};       // RFC 7617
  std::chrono::milliseconds deadline{30'000};  // for the whole answer
  std::size_t most_bytes = 1 << 20;            // of the body; more is refused
  // Asked at least once a second; true breaks the request off: whether it was heard is not known.
  std::function<bool()> is_stopped = {};
};

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// How a server of https proves who it is.
struct Trust {
  bool verifies = true;      // by the certificate's chain and name
  std::string ca_file = {};  // empty: the system's
  // "sha256//BASE64" of the public key (RFC 7469), held against it whether or not it `verifies`.
  std::optional<std::string> pinned_key = {};
};

// Connections that are kept between requests, for one thread. Only http and https, TLS 1.2 at
// least, no proxy, whatever the environment says; redirects are answers, never followed; nothing of
// a request is sent before the server has proved who it is. What changes something is sent once,
// over a connection of its own: a kept one that breaks leaves open whether it was heard.
class Client {
 public:
  explicit Client(Trust trust = {});

  // Throws Error(unreachable) for no connection, a deadline, a broken or oversized answer;
  // Error(refused) where the server is not who it should be; Error(input) for what is no URL, and
  // where there is no such `ca_file`; Error(stopped).
  Response send(const Request& request);

  // The same, of any size: the body of an answer 200 becomes all of `into`, of a 206 what is added
  // at its end. Other answers have their body as those of `send`. A server that sends nothing for a
  // minute is given up; what has come until then stays in the file. Throws Error(failed) where it
  // cannot be written.
  Response fetch(const Request& request, const os::Descriptor& into);

  // The public key that an https server shows now, in the form of a pin; nothing is trusted by it,
  // and nothing sent. Throws as `send`.
  static std::string shown_key(const std::string& url, std::chrono::milliseconds deadline);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

 private:
  Response transfer(const Request& request, const os::Descriptor* into);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::http
