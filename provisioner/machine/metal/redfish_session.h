#pragma once

#include <functional>
#include <optional>
#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/base/http/client.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/value.h"

namespace provisioner::metal {

// Requests to one Redfish service (DSP0266 1.15), logged in at the first one that needs it and
// logged out when it goes, also where it was stopped: BMCs have few sessions, and some keep those
// of the dead for hours. Where there are no sessions, or none is left, each request carries the
// password (RFC 7617). One thread.
class RedfishSession {
 public:
  struct Settings {
    std::string origin;  // "https://10.20.0.11"
    http::Credentials login;
    http::Trust trust;
    std::function<bool()> is_stopped = {};  // breaks requests off: Error(stopped)
  };
  explicit RedfishSession(Settings settings);
  RedfishSession(const RedfishSession&) = delete;
  RedfishSession& operator=(const RedfishSession&) = delete;
  ~RedfishSession();

  struct Resource {
    value::Value value;
    std::string etag;  // "" where it has none
  };
  // A path of this service ("/redfish/v1/Systems/1"), until `end`. Throws as bmc.h says; what is
  // not whole JSON is no answer.
  Resource get(const std::string& path, os::Instant end);
  void post(const std::string& path, const value::Value& body, os::Instant end);
  void patch(const std::string& path, const value::Value& body, const std::string& etag,
             os::Instant end);

 private:
  http::Response exchange(http::Request request, const std::string& path, os::Instant end);
  http::Response send(http::Request request, const std::string& path, os::Instant end);
  std::function<bool()> stopped_for_long() const;
  void prove_identity(http::Request& request) const;
  void log_in(os::Instant end);
  void take_session(const http::Response& response);
  base::Error failure(const http::Response& response) const;
  base::Error no_session_left() const;

  Settings settings_;
  http::Client client_;
  bool is_logged_in_ = false, has_no_session_left_ = false, is_password_refused_ = false;
  bool has_answered_ = false;  // to the last request, or it was not waited for
  base::Secret token_;         // empty: the password goes with each request
  std::string location_;       // of the session
};

// The path that a member of a resource leads to ({"@odata.id": "/..."}); nullopt where there is
// none. Throws Error(failed) for a link that leads out of the service.
std::optional<std::string> link_of(const value::Value& resource, std::string_view member);
std::string path_of(const value::Value& link);  // of the link itself

}  // namespace provisioner::metal
