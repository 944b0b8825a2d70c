// Requests over libcurl.

#include "provisioner/base/http/client.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/http/libcurl.h"
#include "provisioner/base/os/all_bytes.h"

namespace provisioner::http {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t most_header_bytes = 64 << 10;
constexpr long longest_silence = 60;  // seconds, in the middle of a large body
constexpr int status_whole = 200, status_part = 206;

struct EndHandle {
  void operator()(CURL* handle) const { libcurl().curl_easy_cleanup(handle); }
};
struct FreeLines {
  void operator()(curl_slist* lines) const { libcurl().curl_slist_free_all(lines); }
};
using Lines = std::unique_ptr<curl_slist, FreeLines>;

// An answer while it arrives.
struct Arriving {
  std::size_t most_bytes = 0;
  Response response = {};
  std::size_t header_bytes = 0;
  bool is_too_large = false;
  const os::Descriptor* file = nullptr;  // for the body of an answer that is a file
  int status = 0, write_error = 0;
  bool is_begun = false;  // the file's body
  bool is_for_file() const {
    return file != nullptr && (status == status_whole || status == status_part);
  }
  std::string shown_key = {};  // the server's, where a pin is held against it
  std::array<char, CURL_ERROR_SIZE> problem{};
};

// A file on its way to a server.
struct Outgoing {
  const FileContent* file = nullptr;
  std::uint64_t sent = 0;
};

// libcurl takes anything but the count it gave for a failure.
std::size_t take_header(char* text, std::size_t, std::size_t count, void* into) {
  auto& arriving = *static_cast<Arriving*>(into);
  arriving.header_bytes += count;
  arriving.is_too_large = arriving.header_bytes > most_header_bytes;
  if (arriving.is_too_large) return 0;
  const std::string_view line = base::trim({text, count});
  auto& headers = arriving.response.headers;
  if (line.starts_with("HTTP/")) {  // after an answer of the kind 1xx, the real one
    headers.clear();
    arriving.status = 0;
    const std::size_t blank = line.find(' ');
    if (blank != std::string_view::npos)
      std::from_chars(line.data() + blank + 1, line.data() + line.size(), arriving.status);
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  const std::string value(base::trim(line.substr(colon + 1)));
  const auto [place, is_new] = headers.emplace(base::lower_case(line.substr(0, colon)), value);
  if (!is_new) place->second += ", " + value;
  return count;
}

// Where the body of this answer begins in its file.
bool seek_beginning(const Arriving& arriving) {
  const int file = arriving.file->number();
  if (arriving.status == status_part) return ::lseek(file, 0, SEEK_END) >= 0;
  return ::ftruncate(file, 0) == 0 && ::lseek(file, 0, SEEK_SET) == 0;
}

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* into) {
  auto& arriving = *static_cast<Arriving*>(into);
  if (arriving.is_for_file()) {
    const bool is_begun = std::exchange(arriving.is_begun, true);
    arriving.write_error = is_begun || seek_beginning(arriving)
                               ? os::write_all(arriving.file->number(), {bytes, count}).value()
                               : errno;
    return arriving.write_error == 0 ? count : 0;
  }
  std::string& body = arriving.response.body;
  arriving.is_too_large = count > arriving.most_bytes - body.size();
  if (arriving.is_too_large) return 0;
  body.append(bytes, count);
  return count;
}

// libcurl holds a pin against the server's key, and tells that key here alone.
int take_remark(CURL*, curl_infotype kind, char* text, std::size_t size, void* into) {
  static const base::Regex key("sha256//[A-Za-z0-9+/]{43}=");
  if (kind != CURLINFO_TEXT) return 0;
  const std::string_view remark(text, size);
  if (const auto found = key.search(remark))
    static_cast<Arriving*>(into)->shown_key = *base::group_text(*found, remark, 0);
  return 0;
}

// Libcurl goes on where the answer is 0.
int break_off(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Request*>(of)->is_stopped() ? 1 : 0;
}

template <class Option>
void set(CURL* curl, CURLoption name, Option option) {
  if (const CURLcode code = libcurl().curl_easy_setopt(curl, name, option); code != CURLE_OK)
    throw Error(Kind::bug,
                std::string("libcurl refuses an option: ") + libcurl().curl_easy_strerror(code));
}

// Scheme, host and port: a path or a query may hold what is not for a message.
std::string server_of(const std::string& url) {
  static const base::Regex server("^[a-z]+://[^/?#@]+");
  const auto found = server.match_start(url);
  return found ? *base::group_text(*found, url, 0) : "the server";
}

// libcurl takes it for one without certificates, and looks at it only once somebody answers.
void require_authority(const std::string& url, const Trust& trust) {
  if (trust.ca_file.empty() || !base::lower_case(url).starts_with("https:")) return;
  if (!os::is_file(trust.ca_file))
    throw Error(Kind::input, "there is no file '" + trust.ca_file + "', whose certificates '" +
                                 server_of(url) + "' would prove itself by");
}

void set_connection(CURL* curl, const std::string& url, const Trust& trust,
                    std::chrono::milliseconds deadline) {
  require_authority(url, trust);
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_PROXY, "");
  set(curl, CURLOPT_NOPROXY, "*");
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_QUICK_EXIT, 1L);  // a name that is still looked up does not hold us
  set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  const long limit = std::max(1L, static_cast<long>(deadline.count()));
  set(curl, CURLOPT_TIMEOUT_MS, limit);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, limit);
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(curl, CURLOPT_SSL_VERIFYPEER, trust.verifies ? 1L : 0L);
  set(curl, CURLOPT_SSL_VERIFYHOST, trust.verifies ? 2L : 0L);
  if (!trust.ca_file.empty()) set(curl, CURLOPT_CAINFO, trust.ca_file.c_str());
  if (trust.pinned_key) set(curl, CURLOPT_PINNEDPUBLICKEY, trust.pinned_key->c_str());
}

void set_arrival(CURL* curl, Arriving& arriving, bool hears_remarks) {
  set(curl, CURLOPT_HEADERFUNCTION, take_header);
  set(curl, CURLOPT_HEADERDATA, static_cast<void*>(&arriving));
  set(curl, CURLOPT_WRITEFUNCTION, take_body);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&arriving));
  set(curl, CURLOPT_ERRORBUFFER, arriving.problem.data());
  if (!hears_remarks) return;
  set(curl, CURLOPT_DEBUGFUNCTION, take_remark);
  set(curl, CURLOPT_DEBUGDATA, static_cast<void*>(&arriving));
  set(curl, CURLOPT_VERBOSE, 1L);
}

const char* name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::patch:
      return "PATCH";
    case Method::put:
      return "PUT";
    case Method::remove:
      return "DELETE";
  }
  return "";
}

// libcurl asks for more of what is sent.
std::size_t give_bytes(char* into, std::size_t, std::size_t room, void* from) {
  auto& outgoing = *static_cast<Outgoing*>(from);
  const ssize_t read =
      ::pread(outgoing.file->file.number(), into, room, static_cast<off_t>(outgoing.sent));
  if (read < 0) return CURL_READFUNC_ABORT;
  outgoing.sent += static_cast<std::uint64_t>(read);
  return static_cast<std::size_t>(read);
}

// `request` must outlive the transfer: its body is sent from where it lies.
void set_content(CURL* curl, const Request& request, Outgoing& outgoing) {
  const bool changes = request.method != Method::get && request.method != Method::head;
  if (request.method == Method::head) set(curl, CURLOPT_NOBODY, 1L);
  if (changes) {
    set(curl, CURLOPT_FRESH_CONNECT, 1L);  // libcurl says anew what a kept connection lost
    set(curl, CURLOPT_CUSTOMREQUEST, name_of(request.method));
  }
  if (request.file != nullptr) {
    outgoing.file = request.file;
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.file->size));
    set(curl, CURLOPT_READFUNCTION, give_bytes);
    set(curl, CURLOPT_READDATA, static_cast<void*>(&outgoing));
  } else if (changes && (request.method != Method::remove || !request.body.empty())) {
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (!request.basic) return;
  set(curl, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  set(curl, CURLOPT_USERNAME, request.basic->user.c_str());
  set(curl, CURLOPT_PASSWORD, std::string(request.basic->password.reveal()).c_str());
}

Lines lines_of(const Request& request) {
  Lines lines;
  const auto add = [&](const std::string& line) {
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      throw Error(Kind::input, "a header of a request would be two");
    lines.reset(libcurl().curl_slist_append(lines.release(), line.c_str()));
  };
  // What libcurl would add by itself.
  add("Expect:");
  add("Content-Type:");
  for (const auto& [name, value] : request.headers) add(name + ": " + value);
  return lines;
}

std::string in_seconds(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s"
                                  : std::to_string(time.count()) + " ms";
}

Error other_key(const std::string& server, const Trust& trust, const Arriving& arriving) {
  return Error(Kind::refused, "'" + server + "' shows the key " + arriving.shown_key + ", and " +
                                  trust.pinned_key.value_or("") + " is pinned")
      .set_hint("was its certificate renewed? compare with what its console shows, then pin that");
}

// libcurl 7.88 does not say what is wrong. Nothing of the URL is shown: it may hold a password.
std::string fault_of(const std::string& url) {
  static const base::Regex with_port("^[a-z]+://[^/?#@]*:([0-9]+)([/?#]|$)");
  constexpr int largest_port = 65'535;
  const auto found = with_port.match_start(url);
  if (!found) return "an address is no URL";
  const std::string text = *base::group_text(*found, url, 1);
  int port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec != std::errc() || port > largest_port
             ? "an address has a port above " + std::to_string(largest_port)
             : "an address is no URL";
}

bool is_of_http(const std::string& url) {
  const std::string scheme = base::lower_case(url.substr(0, url.find("://")));
  return scheme == "http" || scheme == "https";
}

Error failure(CURLcode code, const std::string& url, const Trust& trust,
              std::chrono::milliseconds deadline, const Arriving& arriving) {
  const std::string server = server_of(url);
  const std::string problem = arriving.problem.front() == '\0' ? libcurl().curl_easy_strerror(code)
                                                               : arriving.problem.data();
  switch (code) {
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return other_key(server, trust, arriving);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return Error(Kind::refused, "'" + server + "' does not prove who it is: " + problem);
    case CURLE_OPERATION_TIMEDOUT:
      return Error(Kind::unreachable,
                   "'" + server + "' gave no whole answer within " + in_seconds(deadline));
    case CURLE_URL_MALFORMAT:
      return Error(Kind::input, fault_of(url));
    case CURLE_UNSUPPORTED_PROTOCOL:  // of an answer: HTTP/0.9, which has no form at all
      if (is_of_http(url))
        return Error(Kind::unreachable, "'" + server + "' answers with what is no HTTP")
            .set_hint("is it the right port, and with or without TLS as it should be?");
      return Error(Kind::input, "an address is no http or https URL");
    case CURLE_ABORTED_BY_CALLBACK:
      return Error(Kind::stopped, "the answer of '" + server + "' was not waited for");
    case CURLE_LOGIN_DENIED:
      return Error(Kind::input, "an address names a user: a URL here has none");
    case CURLE_SSL_CACERT_BADFILE:
      return Error(Kind::input, "'" + trust.ca_file + "' holds no certificates");
    default:
      break;
  }
  if (arriving.write_error != 0)
    return Error(Kind::failed, "what '" + server + "' sends cannot be written: " +
                                   std::generic_category().message(arriving.write_error));
  if (arriving.is_too_large)
    return Error(Kind::unreachable, "'" + server + "' answers with more than " +
                                        std::to_string(arriving.most_bytes) + " bytes");
  return Error(Kind::unreachable, "'" + server + "' cannot be talked to: " + problem);
}

}  // namespace

struct Client::Parts {
  Trust trust;
  std::unique_ptr<CURL, EndHandle> handle;
};

Client::Client(Trust trust) {
  static const CURLcode ready = libcurl().curl_global_init(CURL_GLOBAL_DEFAULT);
  parts_ = std::make_unique<Parts>(Parts{std::move(trust), {}});
  if (ready == CURLE_OK) parts_->handle.reset(libcurl().curl_easy_init());
  if (!parts_->handle) throw Error(Kind::failed, "libcurl cannot be begun");
}

Response Client::send(const Request& request) { return transfer(request, nullptr); }

Response Client::fetch(const Request& request, const os::Descriptor& into) {
  return transfer(request, &into);
}

Response Client::transfer(const Request& request, const os::Descriptor* into) {
  CURL* curl = parts_->handle.get();
  const Trust& trust = parts_->trust;
  libcurl().curl_easy_reset(curl);  // connections stay
  Arriving arriving{.most_bytes = request.most_bytes, .file = into};
  const Lines lines = lines_of(request);
  set_connection(curl, request.url, trust, request.deadline);
  set_arrival(curl, arriving, trust.pinned_key.has_value());
  Outgoing outgoing;
  set_content(curl, request, outgoing);
  if (into != nullptr) {
    set(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(curl, CURLOPT_LOW_SPEED_TIME, longest_silence);
  }
  set(curl, CURLOPT_HTTPHEADER, lines.get());
  if (request.is_stopped) {
    set(curl, CURLOPT_NOPROGRESS, 0L);
    set(curl, CURLOPT_XFERINFOFUNCTION, break_off);
    set(curl, CURLOPT_XFERINFODATA, static_cast<const void*>(&request));
  }
  const CURLcode code = libcurl().curl_easy_perform(curl);
  if (code != CURLE_OK) throw failure(code, request.url, trust, request.deadline, arriving);
  long status = 0;
  libcurl().curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  arriving.response.status = static_cast<int>(status);
  // A body without a byte is one too.
  if (arriving.is_for_file() && !arriving.is_begun && !seek_beginning(arriving))
    throw Error(Kind::failed, "a file cannot be emptied for what is fetched: " +
                                  std::generic_category().message(errno));
  return std::move(arriving.response);
}

std::string Client::shown_key(const std::string& url, std::chrono::milliseconds deadline) {
  // No key has this digest, so that the connection ends when the real one is told.
  Client client(
      {.verifies = false, .pinned_key = "sha256//" + base::base64_encode(std::string(32, '\0'))});
  CURL* curl = client.parts_->handle.get();
  Arriving arriving;
  set_connection(curl, url, client.parts_->trust, deadline);
  set_arrival(curl, arriving, true);
  const CURLcode code = libcurl().curl_easy_perform(curl);
  if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH && !arriving.shown_key.empty())
    return arriving.shown_key;
  if (code == CURLE_OK || arriving.is_too_large)
    throw Error(Kind::input, "'" + server_of(url) + "' shows no key: it does not speak TLS");
  throw failure(code, url, client.parts_->trust, deadline, arriving);
}

Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

}  // namespace provisioner::http
