#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/os/clock.h"

namespace provisioner::fetch {

// HTTP/1.1 to the one server that this machine was started by, named by its numeric address: a
// static program cannot resolve names. Connections are kept between GETs. For one thread.
//
// A server that is away is tried again, with pauses that grow from a quarter of a second to eight
// seconds, until `patience` is over. A POST is sent once at most: it is tried again only as long as
// no connection could be made, for its token is used up by the first that arrives.
class HttpClient {
 public:
  struct Settings {
    std::chrono::milliseconds patience = std::chrono::minutes(10);  // for one answer, with retries
    std::chrono::milliseconds silence = std::chrono::seconds(30);   // of a server amid an answer
    std::function<void(std::chrono::milliseconds)> pause = {};      // empty: really waits
    const os::Clock& clock = os::system_clock();
  };
  struct Answer {
    int status = 0;
    std::string body;
  };

  // "http://192.0.2.1:8080", "http://[2001:db8::1]". Throws Error(input) for anything else.
  explicit HttpClient(const std::string& url);
  HttpClient(const std::string& url, Settings settings);

  // The answer, whatever its status: but 5xx are tried again as if the server were away. Throws
  // Error(unreachable) at the end of patience, also where all answers were cut or no HTTP, and
  // Error(failed) for a body of more than `most_bytes`.
  Answer get(const std::string& path, std::size_t most_bytes);
  Answer post(const std::string& path, const std::string& body, const base::Secret& token,
              std::size_t most_bytes);

  HttpClient(HttpClient&&) noexcept;
  ~HttpClient();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::fetch
