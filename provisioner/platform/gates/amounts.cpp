// Cores, memory and other resources as Kubernetes writes them.

#include "provisioner/platform/gates/amounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/quantity.h"

namespace provisioner::gates {
namespace {

// Sums of decimal fractions are as good as equal where no pod could tell them apart.
constexpr double of_no_account = 1e-6;

bool is_in_bytes(const std::string& resource) {
  return resource == "ephemeral-storage" || resource.starts_with("hugepages-");
}

double other_of(const Amount& amount, const std::string& resource) {
  const auto found = amount.others.find(resource);
  return found == amount.others.end() ? 0 : found->second;
}

}  // namespace

double& Amount::of(const std::string& resource) {
  if (resource == "cpu") return cores;
  return resource == "memory" ? bytes : others[resource];
}

Amount amount_in(const std::string& text) {
  const std::vector<std::string> words = base::split(text, ' ');
  if (words.size() < 2) return {};
  Amount amount{.cores = kubernetes::quantity_of(words[0]).value_or(0),
                .bytes = kubernetes::quantity_of(words[1]).value_or(0)};
  for (std::size_t at = 2; at < words.size(); ++at) {
    const std::size_t equals = words[at].find('=');
    if (equals == std::string::npos) continue;
    amount.others[words[at].substr(0, equals)] =
        kubernetes::quantity_of(words[at].substr(equals + 1)).value_or(0);
  }
  return amount;
}

void add(Amount& sum, const Amount& more, double times) {
  sum.cores += more.cores * times;
  sum.bytes += more.bytes * times;
  for (const auto& [resource, amount] : more.others) sum.others[resource] += amount * times;
}

Amount greater_of(const Amount& one, const Amount& other) {
  Amount greater{.cores = std::max(one.cores, other.cores),
                 .bytes = std::max(one.bytes, other.bytes),
                 .others = one.others};
  for (const auto& [resource, amount] : other.others)
    greater.others[resource] = std::max(greater.others[resource], amount);
  return greater;
}

bool fits(const Amount& asked, const Amount& given) {
  const auto is_had = [](double wanted, double had) { return wanted <= had + of_no_account; };
  return is_had(asked.cores, given.cores) && is_had(asked.bytes, given.bytes) &&
         std::ranges::all_of(asked.others, [&](const auto& one) {
           return one.second <= 0 || is_had(one.second, other_of(given, one.first));
         });
}

std::string text_of(const Amount& amount, const Amount& asked) {
  std::string text = fmt::format("{:.1f} cores and {:.1f} GiB", amount.cores, amount.bytes / gib);
  for (const auto& [resource, wanted] : asked.others) {
    if (wanted <= 0) continue;
    const double has = other_of(amount, resource);
    text += is_in_bytes(resource) ? fmt::format(", {:.1f} GiB of {}", has / gib, resource)
                                  : fmt::format(", {:g} {}", has, resource);
  }
  return text;
}

}  // namespace provisioner::gates
