#include "tests/access/declarations.h"

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::access {

Cluster test_cluster() {
  return {.instance = "main",
          .control_addresses = {"10.23.0.11", "10.23.0.12"},
          .pod_subnet = "10.244.0.0/16",
          .service_subnet = "10.96.0.0/16",
          .ingress_namespace = "site-ingress"};
}

Told told(const std::string& yaml, const Cluster& cluster) {
  base::Diagnostics diagnostics;
  const value::Value declaration =
      value::read_yaml(base::register_source("access.yml", yaml), diagnostics);
  Told answer;
  answer.access = read_access(&declaration, cluster, diagnostics);
  for (const base::Error& error : diagnostics.errors()) answer.mistakes += error.render() + "\n";
  for (const base::Error& warning : diagnostics.warnings())
    answer.warnings += warning.render("warning") + "\n";
  return answer;
}

}  // namespace provisioner::access
