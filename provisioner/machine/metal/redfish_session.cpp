// Logging in, asking, and what the answers mean.

#include "provisioner/machine/metal/redfish_session.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr const char* root_path = "/redfish/v1/";
constexpr const char* usual_sessions = "/redfish/v1/SessionService/Sessions";
constexpr std::chrono::seconds patience_at_the_end{2};

bool is_good(const http::Response& response) {
  return response.status >= 200 && response.status < 300;
}

std::optional<Value> read(const std::string& body) {
  try {
    return value::read_json(body);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// The first of the messages that a Redfish error has (DSP0266, 8.6).
Value message_of(const std::string& body) {
  const auto value = read(body);
  const Value* error = value ? value->find("error") : nullptr;
  const Value* messages = error ? error->find("@Message.ExtendedInfo") : nullptr;
  if (messages != nullptr && messages->is_list() && !messages->list().empty())
    return messages->list().front();
  return error == nullptr ? Value() : *error;
}

std::string text_of(const http::Response& response) {
  const std::string text = value::text_or(message_of(response.body), "Message", "");
  return "HTTP " + std::to_string(response.status) +
         (text.empty() ? "" : ": " + base::escape_for_terminal(text));
}

// "Base.1.8.SessionLimitExceeded".
bool is_session_limit(const http::Response& response) {
  const std::string id = value::text_or(message_of(response.body), "MessageId", "");
  return id.ends_with(".SessionLimitExceeded");
}

// A token without rights, or a session that has ended, shows as one of these.
bool is_denied(const http::Response& response) {
  return response.status == 401 || response.status == 403;
}

bool is_busy(const http::Response& response) {
  return response.status == 429 || response.status == 502 || response.status == 503 ||
         response.status == 504;
}

std::string json(const Value& value) { return value::write_json(value, {.compact = true}); }

}  // namespace

std::string path_of(const Value& link) {
  const std::string path = value::text_or(link, "@odata.id", "");
  if (!path.starts_with('/') || path.starts_with("//"))
    throw Error(Kind::failed,
                "the BMC's link '" + base::escape_for_terminal(path) + "' leads out of it");
  return path;
}

std::optional<std::string> link_of(const Value& resource, std::string_view member) {
  const Value* link = resource.find(member);
  if (link == nullptr || link->find("@odata.id") == nullptr) return std::nullopt;
  return path_of(*link);
}

RedfishSession::RedfishSession(Settings settings)
    : settings_(std::move(settings)), client_(settings_.trust) {}

RedfishSession::~RedfishSession() {
  // One that has just been silent is not waited for once more.
  if (token_.is_empty() || location_.empty() || !has_answered_) return;
  try {
    send({.method = http::Method::remove}, location_,
         os::system_clock().now() + patience_at_the_end);
  } catch (...) {
    // The BMC ends it by itself after a while.
  }
}

void RedfishSession::prove_identity(http::Request& request) const {
  if (!is_logged_in_) return;
  if (token_.is_empty())
    request.basic = settings_.login;
  else
    request.headers.emplace_back("X-Auth-Token", std::string(token_.reveal()));
}

http::Response RedfishSession::send(http::Request request, const std::string& path,
                                    os::Instant end) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end - os::system_clock().now());
  if (left.count() <= 0)
    throw Error(Kind::unreachable, "'" + settings_.origin + "' gave no whole answer in time");
  if (request.is_stopped && request.is_stopped())
    throw Error(Kind::stopped, "'" + settings_.origin + "' was not asked any more");
  request.url = settings_.origin + path;
  request.deadline = left;
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("OData-Version", "4.0");
  if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  prove_identity(request);
  has_answered_ = false;
  try {
    http::Response response = client_.send(request);
    has_answered_ = true;
    return response;
  } catch (const Error& error) {
    has_answered_ = error.kind() == Kind::stopped;
    throw;
  }
}

// Whoever does not hear which session was made cannot end it.
std::function<bool()> RedfishSession::stopped_for_long() const {
  if (!settings_.is_stopped) return {};
  return [this, since = std::optional<os::Instant>()]() mutable {
    const os::Instant now = os::system_clock().now();
    if (!since && settings_.is_stopped()) since = now;
    return since && now - *since >= patience_at_the_end;
  };
}

Error RedfishSession::failure(const http::Response& response) const {
  const std::string bmc = "'" + settings_.origin + "'";
  if (is_denied(response))
    return Error(Kind::refused, bmc + " does not take this user and password, or gives them no "
                                      "right to do that: " + text_of(response))
        .set_hint(
            "see bmc.user and bmc.password_file; it was not tried again, which would lock us out");
  if (response.status >= 300 && response.status < 400)
    return Error(Kind::refused, bmc + " sends us elsewhere: that is not followed");
  if (is_busy(response)) return Error(Kind::unreachable, bmc + " is busy: " + text_of(response));
  return Error(Kind::failed, bmc + " does not do that: " + text_of(response));
}

Error RedfishSession::no_session_left() const {
  return Error(Kind::unreachable, "'" + settings_.origin +
                                      "' has no session left, and takes no password without one")
      .set_hint("end one of its sessions in its web page, or wait until the oldest has ended");
}

void RedfishSession::take_session(const http::Response& response) {
  const auto token = response.headers.find("x-auth-token");
  if (token == response.headers.end() || token->second.empty())
    throw Error(Kind::failed, "'" + settings_.origin + "' makes a session without a token");
  token_ = base::Secret(token->second);
  const auto place = response.headers.find("location");
  location_ = place == response.headers.end() ? "" : place->second;
  if (const std::size_t scheme = location_.find("://"); scheme != std::string::npos) {
    const std::size_t slash = location_.find('/', scheme + 3);
    location_ = slash == std::string::npos ? "" : location_.substr(slash);
  }
  if (!location_.starts_with('/'))
    location_ = value::text_or(read(response.body).value_or(Value()), "@odata.id", "");
}

void RedfishSession::log_in(os::Instant end) {
  is_logged_in_ = false;
  token_ = {};
  const http::Response root = send({.is_stopped = settings_.is_stopped}, root_path, end);
  if (!is_good(root)) throw failure(root);
  const auto service = read(root.body);
  if (!service)
    throw Error(Kind::unreachable, "'" + settings_.origin + "' answers with what is no JSON");
  const Value* links = service->find("Links");
  const auto sessions = links == nullptr ? std::nullopt : link_of(*links, "Sessions");
  const Value login(Dict{{"UserName", settings_.login.user},
                         {"Password", std::string(settings_.login.password.reveal())}});
  const http::Response response =
      send({.method = http::Method::post, .body = json(login), .is_stopped = stopped_for_long()},
           sessions.value_or(usual_sessions), end);
  has_no_session_left_ = is_session_limit(response);
  const bool has_no_sessions =
      response.status == 404 || response.status == 405 || response.status == 501;
  // A password that was refused once is not shown again: it might be the wrong one.
  if (has_no_session_left_ && is_password_refused_) throw no_session_left();
  if (is_good(response))
    take_session(response);
  else if (!has_no_session_left_ && !has_no_sessions)
    throw failure(response);
  is_logged_in_ = true;
}

http::Response RedfishSession::exchange(http::Request request, const std::string& path,
                                        os::Instant end) {
  request.is_stopped = settings_.is_stopped;
  const bool is_new = !is_logged_in_;
  if (is_new) log_in(end);
  http::Response response = send(request, path, end);
  if (response.status == 401 && !is_new && !token_.is_empty()) {  // the session has ended meanwhile
    log_in(end);
    response = send(std::move(request), path, end);
  }
  if (is_good(response)) return response;
  if (!has_no_session_left_ || !is_denied(response)) throw failure(response);
  is_logged_in_ = false;  // the next request may find a session
  is_password_refused_ = true;
  throw no_session_left();
}

RedfishSession::Resource RedfishSession::get(const std::string& path, os::Instant end) {
  const http::Response response = exchange({}, path, end);
  auto value = read(response.body);
  if (!value || !value->is_dict())
    throw Error(Kind::unreachable, "'" + settings_.origin + "' answers with what is no JSON");
  const auto etag = response.headers.find("etag");
  return {*std::move(value), etag == response.headers.end() ? "" : etag->second};
}

void RedfishSession::post(const std::string& path, const Value& body, os::Instant end) {
  exchange({.method = http::Method::post, .body = json(body)}, path, end);
}

void RedfishSession::patch(const std::string& path, const Value& body, const std::string& etag,
                           os::Instant end) {
  http::Request request{.method = http::Method::patch, .body = json(body)};
  if (!etag.empty()) request.headers.emplace_back("If-Match", etag);
  exchange(std::move(request), path, end);
}

}  // namespace provisioner::metal
