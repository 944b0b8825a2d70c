// Quotas and limits of a namespace.

#include "provisioner/platform/access/read_amounts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "provisioner/base/base/regex.h"

namespace provisioner::access {
namespace {

using value::Dict;
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

struct Suffix {
  std::string_view text;
  double factor;
};
constexpr double kibi = 1024, kilo = 1000;
constexpr std::array<Suffix, 14> suffixes = {{{"", 1},
                                              {"m", 1 / kilo},
                                              {"k", kilo},
                                              {"M", kilo* kilo},
                                              {"G", kilo* kilo* kilo},
                                              {"T", kilo* kilo* kilo* kilo},
                                              {"P", kilo* kilo* kilo* kilo* kilo},
                                              {"Ki", kibi},
                                              {"Mi", kibi* kibi},
                                              {"Gi", kibi* kibi* kibi},
                                              {"Ti", kibi* kibi* kibi* kibi},
                                              {"Pi", kibi* kibi* kibi* kibi* kibi},
                                              {"u", 1 / kilo / kilo},
                                              {"n", 1 / kilo / kilo / kilo}}};

std::vector<Amount> read_amounts(const Value& dict, const std::vector<std::string>& known,
                                 bool is_open, Reading& reading) {
  std::vector<Amount> amounts;
  if (!dict.is_dict()) {
    reading.add("expected resources with quantities, found " + std::string(name_of(dict.kind())),
                dict);
    return amounts;
  }
  for (const auto& [key, said] : dict.dict()) {
    const std::string resource = Dict::key_text(key);
    const std::string quantity = said.is_list() || said.is_dict() ? "" : Dict::key_text(said);
    if (std::ranges::find(known, resource) == known.end() &&
        !(is_open && is_open_resource(resource)))
      reading.add_unknown("there is no resource '" + resource + "' here", resource, key, known);
    if (!value_of_quantity(quantity))
      reading.add("'" + quantity + "' is no quantity of '" + resource + "'", said,
                  "as 4, 500m, 64Gi");
    amounts.push_back({resource, quantity});
  }
  return amounts;
}

std::optional<double> amount_in(const std::vector<Amount>& amounts, const std::string& resource) {
  const auto found = std::ranges::find(amounts, resource, &Amount::resource);
  return found == amounts.end() ? std::nullopt : value_of_quantity(found->quantity);
}

// In the order in which none may be less than the one before.
void check_order(const Limits& limits, const Value& place, Reading& reading) {
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
          reading.add(std::string("'") + rising[low].first + "' asks for more " + resource +
                          " than '" + rising[high].first + "'",
                      place);
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

std::optional<double> value_of_quantity(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || std::signbit(number) || !std::isfinite(number)) return std::nullopt;
  const auto suffix = std::ranges::find(
      suffixes, text.substr(static_cast<std::size_t>(end - text.data())), &Suffix::text);
  if (suffix == suffixes.end()) return std::nullopt;
  return number * suffix->factor;
}

std::vector<Amount> read_quota(const Value* quota, Reading& reading) {
  return quota == nullptr ? std::vector<Amount>{} : read_amounts(*quota, in_quotas, true, reading);
}

Limits read_limits(const Value* said, Reading& reading) {
  static const std::vector<std::string> keys = {"default", "default_request", "min", "max"};
  Limits limits;
  if (said == nullptr || !reading.check_keys(*said, keys)) return limits;
  const auto read = [&](const char* key) {
    const Value* found = said->find(key);
    return found == nullptr ? std::vector<Amount>{} : read_amounts(*found, compute, false, reading);
  };
  limits = {.standard = read("default"),
            .standard_request = read("default_request"),
            .most = read("max"),
            .least = read("min")};
  check_order(limits, *said, reading);
  return limits;
}

void warn_of_silent_pods(const Value& quota, const Namespace& one, Reading& reading) {
  static const std::vector<std::string> must_be_said = {
      "requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "cpu", "memory"};
  for (const Amount& amount : one.quota) {
    if (std::ranges::find(must_be_said, amount.resource) == must_be_said.end()) continue;
    if (asks_for(one.limits, amount.resource)) continue;
    const bool is_limit = amount.resource.starts_with("limits.");
    reading.warn("the quota of '" + one.name + "' counts " + amount.resource +
                     ", and the API refuses each pod that says nothing of it",
                 quota,
                 std::string("give those one: limits: {") +
                     (is_limit ? "default" : "default_request") + ": {" +
                     amount.resource.substr(amount.resource.find('.') + 1) + ": ...}}");
  }
}

}  // namespace provisioner::access
