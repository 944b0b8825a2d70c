// Namespaces that variables name, held against those that are declared.

#include "provisioner/platform/instance/named_namespaces.h"

#include <algorithm>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/value/strict_dict.h"

namespace provisioner::instance {
namespace {

using value::StrictDict;
using value::Value;

enum class Undeclared : bool { are_made, must_be_there };

constexpr std::size_t most_wrong = 2;  // of a word: with more it is another

// Of every cluster (kubernetes.io, "Namespaces"), and of components that are ours.
const std::vector<std::string> always_there = {
    "default",        "kube-node-lease", "kube-public",        "kube-system",
    "cert-manager",   "kube-flannel",    "local-path-storage", "metallb-system",
    "site-dashboard", "site-ingress",    "site-logs",          "provisioner-admission"};

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void check_name(StrictDict& said, const std::string& variable, const Value& item,
                const std::vector<std::string>& declared, Undeclared undeclared) {
  const std::string& name = item.text();
  if (!base::is_dns_label(name))
    return said.add_at("'" + name + "' cannot be a namespace", item,
                       "at most 63 of a-z, 0-9 and '-', a letter or digit at both ends");
  if (declared.empty() || has(declared, name) || has(always_there, name)) return;
  const std::string message =
      "'" + variable + "' names '" + name + "', which 'access' does not declare";
  const auto near = base::nearest(name, declared, most_wrong);
  if (near)
    said.add_at(message, item,
                "did you mean '" + *near + "'? if not, declare it there (access.namespaces)");
  else if (undeclared == Undeclared::must_be_there)
    said.warn_at(message, item, "whoever makes it has to before Prometheus is told of it");
}

}  // namespace

void check_named_namespaces(const value::Dict& of_first, const std::vector<std::string>& declared,
                            Metrics metrics, base::Diagnostics& diagnostics) {
  const Value variables(of_first);
  StrictDict said(&variables, "", variables, diagnostics);
  const auto look = [&](const std::string& variable, Undeclared undeclared) {
    for (const Value& item : said.texts(variable))
      check_name(said, variable, item, declared, undeclared);
  };
  look("admission_namespaces", Undeclared::are_made);
  if (metrics == Metrics::ours) look("prometheus_pods_of", Undeclared::must_be_there);
}

}  // namespace provisioner::instance
