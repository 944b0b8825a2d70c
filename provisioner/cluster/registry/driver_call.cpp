// The drivers' way to an API.

#include "provisioner/cluster/registry/driver_call.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::registry {

using base::Error;
using base::Kind;
using value::Value;

http::Response DriverCalls::send(http::Method method, const std::string& path, const Value& body,
                                 const std::vector<int>& fine) {
  http::Request request{.method = method, .url = access_.url + path, .basic = access_.account};
  request.headers.emplace_back("Accept", "application/json");
  if (!body.is_none()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = value::write_json(body);
  }
  http::Response response = access_.ask(request);
  if (std::ranges::find(fine, response.status) != fine.end()) return response;
  const bool is_account = response.status == 401 || response.status == 403;
  Error error(is_account ? Kind::refused : Kind::failed,
              what_ + " at '" + access_.url + "' answers " + path + " with status " +
                  std::to_string(response.status) + ": " +
                  base::escape_for_terminal(response.body.substr(0, 300)));
  if (is_account) error.set_hint("may '" + access_.account.user + "' administer it?");
  throw error;
}

Value DriverCalls::get(const std::string& path) {
  return value::read_json(send(http::Method::get, path, {}, {200}).body, "<" + what_ + ">");
}

bool DriverCalls::is_there(const std::string& path) {
  return send(http::Method::get, path, {}, {200, 404}).status == 200;
}

int DriverCalls::try_out(http::Method method, const std::string& path, As as) {
  http::Request request{.method = method, .url = access_.url + path};
  if (as == As::ourselves) request.basic = access_.account;
  if (method == http::Method::put) {
    // Of a kind that no registry takes for a manifest: who may push is told so, and nothing comes.
    request.headers.emplace_back("Content-Type", "text/plain");
    request.body = "{}";
  }
  return access_.ask(request).status;
}

const std::vector<std::string>& driver_kinds() {
  static const std::vector<std::string> kinds = {"harbor", "nexus", "zot"};
  return kinds;
}

std::unique_ptr<RegistryDriver> open_driver(const std::string& kind, DriverAccess access) {
  if (kind == "harbor") return harbor_driver(std::move(access));
  if (kind == "nexus") return nexus_driver(std::move(access));
  if (kind == "zot") return zot_driver(std::move(access));
  throw Error(Kind::input,
              "'registry_kind' is distribution, harbor, nexus or zot, found '" + kind + "'");
}

}  // namespace provisioner::registry
