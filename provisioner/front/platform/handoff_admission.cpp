// The admission policy as the cluster has it.

#include "provisioner/front/platform/handoff_admission.h"

#include "provisioner/base/os/content.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/engine/run/run_surroundings.h"
#include "provisioner/front/cluster/cluster_admission.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::platform {
namespace {

using value::Dict;
using value::Value;

constexpr const char* template_path = "playbooks/roles/admission/templates/admission.yml.j2";

// A few variables, and no host.
class FewVariables : public jinja::Scope {
 public:
  explicit FewVariables(Dict variables) : variables_(std::move(variables)) {}

  std::optional<Value> variable(const std::string& name) override {
    const Value* found = variables_.find(name);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }
  const Value* raw(const std::string& name) override { return variables_.find(name); }
  std::vector<std::string> names() override {
    std::vector<std::string> all;
    for (const auto& [name, unused] : variables_) all.push_back(Dict::key_text(name));
    return all;
  }
  std::optional<Value> host_variable(const std::string&, const std::string&) override {
    return std::nullopt;
  }
  std::vector<std::string> host_names() override { return {}; }
  std::vector<std::string> host_variable_names(const std::string&) override { return {}; }

 private:
  Dict variables_;
};

}  // namespace

std::vector<Value> admission_objects(const handoff::Instance& instance,
                                     const cluster::ReadRegistry& registry) {
  const Value* namespaces = instance.find("admission_namespaces");
  FewVariables variables(
      {{"admission_registry", registry.name},
       {"admission_digests",
        cluster::vetted_digests(registry::read_images_lock(registry.site.lock).images)},
       {"admission_namespaces", namespaces == nullptr ? Value(value::List()) : *namespaces},
       {"cluster_instance", instance.name}});
  const run::RunSurroundings surroundings({});
  const jinja::Templar templar(surroundings);
  const std::string text = os::require_file(os::require_content(template_path));
  return value::read_yaml_text(templar.render(text, {}, variables), template_path);
}

}  // namespace provisioner::platform
