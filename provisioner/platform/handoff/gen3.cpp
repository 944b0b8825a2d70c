// What Gen3's charts need to know of a site.

#include "provisioner/platform/handoff/gen3.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/reading.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using value::Dict;
using value::Value;

constexpr const char* standard_chart = "0.3.90";
constexpr const char* standard_services = "10.96.0.0/16";

// Tags that move: what runs would not be what was tried.
bool is_moving(const std::string& tag) {
  constexpr std::array<std::string_view, 4> moving = {"master", "main", "latest", "develop"};
  return std::ranges::find(moving, tag) != moving.end();
}

void refuse_moving(Reading& reading, const std::string& tag, std::string_view key) {
  if (is_moving(tag))
    reading.add("'" + tag + "' is another image tomorrow", key, "name a release, as \"2026.08\"");
}

// kubeadm gives the name service the tenth address of the services' network.
std::string name_service(const std::string& network) {
  const std::vector<std::string> parts =
      base::split(std::string_view(network).substr(0, network.find('/')), '.');
  unsigned last = 0;
  if (parts.size() != 4) return "";
  std::from_chars(parts[3].data(), parts[3].data() + parts[3].size(), last);
  return parts[0] + "." + parts[1] + "." + parts[2] + "." + std::to_string(last + 10);
}

void read_services(Reading& reading, Gen3& gen3) {
  Reading postgres = reading.below("postgres");
  postgres.know({"host", "port", "username", "secret"});
  gen3.postgres = {.host = postgres.required("host", "pg.example.org"),
                   .user = postgres.text("username", "postgres"),
                   .secret = postgres.text("secret", "gen3-postgres-master"),
                   .port = postgres.port("port", 5432)};
  Reading search = reading.below("elasticsearch");
  search.know({"host", "port"});
  gen3.search = {.host = search.required("host", "es.example.org"),
                 .port = search.port("port", 9200)};
  if (gen3.search.port != 9200 &&
      gen3.search.host.find_first_not_of("0123456789.") != std::string::npos)
    search.add("its port is 9200, or its host is an address", "port",
               "etl always asks at 9200, and a name in DNS has no port to be another's");
  Reading storage = reading.below("s3");
  storage.know({"url", "region", "bucket", "users"});
  gen3.storage = {.url = storage.url("url", "https://s3.example.org"),
                  .region = storage.text("region", "us-east-1"),
                  .bucket = storage.required("bucket", "gen3-data"),
                  .users = storage.text("users")};
  if (!gen3.storage.users.empty() && !gen3.storage.users.starts_with("s3://"))
    storage.add("'" + gen3.storage.users + "' is no place in S3", "users",
                "users: s3://gen3-users/user.yaml");
}

void read_login(Reading& reading, Gen3& gen3) {
  Reading login = reading.below("oidc");
  login.know({"id", "name", "client_id", "issuer", "discovery_url"});
  const bool has_discovery = login.find("discovery_url") != nullptr;
  gen3.login = {
      .id = login.text("id", "site"),
      .name = login.text("name", "Site login"),
      .client = login.required("client_id", "gen3"),
      .discovery = has_discovery
                       ? login.url("discovery_url",
                                   "https://idp.example.org/.well-known/openid-configuration")
                       : login.url("issuer", "https://idp.example.org") +
                             "/.well-known/openid-configuration"};
}

void read_pages(Reading& reading, const Instance& instance, Gen3& gen3) {
  Reading ingress = reading.below("ingress");
  ingress.know({"class", "secret", "issuer"});
  const bool is_ours = instance.owners.is_ours("ingress");
  gen3.ingress = {
      .class_name = is_ours ? ingress.text("class", "traefik") : ingress.required("class", "nginx"),
      .secret = ingress.text("secret", base::replace_all(gen3.hostname, ".", "-") + "-tls"),
      .issuer = ingress.text("issuer", instance.text("cluster_issuer"))};
  if (gen3.ingress.secret == "gen3-certs")
    ingress.add("the chart makes 'gen3-certs' anew with each upgrade", "secret",
                "name another Secret for the certificate");
  Reading values = reading.below("gitops");
  values.know({"repository", "revision"});
  gen3.values = {.repository = values.required("repository", "https://git.example.org/commons.git"),
                 .revision = values.text("revision", "main")};
}

void read_search_indices(Reading& reading, Gen3& gen3) {
  const Value* indices = reading.find("indices");
  if (indices == nullptr) return;
  for (const Value& one : items_of(indices))
    if (text_of(one, "index").empty() || text_of(one, "type").empty())
      reading.add("an index has a name and a type", "indices",
                  "indices: [{index: agdr_case, type: case}]");
  if (items_of(indices).empty())
    reading.add("'gen3.indices' is a list", "indices", "indices: [{index: agdr_case, type: case}]");
  gen3.indices = *indices;
  gen3.config_index = reading.text("config_index", gen3.environment + "_array-config");
}

void read_images(Reading& reading, Gen3& gen3) {
  gen3.chart = reading.text("chart", standard_chart);
  gen3.release = reading.required("release", "\"2026.08\"");
  refuse_moving(reading, gen3.release, "release");
  const Value* tags = reading.find("tags");
  if (tags == nullptr || !tags->is_dict()) return;
  for (const auto& [service, tag] : tags->dict()) {
    gen3.tags[Dict::key_text(service)] = Dict::key_text(tag);
    refuse_moving(reading, Dict::key_text(tag), "tags");
  }
}

}  // namespace

Gen3 read_gen3(const Instance& instance, Diagnostics& diagnostics) {
  Reading reading(instance.find("gen3"), "gen3", instance.variables, diagnostics);
  reading.know({"hostname", "environment", "namespace", "chart", "release", "tags",
                "dictionary_url", "frontend", "tier_access", "secrets", "postgres", "elasticsearch",
                "s3", "oidc", "ingress", "gitops", "indices", "config_index"});
  Gen3 gen3;
  gen3.hostname = reading.name("hostname", instance.domain());
  gen3.environment = reading.name("environment", base::replace_all(instance.name, "_", "-"));
  gen3.name_space = reading.name("namespace", "gen3");
  gen3.dictionary = reading.url("dictionary_url", "https://files.example.org/schema.json");
  gen3.frontend = reading.text("frontend", "gen3ff");
  if (gen3.frontend != "gen3ff" && gen3.frontend != "portal")
    reading.add("there is no front end '" + gen3.frontend + "'", "frontend", "gen3ff, or portal");
  gen3.access = reading.text("tier_access", "private");
  gen3.secrets = reading.text("secrets", "secret/data/gen3/" + gen3.environment);
  read_images(reading, gen3);
  read_services(reading, gen3);
  read_login(reading, gen3);
  read_pages(reading, instance, gen3);
  read_search_indices(reading, gen3);
  gen3.resolver = name_service(instance.text("service_subnet", standard_services));
  gen3.has_workspace_nodes = std::ranges::any_of(instance.nodes, [](const NodeShare& node) {
    return text_of(Value(node.labels), "role") == "jupyter";
  });
  return gen3;
}

std::vector<OidcClient> oidc_clients(const Gen3& gen3) {
  return {
      {.client = gen3.login.client,
       .of = "fence",
       .redirect_urls = {"https://" + gen3.hostname + "/user/login/" + gen3.login.id + "/login/"},
       .secret = gen3.secrets + "/fence#client_secret"}};
}

}  // namespace provisioner::handoff
