// Sonatype Nexus Repository 3, by its REST API (/service/rest/v1). Repositories are reached by
// their paths, which is what this API calls path-enabled (3.83 and later).

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/registry/driver_call.h"

namespace provisioner::registry {
namespace {

using http::Method;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* api = "/service/rest/v1";
constexpr const char* role_start = "provisioner-push-";
constexpr int keep_minutes = 1440;  // what a proxy has asked its upstream for

Dict storage(bool is_hosted) {
  Dict storage{{"blobStoreName", "default"}, {"strictContentTypeValidation", true}};
  if (is_hosted) storage.set("writePolicy", "allow");
  return storage;
}

// Whoever has no account is let in by "forceBasicAuth" alone being off (help.sonatype.com, "Docker
// Registry", "Allow anonymous docker pull").
Dict docker(Readers readers) {
  return {
      {"v1Enabled", false}, {"forceBasicAuth", readers == Readers::named}, {"pathEnabled", true}};
}

class Nexus : public RegistryDriver {
 public:
  explicit Nexus(DriverAccess access) : calls_(std::move(access), "Nexus") {}

  std::vector<std::string> troubles() override {
    std::vector<std::string> found;
    if (calls_.send(Method::get, at("/status"), {}, {200, 503}).status != 200)
      found.emplace_back("Nexus does not serve reads");
    if (calls_.send(Method::get, at("/status/writable"), {}, {200, 503}).status != 200)
      found.emplace_back("Nexus takes no writes");
    look_at_readers(found);
    return found;
  }

  bool have_project(const std::string& name, Readers readers) override {
    if (calls_.is_there(at("/repositories/" + name))) return false;
    calls_.send(Method::post, at("/repositories/docker/hosted"),
                Value(Dict{{"name", name},
                           {"online", true},
                           {"storage", storage(true)},
                           {"docker", docker(readers)}}),
                {201});
    return true;
  }

  bool have_proxy(const Upstream& upstream) override {
    if (calls_.is_there(at("/repositories/" + upstream.name))) return false;
    const std::string index = upstream.name == "docker.io" ? "HUB" : "REGISTRY";
    calls_.send(Method::post, at("/repositories/docker/proxy"),
                Value(Dict{{"name", upstream.name},
                           {"online", true},
                           {"storage", storage(false)},
                           {"proxy", Dict{{"remoteUrl", upstream.url},
                                          {"contentMaxAge", keep_minutes},
                                          {"metadataMaxAge", keep_minutes}}},
                           {"negativeCache", Dict{{"enabled", true}, {"timeToLive", 10}}},
                           {"httpClient", Dict{{"blocked", false}, {"autoBlock", true}}},
                           {"docker", docker(Readers::everybody)},
                           {"dockerProxy", Dict{{"indexType", index}}}}),
                {201});
    return true;
  }

  std::vector<std::string> robots() override {
    std::vector<std::string> names;
    const Value users = calls_.get(at("/security/users"));
    for (const Value& user : users.list())
      if (is_robot(user)) names.push_back(value::text_or(user, "userId", ""));
    return names;
  }

  Robot add_robot(const std::string& name, const std::string& project) override {
    const std::string role = role_start + project;
    if (!calls_.is_there(at("/security/roles/" + role)))
      calls_.send(Method::post, at("/security/roles"),
                  Value(Dict{{"id", role},
                             {"name", role},
                             {"description", "may push to " + project},
                             {"privileges", privileges(project)},
                             {"roles", List()}}),
                  {200, 201});
    Robot robot{name, base::Secret(crypto::random_token() + crypto::random_token())};
    calls_.send(Method::post, at("/security/users"),
                Value(Dict{{"userId", name},
                           {"firstName", name},
                           {"lastName", "robot"},
                           {"emailAddress", name + "@robot.invalid"},
                           {"password", robot.password.reveal()},
                           {"status", "active"},
                           {"roles", List{Value(role)}}}),
                {200, 201});
    return robot;
  }

  bool remove_robot(const std::string& name) override {
    for (const std::string& one : robots())
      if (one == name) {
        calls_.send(Method::remove, at("/security/users/" + name), {}, {204, 404});
        return true;
      }
    return false;
  }

 private:
  static std::string at(const std::string& path) { return api + path; }

  // Nodes have no account, and CI's images are for nobody.
  void look_at_readers(std::vector<std::string>& found) {
    if (!value::boolean_or(calls_.get(at("/security/anonymous")), "enabled", false))
      found.emplace_back("Nexus lets nobody in without an account, and nodes have none");
    const Value realms = calls_.get(at("/security/realms/active"));
    if (!realms.is_list() || std::ranges::none_of(realms.list(), [](const Value& realm) {
          return realm.is_string() && realm.text() == "DockerToken";
        }))
      found.emplace_back("Nexus has its realm 'DockerToken' off, without which nodes cannot pull");
    const auto incoming =
        calls_.send(Method::get, at("/repositories/docker/hosted/incoming"), {}, {200, 404});
    if (incoming.status != 200) return;
    const Value repository = value::read_json(incoming.body, "<Nexus>");
    const Value* about = repository.find("docker");
    if (about == nullptr || !value::boolean_or(*about, "forceBasicAuth", false))
      found.emplace_back(
          "Nexus lets everybody pull from 'incoming', what nobody has vetted: switch its "
          "'Allow anonymous docker pull' off");
  }

  static List privileges(const std::string& project) {
    List all;
    for (const char* verb : {"add", "edit", "read", "browse"})
      all.emplace_back("nx-repository-view-docker-" + project + "-" + verb);
    return all;
  }

  // People have other roles; who has one of ours is ours.
  static bool is_robot(const Value& user) {
    const Value* roles = user.find("roles");
    if (roles == nullptr || !roles->is_list()) return false;
    for (const Value& role : roles->list())
      if (role.is_string() && role.text().starts_with(role_start)) return true;
    return false;
  }

  DriverCalls calls_;
};

}  // namespace

std::unique_ptr<RegistryDriver> nexus_driver(DriverAccess access) {
  return std::make_unique<Nexus>(std::move(access));
}

}  // namespace provisioner::registry
