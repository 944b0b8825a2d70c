// Traps of the chart gen3.

#include "provisioner/base/base/text.h"
#include "provisioner/platform/lint/values.h"

namespace provisioner::lint {
namespace {

using value::Value;

// Charts with a database of their own, and whether gen3 has them switched on.
struct Service {
  const char* name;
  bool is_on;
};
constexpr Service services[] = {{"arborist", true},
                                {"audit", true},
                                {"fence", true},
                                {"indexd", true},
                                {"metadata", true},
                                {"peregrine", true},
                                {"sheepdog", true},
                                {"wts", true},
                                {"requestor", false},
                                {"gen3-user-data-library", false},
                                {"embedding-management-service", false},
                                {"gen3-embeddings", false},
                                {"dicom-server", false},
                                {"orthanc", false},
                                {"ohdsi-webapi", false}};

constexpr const char* superuser = "postgres";

bool is_made(const Values& values, const std::string& service) {
  return values.is("global.postgres.dbCreate", true) ||
         values.is(service + ".postgres.dbCreate", false);
}

bool is_any_made(const Values& values) {
  for (const Service& service : services)
    if (values.is(std::string(service.name) + ".enabled", service.is_on) &&
        is_made(values, service.name))
      return true;
  return false;
}

bool has_own_certificate(const Values& values) {
  return !values.text("global.tls.cert", "").empty() && !values.text("global.tls.key", "").empty();
}

// The last part of "quay.io/cdis/data-portal".
std::string last_part(const std::string& repository) {
  return repository.substr(repository.rfind('/') + 1);
}

}  // namespace

// Of a Secret's user nothing can be told here.
void check_superuser(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::gen3 || values.is("global.dev", true) || !is_any_made(values)) return;
  if (!values.text("global.postgres.externalSecret", "").empty()) return;
  const std::string user = values.text("global.postgres.master.username", superuser);
  if (user == superuser) return;
  findings.push_back(
      {.rule = {},
       .pos = values.place_of("global.postgres.master.username"),
       .because = "databases are made by '" + user +
                  "', who has to be a superuser: else the first run fails at CREATE EXTENSION, and "
                  "the second finds the database, leaves grants and extensions out, and says that "
                  "all is well",
       .fix = "name a superuser, or one that a Secret has: global.postgres.externalSecret"});
}

void check_database_flag(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::gen3 || values.is("global.dev", true)) return;
  if (values.is("global.postgres.dbCreate", true)) return;
  std::vector<std::string> waiting;
  for (const Service& service : services)
    if (values.is(std::string(service.name) + ".enabled", service.is_on) &&
        !is_made(values, service.name))
      waiting.emplace_back(service.name);
  if (waiting.empty()) return;
  findings.push_back({.rule = {},
                      .pos = values.place_of("global.postgres.dbCreate"),
                      .because = "nothing makes the databases, and nothing writes the key "
                                 "'dbcreated' into their Secrets, which pods wait for: " +
                                 base::join(waiting, ", ") + " would start again and again",
                      .fix = "leave dbCreate true, or add dbcreated: \"true\" to each "
                             "SERVICE-dbcreds yourself"});
}

void check_passwords(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::gen3) return;
  const bool is_from_elsewhere = values.is("global.externalSecrets.deploy", false) &&
                                 !values.is("global.externalSecrets.createLocalK8sSecret", false);
  if (is_from_elsewhere) return;
  for (const auto& [service, is_on] : services) {
    const std::string name = service, path = name + ".postgres.password";
    if (!values.is(name + ".enabled", is_on) || !values.text(path, "").empty()) continue;
    findings.push_back({.rule = {},
                        .pos = values.place_of(path),
                        .because = "the database of '" + name +
                                   "' has no password here: under Argo CD, which looks nothing up, "
                                   "each rendering makes another one",
                        .fix = "give " + path});
  }
}

void check_network_policies(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::gen3 || !values.is("global.netPolicy.enabled", false)) return;
  const Value* subnets = values.find("global.netPolicy.dbSubnets");
  const bool has_subnets = subnets != nullptr && subnets->is_list() && !subnets->list().empty();
  findings.push_back(
      {.rule = {},
       .pos = values.place_of("global.netPolicy.enabled"),
       .because = std::string("the chart's network policies let S3 through at addresses of AWS "
                              "alone, the cluster at 172.0.0.0/8 alone, and no workspace") +
                  (has_subnets ? "" : ", and without dbSubnets no database"),
       .fix = "netPolicy: {enabled: false}, and policies of the site in their place"});
}

void check_certificates(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::gen3 || has_own_certificate(values)) return;
  const char* because =
      "the Secret 'gen3-certs' has another certificate of another authority after each rendering";
  if (values.is("global.dev", true))
    findings.push_back({.rule = {},
                        .pos = values.place_of("global.dev"),
                        .because = std::string("the ingress of 'dev' shows it, and ") + because,
                        .fix = "dev: false, and a Secret of another name in revproxy.ingress.tls"});
  const Value* tls = values.find("revproxy.ingress.tls");
  if (tls == nullptr || !tls->is_list()) return;
  for (const Value& one : tls->list()) {
    const Value* name = one.find("secretName");
    if (name == nullptr || !name->is_string() || name->text() != "gen3-certs") continue;
    findings.push_back({.rule = {},
                        .pos = name->pos(),
                        .because = because,
                        .fix = "another name, which cert-manager or the site fills, or "
                               "global.tls.cert and global.tls.key"});
  }
}

void check_portal(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::gen3 || !values.is("portal.enabled", true)) return;
  if (values.is("portal.portalBuild.enabled", false)) return;
  const std::string repository = values.text("portal.image.repository", "quay.io/cdis/data-portal");
  if (last_part(repository) != "data-portal") return;
  findings.push_back({.rule = {},
                      .pos = values.place_of("portal.image.repository"),
                      .because = "the image 'data-portal' builds the portal at each start, for "
                                 "minutes and in 4 GiB of memory, and is killed where it gets less",
                      .fix = "portal: {image: {repository: quay.io/cdis/data-portal-prebuilt, tag: "
                             "...}}, or portal: {enabled: false}"});
}

void check_slack_secret(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::gen3 || !values.is("global.createSlackWebhookSecret", false)) return;
  if (values.is("global.externalSecrets.deploy", false)) return;
  findings.push_back({.rule = {},
                      .pos = values.place_of("global.createSlackWebhookSecret"),
                      .because = "the chart writes the webhook's URL in quotes and in base64 where "
                                 "it should stand as it is: jobs would post to no URL",
                      .fix = "createSlackWebhookSecret: false, and a Secret 'slack-webhook' of the "
                             "site with the key slack_webhook"});
}

}  // namespace provisioner::lint
