// What Kubernetes' cluster roles and ours allow.

#include "provisioner/platform/access/rights.h"

#include <algorithm>

namespace provisioner::access {
namespace {

using Scope = Asked::Scope;

const std::vector<std::string> reading = {"get", "list", "watch"};

// The least of view, edit and admin that has a right; the last is for what none of them has.
enum class Least { view, edit, admin, none };

struct Row {
  Asked asked;
  Least reads, writes;
};

bool is_reading(std::string_view verb) { return std::ranges::find(reading, verb) != reading.end(); }

using Words = std::vector<std::string_view>;

void add(std::vector<Row>& rows, std::string_view group, const Words& resources, const Row& like) {
  for (const std::string_view resource : resources) {
    rows.push_back(like);
    rows.back().asked.group = group;
    rows.back().asked.resource = resource;
  }
}

const Words every = {"get",    "list",  "watch",  "create",
                     "update", "patch", "delete", "deletecollection"};

constexpr std::string_view rbac = "rbac.authorization.k8s.io";
constexpr std::string_view certificates = "certificates.k8s.io";
constexpr std::string_view admission = "admissionregistration.k8s.io";

void add_of_namespaces(std::vector<Row>& rows) {
  const auto row = [](Least reads, Least writes) {
    return Row{{"", "", Scope::in_namespaces, every}, reads, writes};
  };
  const Row seen_by_all = row(Least::view, Least::edit),
            kept_from_all = row(Least::view, Least::none);
  add(rows, "",
      {"pods", "services", "configmaps", "persistentvolumeclaims", "serviceaccounts",
       "replicationcontrollers", "events"},
      seen_by_all);
  add(rows, "", {"secrets"}, row(Least::edit, Least::edit));
  add(rows, "", {"resourcequotas", "limitranges", "endpoints"}, kept_from_all);
  add(rows, "apps", {"deployments", "statefulsets", "daemonsets", "replicasets"}, seen_by_all);
  add(rows, "apps", {"controllerrevisions"}, kept_from_all);
  add(rows, "batch", {"jobs", "cronjobs"}, seen_by_all);
  add(rows, "autoscaling", {"horizontalpodautoscalers"}, seen_by_all);
  add(rows, "policy", {"poddisruptionbudgets"}, seen_by_all);
  add(rows, "networking.k8s.io", {"ingresses", "networkpolicies"}, seen_by_all);
  add(rows, "discovery.k8s.io", {"endpointslices"}, kept_from_all);
  add(rows, "coordination.k8s.io", {"leases"}, row(Least::edit, Least::edit));
  add(rows, rbac, {"roles", "rolebindings"}, row(Least::admin, Least::admin));
}

// Parts of resources, and verbs that are none of the usual ones.
void add_special(std::vector<Row>& rows) {
  const auto row = [](Words verbs, Least reads, Least writes) {
    return Row{{"", "", Scope::in_namespaces, std::move(verbs)}, reads, writes};
  };
  add(rows, "", {"pods/log"}, row({"get"}, Least::view, Least::none));
  add(rows, "", {"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"},
      row({"get", "create"}, Least::edit, Least::edit));
  add(rows, "", {"pods/eviction", "serviceaccounts/token"},
      row({"create"}, Least::edit, Least::edit));
  add(rows, "", {"pods/ephemeralcontainers", "pods/status"},
      row({"patch", "update"}, Least::none, Least::none));
  add(rows, "", {"serviceaccounts"}, row({"impersonate"}, Least::none, Least::edit));
  add(rows, "apps", {"deployments/scale", "statefulsets/scale"},
      row({"get", "update", "patch"}, Least::view, Least::edit));
  add(rows, "authorization.k8s.io", {"localsubjectaccessreviews"},
      row({"create"}, Least::none, Least::admin));
  add(rows, rbac, {"roles"}, row({"bind", "escalate"}, Least::none, Least::none));
}

void add_of_cluster(std::vector<Row>& rows) {
  const auto row = [](Words verbs) {
    return Row{{"", "", Scope::of_cluster, std::move(verbs)}, Least::none, Least::none};
  };
  // A right in a namespace shows that namespace itself, and changes nothing of it.
  rows.push_back({{"", "namespaces", Scope::both, {"get", "create", "update", "patch", "delete"}},
                  Least::view,
                  Least::none});
  add(rows, "", {"nodes", "persistentvolumes"}, row(every));
  add(rows, "storage.k8s.io", {"storageclasses", "csidrivers"}, row(every));
  add(rows, "networking.k8s.io", {"ingressclasses"}, row(every));
  add(rows, "scheduling.k8s.io", {"priorityclasses"}, row(every));
  add(rows, rbac, {"clusterroles", "clusterrolebindings"}, row(every));
  add(rows, certificates, {"certificatesigningrequests"}, row(every));
  add(rows, "apiextensions.k8s.io", {"customresourcedefinitions"}, row(every));
  add(rows, "apiregistration.k8s.io", {"apiservices"}, row(every));
  add(rows, admission,
      {"validatingadmissionpolicies", "validatingadmissionpolicybindings",
       "validatingwebhookconfigurations", "mutatingwebhookconfigurations"},
      row(every));
  add(rows, "", {"nodes/proxy"}, row({"get", "create"}));
  add(rows, "", {"users", "groups"}, row({"impersonate"}));
  add(rows, certificates, {"certificatesigningrequests/approval"}, row({"update"}));
  add(rows, rbac, {"clusterroles"}, row({"bind", "escalate"}));
}

const std::vector<Row>& rows() {
  static const std::vector<Row> all = [] {
    std::vector<Row> made;
    add_of_namespaces(made);
    add_special(made);
    add_of_cluster(made);
    return made;
  }();
  return all;
}

// Which of view, edit and admin it has; those for the whole cluster have all that view has.
Least level_of(May may) {
  if (may == May::admin) return Least::admin;
  return may == May::edit ? Least::edit : Least::view;
}

bool is_in(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::vector<Rule> rules_to_read() {
  return {{"", {"nodes", "persistentvolumes"}, reading},
          {"storage.k8s.io",
           {"storageclasses", "csidrivers", "csinodes", "volumeattachments"},
           reading},
          {"networking.k8s.io", {"ingressclasses"}, reading},
          {"scheduling.k8s.io", {"priorityclasses"}, reading},
          {"certificates.k8s.io", {"certificatesigningrequests"}, reading},
          {"apiextensions.k8s.io", {"customresourcedefinitions"}, reading},
          {"apiregistration.k8s.io", {"apiservices"}, reading}};
}

std::vector<Rule> rules_to_audit() {
  std::vector<Rule> rules = rules_to_read();
  rules.push_back({std::string(rbac),
                   {"roles", "rolebindings", "clusterroles", "clusterrolebindings"},
                   reading});
  rules.push_back({std::string(admission),
                   {"validatingadmissionpolicies", "validatingadmissionpolicybindings",
                    "validatingwebhookconfigurations", "mutatingwebhookconfigurations"},
                   reading});
  return rules;
}

std::vector<Rule> rules_to_operate() {
  std::vector<Rule> rules = rules_to_read();
  rules.push_back({"", {"nodes"}, {"patch"}});
  rules.push_back({"", {"pods/eviction"}, {"create"}});
  return rules;
}

}  // namespace

const std::vector<Rule>& own_rules(May may) {
  static const std::vector<Rule> none, audit = rules_to_audit(), operate = rules_to_operate();
  if (may == May::audit) return audit;
  return may == May::operate ? operate : none;
}

const std::vector<Asked>& asked_of_roles() {
  static const std::vector<Asked> all = [] {
    std::vector<Asked> asked;
    for (const Row& row : rows()) asked.push_back(row.asked);
    return asked;
  }();
  return all;
}

bool is_right(May may, const Asked& asked, std::string_view verb) {
  if (may == May::platform_admin) return true;
  const auto row = std::ranges::find_if(rows(), [&](const Row& one) {
    return one.asked.group == asked.group && one.asked.resource == asked.resource &&
           std::ranges::find(one.asked.verbs, verb) != one.asked.verbs.end();
  });
  if (row == rows().end()) return false;
  if (level_of(may) >= (is_reading(verb) ? row->reads : row->writes)) return true;
  return std::ranges::any_of(own_rules(may), [&](const Rule& rule) {
    return rule.group == asked.group && is_in(rule.resources, asked.resource) &&
           is_in(rule.verbs, verb);
  });
}

}  // namespace provisioner::access
