// Which traps there are, and for which chart a file is.

#include "provisioner/platform/lint/lint.h"

#include <algorithm>
#include <array>

#include "provisioner/platform/lint/values.h"

namespace provisioner::lint {
namespace {

using value::Dict;
using value::Value;

constexpr std::array<std::string_view, 6> names = {
    "gen3", "observability", "alloy", "faro-collector", "cluster-level-resources", "other"};

struct Checked {
  Rule rule;
  Check check;
};

constexpr std::array<Checked, 14> all_rules = {{
    {{"L-1", "databases are made by a superuser"}, check_superuser},
    {{"L-2", "the chart makes its databases, or their Secrets say that they are there"},
     check_database_flag},
    {{"L-3", "passwords of databases are given, and not made anew"}, check_passwords},
    {{"L-4", "nothing must run in a zone of a cloud"}, check_zones},
    {{"L-5", "Alloy reads a configuration that is one"}, check_alloy_configuration},
    {{"L-6", "nothing is sent to servers of others"}, check_others_servers},
    {{"L-7", "Argo CD is told a revision by every template"}, check_revision},
    {{"L-8", "External Secrets knows the version of its resources"}, check_external_secrets},
    {{"L-9", "network policies let through what this site has"}, check_network_policies},
    {{"L-10", "certificates stay the same from one rendering to the next"}, check_certificates},
    {{"L-11", "the portal is built before it starts"}, check_portal},
    {{"L-12", "the Slack webhook is the one that was given"}, check_slack_secret},
    {{"L-13", "alerts go to a contact point that there is"}, check_contact_points},
    {{"L-14", "images are pinned, and there to be had"}, check_images},
}};

bool has_any(const Value& values, std::initializer_list<const char*> keys) {
  return std::ranges::any_of(keys, [&](const char* key) { return values.find(key) != nullptr; });
}

}  // namespace

std::string_view name_of(Chart chart) { return names.at(static_cast<std::size_t>(chart)); }

std::vector<std::string> chart_names() { return {names.begin(), names.end()}; }

std::optional<Chart> chart_named(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Chart>(found - names.begin());
}

Chart chart_of(const Value& values) {
  const Values file(values);
  if (has_any(values, {"lgtm"})) return Chart::observability;
  if (has_any(values, {"alloy-configmap-data", "fluentd-configmap-data", "grafana-alloy"}) ||
      file.find("configuration.configurationRepo") != nullptr)
    return Chart::cluster_level_resources;
  if (has_any(values, {"fence", "indexd", "revproxy", "sheepdog", "hatchery"}) ||
      file.find("global.dictionaryUrl") != nullptr || file.find("global.postgres") != nullptr)
    return Chart::gen3;
  if (file.find("alloy.ingress") != nullptr) return Chart::faro_collector;
  if (file.find("alloy.alloy") != nullptr || file.find("alloy.alloyConfigmapData") != nullptr ||
      file.find("alloy.controller") != nullptr)
    return Chart::alloy;
  return Chart::other;
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> list = [] {
    std::vector<Rule> made;
    for (const Checked& one : all_rules) made.push_back(one.rule);
    return made;
  }();
  return list;
}

std::vector<Finding> lint(const Value& values, Chart chart) {
  std::vector<Finding> all;
  const Values file(values);
  for (const auto& [rule, check] : all_rules) {
    std::vector<Finding> found;
    check(file, chart, found);
    for (Finding& one : found) one.rule = rule.id;
    std::ranges::stable_sort(found, {}, &Finding::pos);
    std::ranges::move(found, std::back_inserter(all));
  }
  return all;
}

Value merged(const Value& below, const Value& above) {
  if (!below.is_dict() || !above.is_dict()) return above;
  Dict both = below.dict();
  for (const auto& [key, value] : above.dict()) {
    const Value* there = both.find(key);
    both.set(key, there == nullptr ? value : merged(*there, value));
  }
  return Value(std::move(both)).at(below.pos());
}

}  // namespace provisioner::lint
