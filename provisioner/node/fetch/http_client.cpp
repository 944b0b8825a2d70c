// Requests, their answers, and patience with a server that is away.
#include "provisioner/node/fetch/http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/node/fetch/connection.h"

namespace provisioner::fetch {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;
namespace http = boost::beast::http;

constexpr milliseconds first_pause{250}, longest_pause{8000};
constexpr milliseconds connect_deadline{10'000};
constexpr std::uint32_t most_header_bytes = 32 << 10;

struct Request {
  std::string text;
  std::size_t most_bytes = 0;
  bool is_repeatable = false;
};

// One answer, read as it comes.
struct Reading {
  explicit Reading(std::size_t most_bytes) {
    parser.header_limit(most_header_bytes);
    parser.body_limit(most_bytes);
    parser.eager(false);  // Beast 1.74: an eager one forgets that the header named too much
  }

  // Takes what came; empty: the stream has ended.
  void take(std::string_view bytes) {
    boost::beast::error_code code;
    if (!bytes.empty()) {
      put(bytes, code);
    } else if (parser.got_some()) {
      parser.put_eof(code);
    } else {
      code = http::error::end_of_stream;
    }
    if (code == http::error::body_limit)
      throw Error(Kind::failed, "the server's answer is larger than it may be");
    if (code)
      throw Error(Kind::unreachable, "the server's answer cannot be read: " + code.message());
  }

  void put(std::string_view bytes, boost::beast::error_code& code) {
    unread.append(bytes);
    while (!unread.empty() && !parser.is_done() && !code) {
      const boost::asio::const_buffer buffer(unread.data(), unread.size());
      const std::size_t used = parser.put(buffer, code);
      unread.erase(0, used);
      if (code == http::error::need_more) {
        // Not of a body, which is taken as it comes: of a header, also of a chunk's.
        code = {};
        if (unread.size() > most_header_bytes) code = http::error::header_limit;
        return;
      }
      if (used == 0) return;
    }
  }

  http::response_parser<http::string_body> parser;
  std::string unread;
};

void really_pause(milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace

struct HttpClient::Parts {
  Endpoint endpoint;
  Settings settings;
  std::optional<Connection> kept;

  Answer send(const Request& request) {
    const os::Instant end = settings.clock.now() + settings.patience;
    milliseconds pause = first_pause;
    while (true) {
      bool is_on_its_way = false;
      try {
        Answer answer = try_once(request, end, is_on_its_way);
        const bool is_away = answer.status >= 500 && request.is_repeatable;
        if (!is_away) return answer;
        if (settings.clock.now() + pause >= end)
          throw Error(Kind::unreachable, fmt::format("'{}' answers {}", endpoint.host,
                                                     answer.status));
      } catch (const Error& error) {
        kept.reset();
        const bool may_repeat = request.is_repeatable || !is_on_its_way;
        if (error.kind() != Kind::unreachable || !may_repeat) throw;
        if (settings.clock.now() + pause >= end) throw;
      }
      settings.pause ? settings.pause(pause) : really_pause(pause);
      pause = std::min(2 * pause, longest_pause);
    }
  }

  // What is left until `end`, but no more than `most`: what a server drips forever ends too.
  milliseconds left(os::Instant end, milliseconds most) const {
    const auto left = std::chrono::ceil<milliseconds>(end - settings.clock.now());
    if (left.count() <= 0)
      throw Error(Kind::unreachable, "'" + endpoint.host + "' did not end its answer in time");
    return std::min(left, most);
  }

  Answer try_once(const Request& request, os::Instant end, bool& is_on_its_way) {
    // A kept connection may be closed by the other end just now: a POST would not know whether it
    // arrived.
    if (kept && (!request.is_repeatable || !kept->is_idle())) kept.reset();
    if (!kept) kept = Connection::open(endpoint, left(end, connect_deadline));
    is_on_its_way = true;
    kept->write(request.text, left(end, settings.silence));
    Reading reading(request.most_bytes);
    while (!reading.parser.is_done()) reading.take(kept->read(left(end, settings.silence)));
    auto message = reading.parser.release();
    if (!message.keep_alive() || !reading.unread.empty()) kept.reset();
    return {static_cast<int>(message.result_int()), std::move(message.body())};
  }
};

HttpClient::HttpClient(const std::string& url) : HttpClient(url, Settings{}) {}
HttpClient::HttpClient(const std::string& url, Settings settings)
    : parts_(std::make_unique<Parts>(Parts{endpoint_of(url), std::move(settings), {}})) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

HttpClient::Answer HttpClient::get(const std::string& path, std::size_t most_bytes) {
  return parts_->send({fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nAccept: */*\r\n\r\n", path,
                                   parts_->endpoint.host),
                       most_bytes, true});
}

HttpClient::Answer HttpClient::post(const std::string& path, const std::string& body,
                                    const base::Secret& token, std::size_t most_bytes) {
  return parts_->send(
      {fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n"
                   "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                   path, parts_->endpoint.host, token.reveal(), body.size(), body),
       most_bytes, false});
}

}  // namespace provisioner::fetch
