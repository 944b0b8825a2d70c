// Names that nobody has given.

#include "provisioner/platform/handoff/standard_names.h"

#include "provisioner/base/base/text.h"

namespace provisioner::handoff {

std::string standard_environment(const std::string& instance) {
  return base::replace_all(instance, "_", "-");
}

std::string standard_vault_path(const std::string& environment) {
  return "secret/phalanx/" + environment;
}

std::string phalanx_name(const value::Value& variables) {
  if (const value::Value* phalanx = variables.find("phalanx"))
    if (std::string name = value::text_or(*phalanx, "fqdn", ""); !name.empty()) return name;
  for (const char* variable : {"phalanx_fqdn", "instance_domain"})
    if (std::string name = value::text_or(variables, variable, ""); !name.empty()) return name;
  return {};
}

std::string notebook_registry(const std::string& said, const std::string& of_site) {
  for (const std::string& one : {said, of_site})
    if (!one.empty()) return one;
  return "registry.hub.docker.com";
}

}  // namespace provisioner::handoff
