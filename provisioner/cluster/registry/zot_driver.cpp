// zot: accounts, places and upstreams stand in its configuration, which has no API: what is
// missing there is said, with the lines that it needs (project-zot/zot, examples/README.md).

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/driver_call.h"

namespace provisioner::registry {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

[[noreturn]] void ask_for(const std::string& what, const Value& lines) {
  throw Error(Kind::refused, "zot has no API for " + what + ": its configuration does that")
      .set_hint("there it needs: " + value::write_json(lines));
}

class Zot : public RegistryDriver {
 public:
  explicit Zot(DriverAccess access) : calls_(std::move(access), "zot") {}

  // "mgmt" is the extension that tells how it is set up; who may do what is found by trying.
  std::vector<std::string> troubles() override {
    std::vector<std::string> found;
    const auto response = calls_.send(http::Method::get, "/v2/_zot/ext/mgmt", {}, {200, 404});
    if (response.status == 404) {
      found.emplace_back("zot does not tell how it is set up: its extension 'mgmt' is off");
      return found;
    }
    const Value about = value::read_json(response.body, "<zot>");
    const Value* http = about.find("http");
    const Value* auth = http == nullptr ? nullptr : http->find("auth");
    if (auth == nullptr || !auth->is_dict() || auth->dict().is_empty()) {
      found.emplace_back("zot asks nobody who he is: whoever reaches it may push");
      return found;
    }
    for (const char* project : {"incoming", "vetted", "mirror"})
      if (may_push(project, As::nobody))
        found.push_back("zot lets everybody push to '" + std::string(project) + "'");
    if (may_pull("incoming"))
      found.emplace_back("zot lets everybody pull from 'incoming', what nobody has vetted");
    if (!may_pull("mirror"))
      found.emplace_back(
          "zot lets nobody pull from 'mirror' without an account, and nodes have none");
    return found;
  }

  // A repository is there once something was pushed to it: what counts is that we may.
  bool have_project(const std::string& name, Readers readers) override {
    if (may_push(name, As::ourselves)) return false;
    const Dict ours{{"users", List{Value(calls_.user())}},
                    {"actions", List{"read", "create", "update", "delete"}}};
    Dict place{{"policies", List{Value(ours)}}};
    if (readers == Readers::everybody) place.set("anonymousPolicy", List{"read"});
    ask_for("places", access_control(name, std::move(place)));
  }

  bool have_proxy(const Upstream& upstream) override {
    if (has_repositories_below(upstream.name + "/")) return false;
    const Dict content{{"prefix", "**"}, {"destination", "/" + upstream.name}};
    const Dict one{{"urls", List{Value(upstream.url)}},
                   {"onDemand", true},
                   {"preserveDigest", true},
                   {"content", List{Value(content)}}};
    ask_for("proxies",
            Value(Dict{{"extensions", Dict{{"sync", Dict{{"registries", List{Value(one)}}}}}}}));
  }

  std::vector<std::string> robots() override {
    ask_for("accounts",
            Value(Dict{{"http", Dict{{"auth", Dict{{"htpasswd", Dict{{"path", "FILE"}}}}}}}}));
  }

  Robot add_robot(const std::string& name, const std::string& project) override {
    const Dict policy{{"users", List{Value(name)}}, {"actions", List{"read", "create", "update"}}};
    ask_for("accounts", access_control(project, Dict{{"policies", List{Value(policy)}}}));
  }

  bool remove_robot(const std::string&) override {
    robots();
    return false;
  }

 private:
  using As = DriverCalls::As;

  static Value access_control(const std::string& project, Dict place) {
    Dict places;
    places.set(project + "/**", std::move(place));
    return Value(
        Dict{{"http", Dict{{"accessControl", Dict{{"repositories", std::move(places)}}}}}});
  }

  static bool is_refused(int status) { return status == 401 || status == 403; }

  bool may_push(const std::string& project, As as) {
    return !is_refused(calls_.try_out(http::Method::put,
                                      "/v2/" + project + "/provisioner-check/manifests/none", as));
  }

  // Without an account.
  bool may_pull(const std::string& project) {
    return !is_refused(calls_.try_out(
        http::Method::get, "/v2/" + project + "/provisioner-check/tags/list", As::nobody));
  }

  bool has_repositories_below(const std::string& start) {
    const Value read = calls_.get("/v2/_catalog");
    if (const Value* list = read.find("repositories"); list != nullptr && list->is_list())
      for (const Value& name : list->list())
        if (name.is_string() && name.text().starts_with(start)) return true;
    return false;
  }

  DriverCalls calls_;
};

}  // namespace

std::unique_ptr<RegistryDriver> zot_driver(DriverAccess access) {
  return std::make_unique<Zot>(std::move(access));
}

}  // namespace provisioner::registry
