// What Gen3's charts need to know of a site.

#include "provisioner/platform/handoff/gen3.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "provisioner/base/base/ip_address.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/reading.h"
#include "provisioner/platform/handoff/standard_names.h"
#include "provisioner/platform/profile/releases.h"

namespace provisioner::handoff {
namespace {

using base::Diagnostics;
using value::Dict;
using value::Value;

constexpr const char* standard_services = "10.96.0.0/16";

// Tags that move: what runs would not be what was tried.
bool is_moving(const std::string& tag) {
  constexpr std::array<std::string_view, 4> moving = {"master", "main", "latest", "develop"};
  return std::ranges::find(moving, tag) != moving.end();
}

void refuse_moving(StrictDict& reading, const std::string& tag, std::string_view key) {
  if (is_moving(tag))
    reading.add("'" + tag + "' is a tag that moves; expected a release", key,
                "name one, as \"2026.08\"");
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

void read_services(StrictDict& reading, Gen3& gen3) {
  StrictDict postgres = reading.below("postgres");
  know(postgres, {{"host", forms::host, Empty::read_on},
                  "port",
                  {"username", forms::word},
                  {"secret", forms::object_name}});
  gen3.postgres = {.host = postgres.required("host", "pg.example.org"),
                   .user = postgres.text("username", "postgres"),
                   .secret = postgres.text("secret", "gen3-postgres-master"),
                   .port = port_in(postgres, "port", 5432)};
  StrictDict search = reading.below("elasticsearch");
  know(search, {{"host", forms::service_host, Empty::read_on}, "port"});
  gen3.search = {.host = search.required("host", "es.example.org"),
                 .port = port_in(search, "port", 9200)};
  if (is_own_search_name(gen3.search.host, gen3.name_space))
    search.add("'" + gen3.search.host +
                   "' is the Service that the bundle makes of this host, and would lead to itself",
               "host", "host: es.example.org, the server of the site, or its address");
  if (gen3.search.port != 9200 && !base::is_ipv4_address(gen3.search.host))
    search.add("its port is 9200, or its host is an address", "port",
               "etl always asks at 9200, and a name in DNS has no port to be another's");
  StrictDict storage = reading.below("s3");
  know(storage, {"url",
                 {"region", forms::word},
                 {"bucket", forms::word, Empty::read_on},
                 {"users", forms::s3_place, Empty::read_on}});
  gen3.storage = {.url = url_in(storage, "url", "https://s3.example.org"),
                  .region = storage.text("region", "us-east-1"),
                  .bucket = storage.required("bucket", "gen3-data"),
                  .users = storage.text("users")};
}

void read_login(StrictDict& reading, Gen3& gen3) {
  StrictDict login = reading.below("oidc");
  know(login, {{"id", forms::word},
               "name",
               {"client_id", forms::client_id, Empty::read_on},
               "issuer",
               "discovery_url"});
  const bool has_discovery = login.find("discovery_url") != nullptr;
  gen3.login = {
      .id = login.text("id", "site"),
      .name = login.text("name", "Site login"),
      .client = login.required("client_id", "gen3"),
      .discovery = has_discovery
                       ? url_in(login, "discovery_url",
                                "https://idp.example.org/.well-known/openid-configuration")
                       : url_in(login, "issuer", "https://idp.example.org") +
                             "/.well-known/openid-configuration"};
}

void read_pages(StrictDict& reading, const Instance& instance, Gen3& gen3) {
  StrictDict ingress = reading.below("ingress");
  know(ingress, {{"class", forms::object_name},
                 {"secret", forms::object_name},
                 {"issuer", forms::object_name, Empty::read_on}});
  const bool is_ours = instance.owners.is_ours("ingress");
  gen3.ingress = {
      .class_name = is_ours ? ingress.text("class", "traefik") : ingress.required("class", "nginx"),
      .secret = ingress.text("secret", base::replace_all(gen3.hostname, ".", "-") + "-tls"),
      .issuer = ingress.text("issuer", standard_issuer(instance))};
  if (gen3.ingress.secret == "gen3-certs")
    ingress.add("the chart makes 'gen3-certs' anew with each upgrade", "secret",
                "name another Secret for the certificate");
  StrictDict pages = reading.below("frontend_config");
  know(pages, {"repository", {"revision", forms::git_revision}, "directory"});
  if (reading.is_said("frontend_config"))
    gen3.pages = {
        .repository = url_in(pages, "repository", "https://git.example.org/commons-pages.git"),
        .revision = pages.text("revision", "main"),
        .directory = pages.text("directory")};
  if (reading.has("portal_config", value::Form::dict)) gen3.portal = *reading.find("portal_config");
}

void read_search_indices(StrictDict& reading, Gen3& gen3) {
  constexpr const char* example = "indices: [{index: agdr_case, type: case}]";
  if (!reading.has("indices", value::Form::dicts)) return;
  gen3.indices = *reading.find("indices");
  if (gen3.indices.list().empty())
    reading.add("'gen3.indices' names none: without any neither guppy nor the ETL is switched on",
                "indices", example);
  for (const Value& one : gen3.indices.list()) {
    StrictDict index(&one, "gen3.indices", one, reading.diagnostics());
    for (const char* key : {"index", "type"})
      if (index.text(key).empty() && !index.is_said(key))
        index.add("an index has a name and a type", key, example);
  }
  gen3.config_index = reading.text("config_index", gen3.environment + "_array-config");
}

// Whose objects nobody would read.
void read_external_secrets(StrictDict& reading, const Instance& instance, Gen3& gen3) {
  gen3.has_external_secrets = reading.boolean("external_secrets", false);
  if (gen3.has_external_secrets &&
      instance.owners.owner_of("external_secrets") == profile::Owner::absent)
    reading.add("the charts are to take secrets from External Secrets, and nobody has it",
                "external_secrets", "components: {external_secrets: site}, of release 0.16");
}

void read_images(StrictDict& reading, Gen3& gen3) {
  gen3.chart = reading.text("chart", profile::standard_gen3_chart);
  gen3.release = reading.required("release", "\"2026.08\"");
  refuse_moving(reading, gen3.release, "release");
  StrictDict tags = reading.below("tags");
  std::vector<Member> services;
  for (const std::string& service : gen3_services())
    services.emplace_back(service.c_str(), forms::image_tag, Empty::read_on);
  know(tags, services);
  for (const auto& [key, said] : tags.value().dict()) {
    const std::string service = Dict::key_text(key), tag = tags.text(service);
    if (!tag.empty()) gen3.tags[service] = tag;
    refuse_moving(tags, tag, service);
  }
}

}  // namespace

bool is_own_search_name(const std::string& host, const std::string& name_space) {
  const std::string name = gen3_search_name;
  return host == name || (host + ".").starts_with(name + "." + name_space + ".");
}

std::vector<std::string> variables_of_gen3() {
  return {"gen3",           "service_subnet",      "argo_cd_namespace", "instance_domain",
          "cluster_issuer", "cert_manager_issuers"};
}

Gen3 read_gen3(const Instance& instance, Diagnostics& diagnostics) {
  StrictDict reading(instance.find("gen3"), "gen3", instance.variables, diagnostics);
  know(reading, {"hostname",
                 "environment",
                 "namespace",
                 {"chart", forms::chart_version},
                 {"release", forms::image_tag, Empty::read_on},
                 "tags",
                 "dictionary_url",
                 {"frontend", forms::gen3_frontend},
                 {"tier_access", forms::gen3_access},
                 {"secrets", forms::path},
                 "postgres",
                 "elasticsearch",
                 "s3",
                 "oidc",
                 "ingress",
                 "gitops",
                 "indices",
                 {"config_index", forms::word},
                 "frontend_config",
                 "portal_config",
                 "discovery",
                 "external_secrets",
                 "trusts_site_authority"});
  Gen3 gen3;
  gen3.hostname = name_in(reading, "hostname", instance.domain());
  gen3.environment = name_in(reading, "environment", standard_environment(instance.name));
  gen3.name_space = name_in(reading, "namespace", standard_gen3_namespace);
  gen3.dictionary = url_in(reading, "dictionary_url", "https://files.example.org/schema.json");
  gen3.frontend = reading.text("frontend", "gen3ff");
  gen3.access = reading.text("tier_access", "private");
  gen3.secrets = reading.text("secrets", "secret/data/gen3/" + gen3.environment);
  read_images(reading, gen3);
  read_services(reading, gen3);
  read_login(reading, gen3);
  read_pages(reading, instance, gen3);
  read_gitops(reading, instance, gen3);
  read_search_indices(reading, gen3);
  read_external_secrets(reading, instance, gen3);
  gen3.trusts_site_authority = reading.boolean("trusts_site_authority", false);
  gen3.discovery = read_discovery(reading, gen3);
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
