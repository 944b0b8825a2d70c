// A server over libmicrohttpd.

#include "provisioner/base/http/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdarg>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/library.h"
#include "provisioner/base/http/byte_range.h"

namespace provisioner::http {
namespace {

using base::Error;
using base::Kind;

// Its functions, looked up when the first is called.
struct Microhttpd {
  os::Library library{"libmicrohttpd.so.12", "libmicrohttpd12"};
  decltype(::MHD_add_response_header)* MHD_add_response_header =
      library.function<decltype(::MHD_add_response_header)>("MHD_add_response_header");
  decltype(::MHD_create_response_from_buffer)* MHD_create_response_from_buffer =
      library.function<decltype(::MHD_create_response_from_buffer)>(
          "MHD_create_response_from_buffer");
  decltype(::MHD_create_response_from_fd_at_offset64)* MHD_create_response_from_fd_at_offset64 =
      library.function<decltype(::MHD_create_response_from_fd_at_offset64)>(
          "MHD_create_response_from_fd_at_offset64");
  decltype(::MHD_destroy_response)* MHD_destroy_response =
      library.function<decltype(::MHD_destroy_response)>("MHD_destroy_response");
  decltype(::MHD_get_connection_info)* MHD_get_connection_info =
      library.function<decltype(::MHD_get_connection_info)>("MHD_get_connection_info");
  decltype(::MHD_get_connection_values)* MHD_get_connection_values =
      library.function<decltype(::MHD_get_connection_values)>("MHD_get_connection_values");
  decltype(::MHD_get_daemon_info)* MHD_get_daemon_info =
      library.function<decltype(::MHD_get_daemon_info)>("MHD_get_daemon_info");
  decltype(::MHD_queue_response)* MHD_queue_response =
      library.function<decltype(::MHD_queue_response)>("MHD_queue_response");
  decltype(::MHD_start_daemon)* MHD_start_daemon =
      library.function<decltype(::MHD_start_daemon)>("MHD_start_daemon");
  decltype(::MHD_stop_daemon)* MHD_stop_daemon =
      library.function<decltype(::MHD_stop_daemon)>("MHD_stop_daemon");
};
const Microhttpd& microhttpd() {
  static const Microhttpd loaded;
  return loaded;
}

struct StopDaemon {
  void operator()(MHD_Daemon* daemon) const { microhttpd().MHD_stop_daemon(daemon); }
};
// A daemon that sends it keeps it alive by itself.
struct ReleaseResponse {
  void operator()(MHD_Response* response) const { microhttpd().MHD_destroy_response(response); }
};
using Response = std::unique_ptr<MHD_Response, ReleaseResponse>;

// The path and the words of a query come to us as they were sent.
std::size_t leave_as_it_is(void*, MHD_Connection*, char* text) {
  return std::char_traits<char>::length(text);
}

// Percent-encoding (RFC 3986); nullopt for what is none, or a NUL.
std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at];
      continue;
    }
    unsigned char byte = 0;
    const std::string_view digits = text.substr(at + 1, 2);
    const char* const end = digits.data() + digits.size();
    if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end || byte == 0)
      return std::nullopt;
    plain += static_cast<char>(byte);
    at += 2;
  }
  return plain;
}

// Without the parts "." (RFC 3986, 5.2.4), which apt sends; one that climbs is none.
std::optional<std::string> plain_path(const std::string& path) {
  if (!path.starts_with('/')) return std::nullopt;
  std::string plain;
  for (const std::string& part : base::split(path.substr(1), '/')) {
    if (part == "..") return std::nullopt;
    if (part != ".") plain += "/" + part;
  }
  return plain.empty() ? "/" : plain;
}

std::string address_of(const sockaddr* peer) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* const bytes =
      peer->sa_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(peer)->sin6_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(peer)->sin_addr);
  ::inet_ntop(peer->sa_family, bytes, text.data(), text.size());
  return text.data();
}

// A request while it arrives.
struct Incoming {
  Call call;
  bool is_unreadable = false;
};

MHD_Result take_header(void* into, MHD_ValueKind, const char* name, const char* value) {
  auto& headers = static_cast<Incoming*>(into)->call.headers;
  const std::string text = value == nullptr ? "" : value;
  const auto [place, is_new] = headers.emplace(base::lower_case(name), text);
  if (!is_new) place->second += ", " + text;
  return MHD_YES;
}

MHD_Result take_word(void* into, MHD_ValueKind, const char* name, const char* value) {
  auto& incoming = *static_cast<Incoming*>(into);
  const auto key = decoded(name), text = decoded(value == nullptr ? "" : value);
  incoming.is_unreadable = incoming.is_unreadable || !key || !text;
  if (key && text) incoming.call.query[*key] = *text;
  return MHD_YES;
}

std::unique_ptr<Incoming> begun(MHD_Connection* connection, const char* url, const char* method) {
  auto incoming = std::make_unique<Incoming>();
  Call& call = incoming->call;
  call.method = method;
  const auto each_value = microhttpd().MHD_get_connection_values;
  each_value(connection, MHD_HEADER_KIND, take_header, incoming.get());
  each_value(connection, MHD_GET_ARGUMENT_KIND, take_word, incoming.get());
  const auto text = decoded(url);
  if (const auto path = text ? plain_path(*text) : std::nullopt)
    call.path = *path;
  else
    incoming->is_unreadable = true;
  const auto connection_info = microhttpd().MHD_get_connection_info;
  call.peer = address_of(
      connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
  return incoming;
}

// The status that answers a request by its head alone; 0 where it may go on.
int refusal(const Incoming& incoming, std::size_t most_body) {
  const Call& call = incoming.call;
  if (call.method != "GET" && call.method != "HEAD" && call.method != "POST")
    return MHD_HTTP_METHOD_NOT_ALLOWED;
  if (incoming.is_unreadable) return MHD_HTTP_BAD_REQUEST;
  if (call.headers.contains("transfer-encoding")) return MHD_HTTP_LENGTH_REQUIRED;
  const auto length = call.headers.find("content-length");
  if (length == call.headers.end()) return 0;
  std::size_t bytes = 0;
  const std::string& digits = length->second;
  const char* const end = digits.data() + digits.size();
  const auto [stop, code] = std::from_chars(digits.data(), end, bytes);
  if (code == std::errc::result_out_of_range) return MHD_HTTP_CONTENT_TOO_LARGE;
  if (code != std::errc() || stop != end) return MHD_HTTP_BAD_REQUEST;
  return bytes > most_body ? MHD_HTTP_CONTENT_TOO_LARGE : 0;
}

void add_header(const Response& response, const char* name, const std::string& value) {
  microhttpd().MHD_add_response_header(response.get(), name, value.c_str());
}

MHD_Result queue(MHD_Connection* connection, int status, const Response& response) {
  if (!response) return MHD_NO;
  return microhttpd().MHD_queue_response(connection, static_cast<unsigned>(status), response.get());
}

Response text_response(std::string_view text) {
  return Response(microhttpd().MHD_create_response_from_buffer(
      text.size(), const_cast<char*>(text.data()), MHD_RESPMEM_MUST_COPY));
}

MHD_Result send_nothing(MHD_Connection* connection, int status) {
  const Response response = text_response("");
  if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
    add_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST");
  return queue(connection, status, response);
}

MHD_Result send_file(MHD_Connection* connection, const Call& call, Answer& answer) {
  FileBody& body = *answer.file;
  const auto header = call.headers.find("range");
  const bool has_range = call.method == "GET" && answer.status == MHD_HTTP_OK &&
                         header != call.headers.end() && !call.headers.contains("if-range");
  ByteRange range = has_range ? read_range(header->second, body.size) : ByteRange{};
  const std::string of_size = "/" + std::to_string(body.size);
  if (range.kind == ByteRange::Kind::outside) {
    const Response nothing = text_response("");
    add_header(nothing, MHD_HTTP_HEADER_CONTENT_RANGE, "bytes *" + of_size);
    return queue(connection, MHD_HTTP_RANGE_NOT_SATISFIABLE, nothing);
  }
  const bool is_part = range.kind == ByteRange::Kind::part;
  if (!is_part) range.length = body.size;
  const Response response(microhttpd().MHD_create_response_from_fd_at_offset64(
      range.length, body.file.number(), range.first));
  if (!response) return MHD_NO;
  body.file.release();  // the response's now
  add_header(response, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
  add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type);
  if (is_part)
    add_header(response, MHD_HTTP_HEADER_CONTENT_RANGE,
               "bytes " + std::to_string(range.first) + "-" +
                   std::to_string(range.first + range.length - 1) + of_size);
  return queue(connection, is_part ? MHD_HTTP_PARTIAL_CONTENT : answer.status, response);
}

MHD_Result send(MHD_Connection* connection, const Call& call, Answer answer) {
  if (answer.file) return send_file(connection, call, answer);
  const Response response = text_response(answer.body);
  if (response) add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type);
  return queue(connection, answer.status, response);
}

sockaddr_storage place_of(const Server::Settings& settings) {
  sockaddr_storage place{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&place);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&place);
  if (::inet_pton(AF_INET, settings.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(settings.port);
  } else if (::inet_pton(AF_INET6, settings.address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(settings.port);
  } else {
    throw Error(Kind::input, "'" + settings.address + "' is no IP address to be served at");
  }
  return place;
}

}  // namespace

struct Server::Parts {
  Settings settings;
  Handler handler;
  Fault fault;
  Refused refused;
  std::unique_ptr<MHD_Daemon, StopDaemon> daemon;  // goes first: its threads use the others

  Answer answer(const Call& call) const {
    try {
      return handler(call);
    } catch (const std::exception& error) {
      fault(error.what());
    } catch (...) {  // a thread's top: above us is C
      fault("a handler threw what is no exception");
    }
    return {.status = MHD_HTTP_INTERNAL_SERVER_ERROR, .body = "{}"};
  }

  MHD_Result take(MHD_Connection* connection, const char* url, const char* method,
                  std::string_view bytes, void** request) const {
    if (*request == nullptr) {
      auto incoming = begun(connection, url, method);
      if (const int status = refusal(*incoming, settings.most_body); status != 0) {
        if (refused) refused(incoming->call.peer, status);
        return send_nothing(connection, status);
      }
      *request = incoming.release();
      return MHD_YES;
    }
    Call& call = static_cast<Incoming*>(*request)->call;
    if (bytes.empty()) return send(connection, call, answer(call));
    call.body += bytes;  // as many as its length said
    return MHD_YES;
  }

  static MHD_Result on_bytes(void* self, MHD_Connection* connection, const char* url,
                             const char* method, const char*, const char* bytes, std::size_t* count,
                             void** request) {
    const std::string_view arrived(bytes, bytes == nullptr ? 0 : *count);
    *count = 0;
    try {
      return static_cast<const Parts*>(self)->take(connection, url, method, arrived, request);
    } catch (...) {  // a thread's top: above us is C
      return MHD_NO;
    }
  }

  // The library answers by itself what it cannot read, and says so to its logger alone.
  static void on_log(void* self, const char* format, va_list words) {
    constexpr std::string_view refusing = "Error processing request (HTTP response code is %u";
    const auto* parts = static_cast<const Parts*>(self);
    if (!parts->refused || !std::string_view(format).starts_with(refusing)) return;
    const unsigned status = va_arg(words, unsigned);
    try {
      parts->refused("", static_cast<int>(status));
    } catch (...) {  // a thread's top: above us is C
    }
  }

  static void on_end(void*, MHD_Connection*, void** request, MHD_RequestTerminationCode) {
    delete static_cast<Incoming*>(*request);
    *request = nullptr;
  }
};

Server::Server(const Settings& settings, Handler handler, Fault fault, Refused refused)
    : parts_(std::make_unique<Parts>(Parts{settings, std::move(handler), std::move(fault),
                                           std::move(refused), nullptr})) {
  const sockaddr_storage place = place_of(settings);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG;
  if (place.ss_family == AF_INET6) flags |= MHD_USE_IPv6;
  errno = 0;
  parts_->daemon.reset(microhttpd().MHD_start_daemon(
      flags, settings.port, nullptr, nullptr, Parts::on_bytes, parts_.get(),
      MHD_OPTION_EXTERNAL_LOGGER, Parts::on_log, parts_.get(),  //
      MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, nullptr,  //
      MHD_OPTION_NOTIFY_COMPLETED, Parts::on_end, nullptr,  //
      MHD_OPTION_SOCK_ADDR, reinterpret_cast<const sockaddr*>(&place),  //
      MHD_OPTION_THREAD_POOL_SIZE, settings.threads,  //
      MHD_OPTION_CONNECTION_LIMIT, settings.most_connections,  //
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings.most_of_one_peer,  //
      MHD_OPTION_CONNECTION_TIMEOUT, settings.patience_seconds,  //
      MHD_OPTION_STRICT_FOR_CLIENT, 1,  //
      MHD_OPTION_END));
  if (parts_->daemon) return;
  const std::string why = errno == 0 ? "" : ": " + std::generic_category().message(errno);
  throw Error(Kind::failed, "nothing can be served at " + settings.address + " port " +
                                std::to_string(settings.port) + why);
}

std::uint16_t Server::port() const {
  return microhttpd().MHD_get_daemon_info(parts_->daemon.get(), MHD_DAEMON_INFO_BIND_PORT)->port;
}

Server::Server(Server&&) noexcept = default;
Server::~Server() = default;

}  // namespace provisioner::http
