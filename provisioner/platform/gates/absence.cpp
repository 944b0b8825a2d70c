// P-1: what Phalanx brings itself, and what therefore must not be there.

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

// Applications of every Phalanx environment, by their namespaces
// (lsst-sqre/phalanx, src/phalanx/services/environment.py).
constexpr std::array<std::string_view, 6> namespaces = {
    "argocd", "vault-secrets-operator", "ingress-nginx", "cert-manager", "gafaelfawr", "nublado"};

// Groups of the kinds that those applications bring.
constexpr std::array<std::string_view, 5> groups = {"argoproj.io", "cert-manager.io",
                                                    "acme.cert-manager.io", "ricoberger.de",
                                                    "gafaelfawr.lsst.io"};

constexpr std::array<std::string_view, 3> webhooks = {"cert-manager", "ingress-nginx",
                                                      "gafaelfawr"};

std::string hint_of(const std::string& kind, const std::string& name) {
  return "Phalanx installs its own and fails over another's: kubectl delete " + kind + " " + name +
         ", or give Phalanx another cluster";
}

bool ends_in_group(const std::string& name) {
  return std::ranges::any_of(
      groups, [&](std::string_view group) { return name.ends_with("." + std::string(group)); });
}

// "ingressclass NAME", "namespace NAME", "crd NAME", "webhook KIND/NAME"
std::optional<Line> clash(const Line& fact) {
  const std::string &kind = fact.what, &name = fact.why;
  if (kind == "ingressclass" && name == "nginx")
    return wrong("IngressClass nginx", "there is an IngressClass 'nginx' that is not Phalanx's",
                 hint_of("ingressclass", name));
  if (kind == "namespace" && std::ranges::find(namespaces, name) != namespaces.end())
    return wrong("namespace " + name,
                 "there is a namespace '" + name + "', as of another Phalanx environment",
                 hint_of("namespace", name));
  if (kind == "crd" && ends_in_group(name))
    return wrong("kind " + name, "there is the custom kind '" + name + "', which Phalanx brings",
                 hint_of("crd", name));
  if (kind.ends_with("webhookconfiguration") &&
      std::ranges::any_of(webhooks,
                          [&](std::string_view part) { return name.find(part) != name.npos; }))
    return wrong("webhook " + name, "there is the webhook '" + name + "', which Phalanx brings",
                 hint_of(kind, name));
  return std::nullopt;
}

}  // namespace

Verdict judge_phalanx_absence(const Trial& trial, const Surroundings&) {
  Trial judged = trial;
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (auto line = clash(fact)) judged.lines.push_back(*line);
  return judge_lines(judged);
}

}  // namespace provisioner::gates
