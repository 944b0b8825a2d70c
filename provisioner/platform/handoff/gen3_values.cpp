// values.yaml of Gen3's charts for a site of bare metal.

#include <algorithm>
#include <array>

#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/object.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

// Services with a database of their own. Where no password is said, the charts make a random one at
// each rendering (uc-cdis/gen3-helm, common/_postgres_secrets.tpl).
constexpr std::array<const char*, 8> with_database = {"arborist", "audit",     "fence",    "indexd",
                                                      "metadata", "peregrine", "sheepdog", "wts"};
// Others whose images are numbered with Gen3's releases.
constexpr std::array<const char*, 4> without_database = {"guppy", "hatchery", "manifestservice",
                                                         "revproxy"};

// Images that charts of other names have.
constexpr std::array<const char*, 4> more_images = {"frontend-framework", "portal", "spark",
                                                    "tube"};

// Names a secret, for whoever fills it in before the chart is rendered.
class Secrets {
 public:
  explicit Secrets(std::string path) : path_(std::move(path)) {}
  Value of(const std::string& service, const std::string& key) const {
    return "<path:" + path_ + "/" + service + "#" + key + ">";
  }

 private:
  std::string path_;
};

std::string tag_of(const Gen3& gen3, const std::string& service) {
  const auto found = gen3.tags.find(service);
  return found == gen3.tags.end() ? gen3.release : found->second;
}

Dict global_values(const Gen3& gen3, const Secrets& secrets) {
  const Dict master{{"host", gen3.postgres.host},
                    {"port", std::to_string(gen3.postgres.port)},
                    {"username", gen3.postgres.user}};
  return {{"dev", false},
          {"environment", gen3.environment},
          {"clusterName", gen3.environment},
          {"hostname", gen3.hostname},
          {"dictionaryUrl", gen3.dictionary},
          {"frontendRoot", gen3.frontend},
          {"tierAccessLevel", gen3.access},
          {"dataUploadBucket", gen3.storage.bucket},
          {"metricsEnabled", true},
          {"aws", Dict{{"enabled", false}}},
          {"externalSecrets", Dict{{"deploy", gen3.has_external_secrets}}},
          {"createSlackWebhookSecret", false},
          {"postgres",
           Dict{{"dbCreate", true}, {"externalSecret", gen3.postgres.secret}, {"master", master}}},
          // Said, since the chart would sign another certificate with each rendering.
          {"tls", Dict{{"cert", secrets.of("revproxy", "tls.crt")},
                       {"key", secrets.of("revproxy", "tls.key")}}},
          {"netPolicy", Dict{{"enabled", false}, {"dbSubnets", List()}}},
          {"topologySpread", Dict{{"enabled", true}, {"topologyKey", "kubernetes.io/hostname"}}}};
}

Dict revproxy_values(const Gen3& gen3) {
  const Dict path{{"path", "/"}, {"pathType", "Prefix"}};
  const Dict host{{"host", gen3.hostname}, {"paths", List{Value(path)}}};
  const Dict tls{{"secretName", gen3.ingress.secret}, {"hosts", List{Value(gen3.hostname)}}};
  Dict annotations;
  if (!gen3.ingress.issuer.empty())
    annotations.set("cert-manager.io/cluster-issuer", gen3.ingress.issuer);
  return {{"service", Dict{{"type", "ClusterIP"}}},
          {"nginx", Dict{{"resolver", gen3.resolver}}},
          {"ingress", Dict{{"enabled", true},
                           {"className", gen3.ingress.class_name},
                           {"annotations", std::move(annotations)},
                           {"hosts", List{Value(host)}},
                           {"tls", List{Value(tls)}}}}};
}

Dict login_values(const Gen3& gen3, const Secrets& secrets) {
  return {{gen3.login.id.c_str(),
           Dict{{"name", gen3.login.name},
                {"client_id", gen3.login.client},
                {"client_secret", secrets.of("fence", "client_secret")},
                {"discovery_url", gen3.login.discovery},
                {"redirect_url", "{{BASE_URL}}/login/" + gen3.login.id + "/login/"}}}};
}

Dict fence_values(const Gen3& gen3, const Secrets& secrets) {
  const Dict keys{{"aws_access_key_id", secrets.of("fence", "s3_access_key")},
                  {"aws_secret_access_key", secrets.of("fence", "s3_secret_key")}};
  const Dict bucket{
      {"cred", "site"}, {"region", gen3.storage.region}, {"endpoint_url", gen3.storage.url}};
  Dict settings{{"ENCRYPTION_KEY", secrets.of("fence", "encryption_key")},
                {"AUTHLIB_INSECURE_TRANSPORT", false},
                {"OPENID_CONNECT", login_values(gen3, secrets)},
                {"AWS_CREDENTIALS", Dict{{"site", keys}}},
                {"S3_BUCKETS", Dict{{gen3.storage.bucket.c_str(), bucket}}},
                {"DATA_UPLOAD_BUCKET", gen3.storage.bucket}};
  Dict fence{
      {"FENCE_CONFIG_PUBLIC", Dict{{"ENABLE_PROMETHEUS_METRICS", true}}},
      {"FENCE_CONFIG", std::move(settings)},
      {"jwtKeys", Dict{{"jwt_private_key.pem", secrets.of("fence", "jwt_private_key.pem")}}}};
  Dict usersync{{"usersync", !gen3.storage.users.empty()}};
  if (!gen3.storage.users.empty()) {
    usersync.set("userYamlS3Path", gen3.storage.users);
    usersync.set("userYamlS3Endpoint", gen3.storage.url);
    usersync.set("userYamlS3AccessKeyId", secrets.of("fence", "usersync_access_key"));
    usersync.set("userYamlS3SecretAccessKey", secrets.of("fence", "usersync_secret_key"));
  }
  fence.set("usersync", std::move(usersync));
  return fence;
}

Dict indexd_values(const Secrets& secrets) {
  Dict users;
  for (const char* user : {"fence", "sheepdog", "gateway", "ssj"})
    users.set(user, secrets.of("indexd", std::string(user) + "_password"));
  return {{"secrets", Dict{{"userdb", std::move(users)}}}};
}

Dict front_end_values(const Gen3& gen3) {
  Dict values{{"enabled", gen3.frontend == "gen3ff"},
              {"image", Dict{{"tag", tag_of(gen3, "frontend-framework")}}}};
  if (!gen3.pages.repository.empty())
    values.set("customConfig", Dict{{"enabled", true},
                                    {"repo", gen3.pages.repository},
                                    {"branch", gen3.pages.revision},
                                    {"dir", gen3.pages.directory}});
  return values;
}

// What it is told by the site, with the page that shows what the metadata service gathers.
std::string portal_config(const Value& said) {
  Dict config = said.dict(), flags;
  if (const Value* found = config.find("featureFlags"); found != nullptr && found->is_dict())
    flags = found->dict();
  flags.set("discovery", true);
  flags.set("discoveryUseAggMDS", true);
  config.set("featureFlags", std::move(flags));
  return value::write_json(config, {.indent = 2, .ascii_only = false}) + "\n";
}

// The standard image builds itself at each start, and asks for 4 GiB to do so.
Dict portal_values(const Gen3& gen3) {
  Dict values{{"enabled", gen3.frontend == "portal"},
              {"image", Dict{{"repository", "quay.io/cdis/data-portal-prebuilt"},
                             {"tag", tag_of(gen3, "portal")}}}};
  if (!gen3.portal.is_none()) values.set("gitops", Dict{{"json", portal_config(gen3.portal)}});
  return values;
}

// The chart's own configuration gathers what the makers' commons has, and its job never runs.
Dict metadata_values(const Gen3& gen3) {
  return {{"esEndpoint", "http://" + std::string(gen3_search_name) + ":9200"},
          {"useAggMds", true},
          {"aggMdsNamespace", gen3.environment},
          {"aggMdsConfig", aggregate_config(gen3.discovery)},
          {"suspendCronjob", false},
          {"schedule", gen3.discovery.schedule}};
}

Dict guppy_values(const Gen3& gen3) {
  const bool has_indices = !gen3.indices.is_none();
  Dict guppy{{"enabled", has_indices}, {"esEndpoint", std::string(gen3_search_name) + ":9200"}};
  if (has_indices) {
    guppy.set("indices", gen3.indices);
    guppy.set("configIndex", gen3.config_index);
  }
  return guppy;
}

// Adds to what a service has already.
void merge(Dict& values, const std::string& service, const Dict& more) {
  Dict all;
  if (const Value* found = values.find(service)) all = found->dict();
  for (const auto& [key, entry] : more) all.set(key, entry);
  values.set(service, std::move(all));
}

void add_images(Dict& values, const Gen3& gen3) {
  const auto image = [&](const std::string& service) {
    return Dict{{"image", Dict{{"tag", tag_of(gen3, service)}}}};
  };
  for (const char* service : with_database) merge(values, service, image(service));
  for (const char* service : without_database) merge(values, service, image(service));
  merge(values, "hatchery", {{"fence", image("fence")}});
  merge(values, "etl",
        {{"image", Dict{{"tube", Dict{{"tag", tag_of(gen3, "tube")}}},
                        {"spark", Dict{{"tag", tag_of(gen3, "spark")}}}}}});
}

}  // namespace

std::vector<std::string> gen3_services() {
  std::vector<std::string> all(more_images.begin(), more_images.end());
  all.insert(all.end(), with_database.begin(), with_database.end());
  all.insert(all.end(), without_database.begin(), without_database.end());
  std::ranges::sort(all);
  return all;
}

Value gen3_values(const Gen3& gen3) {
  const Secrets secrets(gen3.secrets);
  Dict values{
      {"global", global_values(gen3, secrets)},
      {"revproxy", revproxy_values(gen3)},
      {"fence", fence_values(gen3, secrets)},
      {"indexd", indexd_values(secrets)},
      {"wts", Dict{{"encpryption_key", secrets.of("wts", "encryption_key")},  // as the chart has it
                   {"secret_key", secrets.of("wts", "secret_key")}}},
      {"hatchery", Dict{{"jupyterNamespace", gen3.workspaces()},
                        {"hatchery", Dict{{"skipNodeSelector", !gen3.has_workspace_nodes}}}}},
      // Else it would look in a namespace of the release's name, where nobody starts any.
      {"ambassador", Dict{{"jupyterNamespace", gen3.workspaces()}}},
      {"metadata", metadata_values(gen3)},
      {"etl", Dict{{"enabled", !gen3.indices.is_none()}, {"esEndpoint", gen3_search_name}}},
      {"guppy", guppy_values(gen3)},
      {"frontend-framework", front_end_values(gen3)},
      {"portal", portal_values(gen3)}};
  for (const char* service : with_database)
    merge(values, service,
          {{"postgres", Dict{{"password", secrets.of(service, "postgres_password")}}}});
  add_images(values, gen3);
  return values;
}

}  // namespace provisioner::handoff
