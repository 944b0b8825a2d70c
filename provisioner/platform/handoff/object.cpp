// Objects of Kubernetes, and what they are made of.

#include "provisioner/platform/handoff/object.h"

#include "provisioner/platform/handoff/instance.h"

namespace provisioner::handoff {

using value::Dict;
using value::Value;

Dict object(const char* version, const char* kind, Dict metadata) {
  return Dict{{"apiVersion", version}, {"kind", kind}, {"metadata", std::move(metadata)}};
}

std::string text_of(const Value& dict, std::string_view key, const std::string& otherwise) {
  const Value* found = dict.find(key);
  return found == nullptr || found->is_none() ? otherwise : Dict::key_text(*found);
}

std::string Instance::text(const char* variable, const std::string& otherwise) const {
  return text_of(variables, variable, otherwise);
}

std::vector<std::string> Instance::declared_namespaces() const {
  std::vector<std::string> names;
  for (const Value& one : access_objects)
    if (const Value* metadata = one.find("metadata");
        metadata != nullptr && text_of(one, "kind") == "Namespace")
      names.push_back(text_of(*metadata, "name"));
  return names;
}

}  // namespace provisioner::handoff
