// P-1: what Phalanx brings itself: before it comes nothing of that may be there, and then all.

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/gates/judges.h"
#include "provisioner/platform/profile/phalanx_namespaces.h"

namespace provisioner::gates {
namespace {

// Groups of the kinds that its applications bring.
constexpr std::array<std::string_view, 5> groups = {"argoproj.io", "cert-manager.io",
                                                    "acme.cert-manager.io", "ricoberger.de",
                                                    "gafaelfawr.lsst.io"};

const std::string ingress_class(profile::phalanx_ingress_class);

constexpr std::array<std::string_view, 3> webhooks = {"cert-manager", "ingress-nginx",
                                                      "gafaelfawr"};

std::string hint_of(const std::string& kind, const std::string& name) {
  return "Phalanx installs its own and fails over another's: kubectl delete " + kind + " " + name +
         ", or give Phalanx another cluster";
}

bool is_of_group(const std::string& name, std::string_view group) {
  return name.ends_with("." + std::string(group));
}

bool ends_in_group(const std::string& name) {
  return std::ranges::any_of(groups,
                             [&](std::string_view group) { return is_of_group(name, group); });
}

// What the instance declares itself, `cluster up` has made: it is of no other environment.
bool is_of_another(const std::string& name, const access::Access& access) {
  return access.find(name) == nullptr &&
         std::ranges::any_of(profile::phalanx_namespaces,
                             [&](const auto& known) { return known.name == name; });
}

// "ingressclass NAME", "namespace NAME", "crd NAME", "webhook KIND/NAME"
std::optional<Line> clash(const Line& fact, const access::Access& access) {
  const std::string &kind = fact.what, &name = fact.why;
  if (kind == "ingressclass" && name == ingress_class)
    return wrong("IngressClass " + name,
                 "there is an IngressClass '" + name + "' that is not Phalanx's",
                 hint_of("ingressclass", name));
  if (kind == "namespace" && is_of_another(name, access))
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

// Of what was seen of a kind one must be what `has` says.
template <typename Has>
void require(Trial& judged, const std::string& kind, const std::string& word,
             const std::string& name, Has has) {
  const auto facts = judged.of(Line::Kind::fact);
  const bool is_there = std::ranges::any_of(
      facts, [&](const Line& fact) { return fact.what == kind && has(fact.why); });
  if (is_there)
    judged.lines.push_back(right(word + " " + name));
  else
    judged.lines.push_back(
        wrong(word + " " + name, "there is no " + word + " '" + name + "', and Phalanx brings it",
              "sh BUNDLE/phalanx/install.sh BUNDLE; where Phalanx is not there yet: gates run "
              "without --deployed"));
}

Verdict judge_presence(const Trial& trial) {
  if (trial.of(Line::Kind::right).empty() || !trial.of(Line::Kind::lack).empty())
    return judge_lines(trial);
  Trial judged = trial;
  const auto is = [](std::string_view wanted) {
    return [wanted](const std::string& name) { return name == wanted; };
  };
  require(judged, "ingressclass", "IngressClass", ingress_class, is(ingress_class));
  for (const auto& [name, is_made_by_it] : profile::phalanx_namespaces)
    if (is_made_by_it) require(judged, "namespace", "namespace", std::string(name), is(name));
  for (const std::string_view group : groups)
    require(judged, "crd", "custom kind of", std::string(group),
            [&](const std::string& name) { return is_of_group(name, group); });
  return judge_lines(judged);
}

}  // namespace

Verdict judge_what_phalanx_brings(const Trial& trial, const Surroundings& surroundings) {
  if (surroundings.moment == Moment::deployed) return judge_presence(trial);
  Trial judged = trial;
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (auto line = clash(fact, surroundings.access)) judged.lines.push_back(*line);
  return judge_lines(judged);
}

}  // namespace provisioner::gates
