// Harbor, by its API of version 2.0 (goharbor/harbor, api/v2.0/swagger.yaml).

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/driver_call.h"

namespace provisioner::registry {
namespace {

using http::Method;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* api = "/api/v2.0";
constexpr int for_ever = -1;

class Harbor : public RegistryDriver {
 public:
  explicit Harbor(DriverAccess access) : calls_(std::move(access), "Harbor") {}

  std::vector<std::string> troubles() override {
    std::vector<std::string> found = health_troubles();
    const auto incoming = calls_.send(Method::get, at("/projects/incoming"), {}, {200, 403, 404});
    if (incoming.status != 200) return found;
    const Value project = value::read_json(incoming.body, "<Harbor>");
    const Value* about = project.find("metadata");
    if (about != nullptr && value::text_or(*about, "public", "") == "true")
      found.emplace_back(
          "Harbor lets everybody pull from 'incoming', what nobody has vetted: "
          "make the project private");
    return found;
  }

  bool have_project(const std::string& name, Readers readers) override {
    return have_project(name, readers, {});
  }

  bool have_proxy(const Upstream& upstream) override {
    return have_project(upstream.name, Readers::everybody, registry_for(upstream));
  }

  std::vector<std::string> robots() override {
    std::vector<std::string> names;
    for (const Value& robot : all_robots()) names.push_back(value::text_or(robot, "name", ""));
    return names;
  }

  // Harbor makes the password, and puts a prefix of its own before the name.
  Robot add_robot(const std::string& name, const std::string& project) override {
    const auto access = [](const char* action) {
      return Value(Dict{{"resource", "repository"}, {"action", action}});
    };
    const Dict permission{{"kind", "project"},
                          {"namespace", project},
                          {"access", List{access("push"), access("pull")}}};
    const auto response = calls_.send(Method::post, at("/robots"),
                                      Value(Dict{{"name", name},
                                                 {"description", "may push to " + project},
                                                 {"level", "system"},
                                                 {"disable", false},
                                                 {"duration", for_ever},
                                                 {"permissions", List{Value(permission)}}}),
                                      {201});
    const Value made = value::read_json(response.body, "<Harbor>");
    return {value::text_or(made, "name", ""), base::Secret(value::text_or(made, "secret", ""))};
  }

  bool remove_robot(const std::string& name) override {
    for (const Value& robot : all_robots()) {
      const std::string full = value::text_or(robot, "name", "");
      if (full != name && !full.ends_with("$" + name)) continue;
      calls_.send(Method::remove,
                  at("/robots/" + std::to_string(value::integer_or(robot, "id", 0))), {},
                  {200, 404});
      return true;
    }
    return false;
  }

 private:
  static std::string at(const std::string& path) { return api + path; }

  std::vector<std::string> health_troubles() {
    std::vector<std::string> found;
    const Value health = calls_.get(at("/health"));
    if (value::text_or(health, "status", "") == "healthy") return found;
    if (const Value* parts = health.find("components"); parts != nullptr && parts->is_list())
      for (const Value& part : parts->list())
        if (value::text_or(part, "status", "") != "healthy")
          found.push_back("Harbor's " + value::text_or(part, "name", "part") + " is not healthy");
    if (found.empty()) found.emplace_back("Harbor does not call itself healthy");
    return found;
  }

  bool have_project(const std::string& name, Readers readers,
                    std::optional<std::int64_t> registry) {
    if (calls_.send(Method::head, at("/projects?project_name=" + name), {}, {200, 404}).status ==
        200)
      return false;
    const char* is_public = readers == Readers::everybody ? "true" : "false";
    Dict body{{"project_name", name}, {"metadata", Dict{{"public", is_public}}}};
    if (registry) body.set("registry_id", *registry);
    // 409: somebody was faster.
    return calls_.send(Method::post, at("/projects"), Value(body), {201, 409}).status == 201;
  }

  std::optional<std::int64_t> id_of(const std::string& name) {
    const Value found = calls_.get(at("/registries?q=name%3D" + name));
    for (const Value& one : found.list())
      if (value::text_or(one, "name", "") == name) return value::integer_or(one, "id", 0);
    return std::nullopt;
  }

  std::int64_t registry_for(const Upstream& upstream) {
    if (const auto id = id_of(upstream.name)) return *id;
    const std::string type = upstream.name == "docker.io" ? "docker-hub" : "docker-registry";
    calls_.send(Method::post, at("/registries"),
                Value(Dict{{"name", upstream.name}, {"type", type}, {"url", upstream.url}}),
                {201, 409});
    if (const auto id = id_of(upstream.name)) return *id;
    throw base::Error(base::Kind::failed,
                      "Harbor has taken the registry '" + upstream.name + "' and does not list it");
  }

  List all_robots() {
    List all;
    for (int page = 1;; ++page) {
      const Value some = calls_.get(at("/robots?page_size=100&page=" + std::to_string(page)));
      if (!some.is_list() || some.list().empty()) return all;
      all.insert(all.end(), some.list().begin(), some.list().end());
      if (some.list().size() < 100) return all;
    }
  }

  DriverCalls calls_;
};

}  // namespace

std::unique_ptr<RegistryDriver> harbor_driver(DriverAccess access) {
  return std::make_unique<Harbor>(std::move(access));
}

}  // namespace provisioner::registry
