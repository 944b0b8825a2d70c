// Traps of the charts observability, alloy and faro-collector.

#include <algorithm>
#include <set>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/platform/lint/values.h"

namespace provisioner::lint {
namespace {

using value::Value;

// Those that the charts bind to us-east-1a where the file does not say otherwise.
constexpr const char* bound[] = {"lgtm.grafana",
                                 "lgtm.mimir.alertmanager",
                                 "lgtm.mimir.compactor",
                                 "lgtm.mimir.distributor",
                                 "lgtm.mimir.ingester",
                                 "lgtm.mimir.overrides_exporter",
                                 "lgtm.mimir.querier",
                                 "lgtm.mimir.query_scheduler",
                                 "lgtm.mimir.query_frontend",
                                 "lgtm.mimir.ruler",
                                 "lgtm.mimir.store_gateway",
                                 "lgtm.mimir.nginx",
                                 "lgtm.mimir.gateway",
                                 "lgtm.loki.gateway",
                                 "lgtm.loki.querier",
                                 "lgtm.loki.queryFrontend",
                                 "lgtm.loki.distributor",
                                 "lgtm.loki.ingester"};

constexpr const char* zone_key = "topology.kubernetes.io/zone";
constexpr const char* own_configuration = "alloy-gen3";  // which the chart writes itself

// "us-east-1a": a zone of AWS.
bool has_zone(std::string_view text) {
  static const base::Regex zone("\\b[a-z]{2}-(?:[a-z]+-)?[a-z]+-[0-9][a-z]\\b");
  return zone.search(text).has_value();
}

// helm merges dicts: an empty one takes nothing away, null and lists do.
bool takes_away(const Value* affinity) {
  if (affinity == nullptr) return false;
  if (!affinity->is_dict()) return true;
  const Value* at = affinity;
  for (const char* key :
       {"nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"}) {
    at = at->find(key);
    if (at == nullptr) return false;
    if (!at->is_dict()) return true;
  }
  return true;
}

void add_left_affinities(const Values& values, Findings& findings) {
  std::vector<std::string> left;
  for (const char* component : bound)
    if (!takes_away(values.find(std::string(component) + ".affinity")))
      left.emplace_back(component + std::string_view("lgtm.").size());
  if (left.empty()) return;
  findings.push_back({.rule = {},
                      .pos = values.place_of("lgtm"),
                      .because = "the chart binds these to the zone us-east-1a, which no node here "
                                 "is in, and they would wait for ever: " +
                                 base::join(left, ", "),
                      .fix =
                          "give each affinity: null (mimir, grafana) or \"\" (loki, mimir.nginx); "
                          "{} takes nothing away"});
}

void add_left_affinity(const Values& values, const char* path, const char* fix,
                       Findings& findings) {
  findings.push_back({.rule = {},
                      .pos = values.place_of(path),
                      .because = "the chart binds Alloy to the zone us-east-1a, which no node here "
                                 "is in: it would wait for ever",
                      .fix = fix});
}

void add_written_zones(const Values& values, Findings& findings) {
  values.each([&](const std::string&, const Value& value) {
    const Value* key = value.find("key");
    const Value* zones = value.find("values");
    const bool is_term = key != nullptr && key->is_string() && key->text() == zone_key &&
                         zones != nullptr && zones->is_list() &&
                         std::ranges::any_of(zones->list(), [](const Value& zone) {
                           return zone.is_string() && has_zone(zone.text());
                         });
    const bool is_text = value.is_string() && value.text().find(zone_key) != std::string::npos &&
                         has_zone(value.text());
    if (is_term || is_text)
      findings.push_back({.rule = {},
                          .pos = is_term ? zones->pos() : value.pos(),
                          .because =
                              "this runs in a zone of AWS alone, which no node here is in: it "
                              "would wait for ever",
                          .fix = "take the affinity out, or name a label that nodes here have"});
  });
}

// What stands under `receiver` of rules; the chart's own rules name Slack.
std::set<std::string> receivers_in(const Values& values) {
  const Value* groups = values.find("lgtm.grafana.alerting");
  groups = groups == nullptr ? nullptr : groups->find("rules.yaml");
  if (groups == nullptr || groups->find("groups") == nullptr) return {"Slack"};
  std::set<std::string> names;
  Values(*groups).each([&](const std::string& key, const Value& value) {
    if (key == "receiver" && value.is_string()) names.insert(value.text());
  });
  return names;
}

struct ContactPoints {
  std::set<std::string> names = {"slack"};
  bool has_bad_type = true;  // "Slack", which Grafana knows as "slack"
};

ContactPoints points_in(const Values& values) {
  const Value* points = values.find("lgtm.grafana.alerting");
  for (const char* key : {"contactpoints.yaml", "secret", "contactPoints"})
    points = points == nullptr ? nullptr : points->find(key);
  if (points == nullptr || !points->is_list()) return {};
  ContactPoints found{.names = {}, .has_bad_type = false};
  Values(*points).each([&](const std::string& key, const Value& value) {
    if (!value.is_string()) return;
    if (key == "name") found.names.insert(value.text());
    if (key == "type" && base::lower_case(value.text()) == "slack" && value.text() != "slack")
      found.has_bad_type = true;
  });
  return found;
}

}  // namespace

void check_zones(const Values& values, Chart chart, Findings& findings) {
  add_written_zones(values, findings);
  if (chart == Chart::observability) add_left_affinities(values, findings);
  if (chart == Chart::alloy && !takes_away(values.find("alloy.controller.affinity")))
    add_left_affinity(values, "alloy.controller.affinity",
                      "alloy: {controller: {affinity: null}}; {} takes nothing away", findings);
  if (chart == Chart::cluster_level_resources && values.is("grafana-alloy.enabled", false) &&
      !values.is("grafana-alloy.configuration.enabled", false))
    add_left_affinity(
        values, "grafana-alloy.enabled",
        "grafana-alloy: {configuration: {enabled: true}} and values of the site, or a "
        "chart of Alloy of its own",
        findings);
}

void check_alloy_configuration(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::alloy && chart != Chart::faro_collector) return;
  const std::string name = values.text("alloy.alloy.configMap.name", own_configuration);
  if (name != own_configuration) return;
  findings.push_back(
      {.rule = {},
       .pos = values.place_of("alloy.alloy.configMap.name"),
       .because = "the chart writes 'alloy-gen3' with a '|' as its first line, and "
                  "leaves {{ .Values.cluster }} in it as it stands: Alloy refuses that",
       .fix = "a ConfigMap of the site under another name: alloy: {alloy: {configMap: "
              "{create: false, name: alloy-site, key: config}}}"});
}

void check_others_servers(const Values& values, Chart chart, Findings& findings) {
  values.each([&](const std::string&, const Value& value) {
    if (value.is_string() && value.text().find("planx-pla.net") != std::string::npos)
      findings.push_back({.rule = {},
                          .pos = value.pos(),
                          .because = "metrics or logs of this site would go to servers of CTDS at "
                                     "planx-pla.net",
                          .fix = "name the site's own Mimir, Loki and Tempo"});
  });
  if (chart != Chart::cluster_level_resources || !values.is("grafana-alloy.enabled", false)) return;
  if (values.find("alloy-configmap-data") != nullptr) return;
  findings.push_back({.rule = {},
                      .pos = values.place_of("grafana-alloy.enabled"),
                      .because =
                          "the chart's own configuration of Alloy sends all metrics and logs "
                          "to servers of CTDS: mimir.planx-pla.net, loki3.planx-pla.net",
                      .fix = "give alloy-configmap-data with the site's own servers"});
}

void check_contact_points(const Values& values, Chart chart, Findings& findings) {
  if (chart != Chart::observability || !values.is("lgtm.grafana.enabled", true)) return;
  const ContactPoints points = points_in(values);
  std::vector<std::string> lost;
  for (const std::string& receiver : receivers_in(values))
    if (!points.names.contains(receiver)) lost.push_back("'" + receiver + "'");
  if (lost.empty() && !points.has_bad_type) return;
  const std::string because =
      !lost.empty() ? "rules send alerts to " + base::join(lost, ", ") +
                          ", and no contact point has that name: they would reach nobody"
                    : "a contact point is of type 'Slack', and Grafana knows 'slack' alone";
  findings.push_back({.rule = {},
                      .pos = values.place_of("lgtm.grafana.alerting"),
                      .because = because,
                      .fix =
                          "give contactpoints.yaml one contactPoints with the name that the rules' "
                          "'receiver' has, and type: slack"});
}

}  // namespace provisioner::lint
