// Quotas and limits of a namespace.

#include "provisioner/platform/access/read_amounts.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/regex.h"
#include "provisioner/cluster/kubernetes/quantity.h"

namespace provisioner::access {
namespace {

using value::Dict;
using value::StrictDict;
using value::Value;

const std::vector<std::string> compute = {"cpu", "memory", "ephemeral-storage"};

// https://kubernetes.io/docs/concepts/policy/resource-quotas/
const std::vector<std::string> in_quotas = {"requests.cpu",
                                            "requests.memory",
                                            "requests.ephemeral-storage",
                                            "requests.storage",
                                            "limits.cpu",
                                            "limits.memory",
                                            "limits.ephemeral-storage",
                                            "cpu",
                                            "memory",
                                            "pods",
                                            "services",
                                            "services.loadbalancers",
                                            "services.nodeports",
                                            "secrets",
                                            "configmaps",
                                            "persistentvolumeclaims",
                                            "replicationcontrollers",
                                            "resourcequotas"};

// Kinds by count, sizes by storage class, devices by their makers' names.
bool is_open_resource(const std::string& name) {
  static const base::Regex form(
      R"(count/[a-z0-9.-]+)"
      R"(|[a-z0-9.-]+\.storageclass\.storage\.k8s\.io/(requests\.storage|persistentvolumeclaims))"
      R"(|(requests|limits)\.[a-z0-9.-]+/[a-zA-Z0-9._-]+)");
  const auto found = form.match_start(name);
  return found && found->end() == name.size();
}

std::vector<Amount> read_amounts(StrictDict said, const std::vector<std::string>& known,
                                 bool is_open) {
  std::vector<Amount> amounts;
  for (const auto& [key, amount] : said.value().dict()) {
    const std::string resource = Dict::key_text(key);
    if (std::ranges::find(known, resource) == known.end() &&
        !(is_open && is_open_resource(resource)))
      said.add_unknown("there is no resource '" + resource + "' here", resource, key, known);
    if (!said.has(resource, value::Form::scalar)) continue;
    const std::string quantity = Dict::key_text(amount);
    if (!kubernetes::quantity_of(quantity))
      said.add_at("'" + quantity + "' is no quantity of '" + resource + "'", amount,
                  "as 4, 500m, 64Gi");
    amounts.push_back({resource, quantity});
  }
  return amounts;
}

std::optional<double> amount_in(const std::vector<Amount>& amounts, const std::string& resource) {
  const auto found = std::ranges::find(amounts, resource, &Amount::resource);
  return found == amounts.end() ? std::nullopt : kubernetes::quantity_of(found->quantity);
}

// In the order in which none may be less than the one before.
void check_order(const Limits& limits, StrictDict& said) {
  const std::array<std::pair<const char*, const std::vector<Amount>*>, 4> rising = {
      {{"min", &limits.least},
       {"default_request", &limits.standard_request},
       {"default", &limits.standard},
       {"max", &limits.most}}};
  for (const std::string& resource : compute)
    for (std::size_t low = 0; low < rising.size(); ++low)
      for (std::size_t high = low + 1; high < rising.size(); ++high) {
        const auto less = amount_in(*rising[low].second, resource);
        const auto more = amount_in(*rising[high].second, resource);
        if (less && more && *less > *more)
          said.add_at(std::string("'") + rising[low].first + "' asks for more " + resource +
                          " than '" + rising[high].first + "'",
                      said.value());
      }
}

bool asks_for(const Limits& limits, const std::string& resource) {
  const std::size_t dot = resource.find('.');
  const std::string what = dot == std::string::npos ? resource : resource.substr(dot + 1);
  // What has a limit and no request asks for as much as its limit; what may have no more than a
  // maximum gets that as its limit.
  const bool has_limit = amount_in(limits.standard, what) || amount_in(limits.most, what);
  if (resource.starts_with("limits.")) return has_limit;
  return has_limit || amount_in(limits.standard_request, what);
}

}  // namespace

std::vector<Amount> read_quota(StrictDict& name_space) {
  return read_amounts(name_space.below("quota"), in_quotas, true);
}

Limits read_limits(StrictDict& name_space) {
  StrictDict said = name_space.below("limits");
  said.know({"default", "default_request", "min", "max"});
  const auto read = [&](const char* key) { return read_amounts(said.below(key), compute, false); };
  Limits limits{.standard = read("default"),
                .standard_request = read("default_request"),
                .most = read("max"),
                .least = read("min")};
  check_order(limits, said);
  return limits;
}

void warn_of_silent_pods(const Namespace& one, StrictDict& name_space) {
  static const std::vector<std::string> must_be_said = {
      "requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "cpu", "memory"};
  for (const Amount& amount : one.quota) {
    if (std::ranges::find(must_be_said, amount.resource) == must_be_said.end()) continue;
    if (asks_for(one.limits, amount.resource)) continue;
    const bool is_limit = amount.resource.starts_with("limits.");
    name_space.warn_at("the quota of '" + one.name + "' counts " + amount.resource +
                           ", and the API refuses each pod that says nothing of it",
                       *name_space.find("quota"),
                       std::string("give those one: limits: {") +
                           (is_limit ? "default" : "default_request") + ": {" +
                           amount.resource.substr(amount.resource.find('.') + 1) + ": ...}}");
  }
}

}  // namespace provisioner::access
