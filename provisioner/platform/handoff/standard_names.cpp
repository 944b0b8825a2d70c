// Names that nobody has given.

#include "provisioner/platform/handoff/standard_names.h"

#include <vector>

#include "provisioner/base/base/text.h"

namespace provisioner::handoff {
namespace {

using value::Value;

// What `phalanx` says of it, else the first of these variables that says something.
std::string said_of_phalanx(const Value& variables, const char* key,
                            const std::vector<const char*>& otherwise) {
  if (const Value* phalanx = variables.find("phalanx"))
    if (std::string said = value::text_or(*phalanx, key, ""); !said.empty()) return said;
  for (const char* variable : otherwise)
    if (std::string said = value::text_or(variables, variable, ""); !said.empty()) return said;
  return {};
}

}  // namespace

std::string standard_environment(const std::string& instance) {
  return base::replace_all(instance, "_", "-");
}

std::string standard_vault_path(const std::string& environment) {
  return "secret/phalanx/" + environment;
}

std::string phalanx_name(const Value& variables) {
  return said_of_phalanx(variables, "fqdn", {"phalanx_fqdn", "instance_domain"});
}

std::string phalanx_address(const Value& variables) {
  return said_of_phalanx(variables, "address", {"phalanx_address", "ingress_address"});
}

std::string notebook_registry(const std::string& said, const std::string& of_site) {
  for (const std::string& one : {said, of_site})
    if (!one.empty()) return one;
  return "registry.hub.docker.com";
}

}  // namespace provisioner::handoff
