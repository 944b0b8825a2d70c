// The setup module: gathers facts of a node under Ansible's names.
#include <fnmatch.h>

#include "provisioner/base/base/error.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

// A pattern of `filter` may be written with or without "ansible_".
bool is_wanted(const std::vector<std::string>& patterns, const std::string& key) {
  if (patterns.empty()) return true;
  for (const std::string& pattern : patterns) {
    if (pattern.empty()) return true;
    if (fnmatch(pattern.c_str(), key.c_str(), FNM_NOESCAPE) == 0) return true;
    if (fnmatch(("ansible_" + pattern).c_str(), key.c_str(), FNM_NOESCAPE) == 0) return true;
  }
  return false;
}

// One subject's failure costs its facts, not the others'.
facts::Findings gather(const facts::Gatherer& gatherer, const host::HostView& view,
                       const facts::Request& request) {
  if (!gatherer.gather) return {};
  try {
    return gatherer.gather(view, request);
  } catch (const base::Error& error) {
    if (error.kind() == base::Kind::bug) throw;
    return {
        {},
        {"could not gather the facts of '" + std::string(gatherer.name) + "': " + error.message()}};
  }
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::vector<std::string> patterns = arguments.texts("filter");
  facts::Request request;
  request.fact_path = arguments.text("fact_path");
  request.timeout = std::chrono::seconds(arguments.integer("gather_timeout"));
  value::Dict found;
  value::List warnings;
  std::vector<const facts::Gatherer*> gatherers;
  try {
    gatherers = facts::chosen(arguments.texts("gather_subset"));
  } catch (const base::Error& error) {
    return failed(error.message());
  }
  for (const facts::Gatherer* gatherer : gatherers) {
    const facts::Findings findings = gather(*gatherer, view, request);
    for (const auto& [key, content] : findings.facts) {
      const std::string name = "ansible_" + key.text();
      if (is_wanted(patterns, name)) found.set(name, content);
    }
    for (const std::string& warning : findings.warnings) warnings.emplace_back(warning);
  }
  if (is_wanted(patterns, "gather_subset"))
    found.set("gather_subset", arguments.raw("gather_subset"));
  if (is_wanted(patterns, "module_setup")) found.set("module_setup", true);
  wire::Plan plan;
  plan.verdict = wire::Verdict::read;
  plan.result.set("ansible_facts", value::Value(std::move(found)).untrusted());
  if (!warnings.empty()) plan.result.set("warnings", warnings);
  return plan;
}

}  // namespace

extern const Module setup_module = {
    .spec = {.name = "setup",
             .summary = "gathers facts of a node",
             .kind = ModuleKind::read,
             .parameters =
                 {{.name = "gather_subset", .type = Type::list_of_text, .fallback = "[\"all\"]"},
                  {.name = "gather_timeout", .type = Type::integer, .fallback = "10"},
                  {.name = "filter", .type = Type::list_of_text, .fallback = "[]"},
                  {.name = "fact_path", .type = Type::path, .fallback = "/etc/ansible/facts.d"}}},
    .check = check};

}  // namespace provisioner::modules
