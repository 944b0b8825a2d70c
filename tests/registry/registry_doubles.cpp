// Registries of others, in memory.

#include "tests/registry/registry_doubles.h"

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::tests {
namespace {

using http::Method;
using http::Response;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* url = "https://registry.example.org";
constexpr const char* admin_password = "administering";

Response said(int status, const Value& body = {}) {
  return {status, {}, body.is_none() ? "" : value::write_json(body)};
}

// The end of a path behind "START/" or "START?...=".
std::string behind(const std::string& path, const std::string& start) {
  return path.starts_with(start) ? path.substr(start.size()) : "";
}

// Of "/v2/incoming/tool/..." it is "incoming".
std::string project_in(const std::string& path) {
  const std::string rest = behind(path, "/v2/");
  return rest.substr(0, rest.find('/'));
}

}  // namespace

registry::DriverAccess RegistryDouble::access() {
  return {url,
          {"admin", base::Secret(std::string(admin_password))},
          [this](const http::Request& request) { return answer(request); }};
}

Response RegistryDouble::answer(const http::Request& request) {
  const std::string path = request.url.substr(std::string(url).size());
  if (!request.basic) return nameless(request.method, path);
  if (request.basic->password.reveal() != admin_password)
    return said(401, Dict{{"message", "unauthorized"}});
  const Value body = request.body.empty() ? Value() : value::read_json(request.body);
  return call(request.method, path, body);
}

Response RegistryDouble::nameless(Method, const std::string&) {
  return said(401, Dict{{"message", "unauthorized"}});
}

Response HarborDouble::call(Method method, const std::string& path, const Value& body) {
  const std::string rest = behind(path, "/api/v2.0");
  if (rest == "/health")
    return said(200, Dict{{"status", is_well ? "healthy" : "unhealthy"},
                          {"components",
                           List{Value(Dict{{"name", "database"},
                                           {"status", is_well ? "healthy" : "unhealthy"}})}}});
  if (rest.starts_with("/projects")) return projects_call(method, rest, body);
  if (rest.starts_with("/robots")) return robots_call(method, rest, body);
  if (rest.starts_with("/registries") && method == Method::get) {
    List all;
    for (const auto& [name, id] : registries_) all.emplace_back(Dict{{"name", name}, {"id", id}});
    return said(200, Value(std::move(all)));
  }
  if (rest == "/registries" && method == Method::post) {
    registries_[value::text_or(body, "name", "")] = next_id_++;
    return said(201);
  }
  return said(404);
}

Response HarborDouble::projects_call(Method method, const std::string& path, const Value& body) {
  const std::string asked = behind(path, "/projects?project_name=");
  if (method == Method::head)
    return said(projects.contains(asked) || proxies.contains(asked) ? 200 : 404);
  if (const std::string one = behind(path, "/projects/"); method == Method::get && !one.empty())
    return projects.contains(one)
               ? said(200,
                      Dict{{"name", one},
                           {"metadata", Dict{{"public", open.contains(one) ? "true" : "false"}}}})
               : said(404);
  const std::string name = value::text_or(body, "project_name", "");
  if (method != Method::post || name.empty()) return said(400);
  if (value::text_or(*body.find("metadata"), "public", "") == "true") open.insert(name);
  const bool is_proxy = body.find("registry_id") != nullptr;
  return said((is_proxy ? proxies : projects).insert(name).second ? 201 : 409);
}

Response HarborDouble::robots_call(Method method, const std::string& path, const Value& body) {
  if (method == Method::get) {
    List all;
    for (const auto& [login, id] : robot_ids_) all.emplace_back(Dict{{"name", login}, {"id", id}});
    return said(200, Value(std::move(all)));
  }
  if (method == Method::remove) {
    for (const auto& [login, id] : robot_ids_)
      if (std::to_string(id) == behind(path, "/robots/")) {
        accounts.erase(login);
        robot_ids_.erase(login);
        return said(200);
      }
    return said(404);
  }
  const std::string login = "robot$" + value::text_or(body, "name", "");
  const Value* permissions = body.find("permissions");
  if (permissions == nullptr || robot_ids_.contains(login)) return said(permissions ? 409 : 400);
  robot_ids_[login] = next_id_++;
  accounts[login] = value::text_or(permissions->list().front(), "namespace", "");
  return said(201, Dict{{"name", login}, {"secret", "made by Harbor"}, {"id", robot_ids_[login]}});
}

Response NexusDouble::call(Method method, const std::string& path, const Value& body) {
  const std::string rest = behind(path, "/service/rest/v1");
  if (rest == "/status" || rest == "/status/writable") return said(is_well ? 200 : 503);
  if (method == Method::post && rest.starts_with("/repositories/docker/")) {
    const bool is_proxy = rest.ends_with("proxy");
    if (is_proxy && body.find("dockerProxy") == nullptr) return said(400);
    (is_proxy ? proxies : projects).insert(value::text_or(body, "name", ""));
    if (!value::boolean_or(*body.find("docker"), "forceBasicAuth", false))
      open.insert(value::text_or(body, "name", ""));
    return said(201);
  }
  if (rest == "/security/anonymous") return said(200, Dict{{"enabled", has_anonymous}});
  if (rest == "/security/realms/active")
    return said(200, has_token_realm ? Value(List{"NexusAuthenticatingRealm", "DockerToken"})
                                     : Value(List{"NexusAuthenticatingRealm"}));
  if (const std::string name = behind(rest, "/repositories/docker/hosted/"); !name.empty())
    return projects.contains(name)
               ? said(200, Dict{{"name", name},
                                {"docker", Dict{{"forceBasicAuth", !open.contains(name)}}}})
               : said(404);
  if (const std::string name = behind(rest, "/repositories/"); !name.empty())
    return projects.contains(name) || proxies.contains(name)
               ? said(200, Dict{{"name", name}, {"format", "docker"}})
               : said(404);
  if (rest == "/security/roles" && method == Method::post) {
    const std::string one = value::Dict::key_text(body.find("privileges")->list().front());
    const std::string start = "nx-repository-view-docker-";
    roles_[value::text_or(body, "id", "")] =
        one.substr(start.size(), one.rfind('-') - start.size());
    return said(200);
  }
  if (const std::string role = behind(rest, "/security/roles/"); !role.empty())
    return said(roles_.contains(role) ? 200 : 404, Dict{{"id", role}});
  if (rest.starts_with("/security/users")) return users_call(method, rest, body);
  return said(404);
}

Response NexusDouble::users_call(Method method, const std::string& path, const Value& body) {
  if (method == Method::get) {
    List all{Value(Dict{{"userId", "admin"}, {"roles", List{"nx-admin"}}})};
    for (const auto& [name, role] : user_roles_)
      all.emplace_back(Dict{{"userId", name}, {"roles", List{Value(role)}}});
    return said(200, Value(std::move(all)));
  }
  if (method == Method::remove) {
    const std::string name = behind(path, "/security/users/");
    accounts.erase(name);
    return said(user_roles_.erase(name) == 0 ? 404 : 204);
  }
  const std::string name = value::text_or(body, "userId", ""),
                    role = value::Dict::key_text(body.find("roles")->list().front());
  if (user_roles_.contains(name) || !roles_.contains(role)) return said(400);
  user_roles_[name] = role;
  accounts[name] = roles_[role];
  return said(200, body);
}

Response ZotDouble::nameless(Method method, const std::string& path) {
  const std::set<std::string>& may = method == Method::get ? open : writable_by_all;
  if (!may.contains(project_in(path))) return said(401);
  return said(method == Method::get ? 404 : 415);
}

Response ZotDouble::call(Method method, const std::string& path, const Value&) {
  if (method == Method::put) return said(writable.contains(project_in(path)) ? 415 : 403);
  if (method != Method::get) return said(405);
  if (path == "/v2/_zot/ext/mgmt") {
    if (!is_well) return said(404);
    Dict auth;
    if (has_accounts) auth.set("htpasswd", Dict());
    return said(200, Dict{{"distSpecVersion", "1.1.0"}, {"http", Dict{{"auth", auth}}}});
  }
  if (path != "/v2/_catalog") return said(404);
  List names;
  for (const std::string& proxy : proxies) names.emplace_back(proxy + "/library/busybox");
  return said(200, Dict{{"repositories", std::move(names)}});
}

}  // namespace provisioner::tests
